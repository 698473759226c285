//! Requests, troubleshooting, tokens, deployments, the journal: what each shows, and to whom.

use super::{Person, TestServer, hidden};
use crate::config::SAMPLE;

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";

fn chat(server: &TestServer, principal: &str, path: &str, model: &str) -> u16 {
    let token = server.token(principal, COGNITIVE_SERVICES);
    let headers = [("Authorization", &*format!("Bearer {token}"))];
    let body = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}]}}"#);
    server.send("POST", path, &headers, &body).status
}

const V1: &str = "/contoso/openai/v1/chat/completions";

/// The address of the newest refusal's explanation.
fn why(page: &str) -> String {
    let link = page
        .split("href=\"/portal/requests/")
        .nth(1)
        .unwrap_or_else(|| panic!("{page}"));
    format!("/portal/requests/{}", link.split('"').next().unwrap())
}

#[test]
fn from_a_refused_call_to_an_answered_one_by_the_button_in_the_list() {
    let server = TestServer::start();
    let mut admin = Person::signed_in(&server, "admin");
    assert_eq!(chat(&server, "nobody", V1, "gpt-4o"), 401);
    for list in [
        "/portal/requests",
        "/portal/requests?show=refused&principal=nobody",
    ] {
        let page = admin.get(list).body;
        assert!(
            page.contains("role-missing") && page.contains("Grant this"),
            "{page}"
        );
    }
    let list = admin.get("/portal/requests").body;
    let page = admin.get(&why(&list)).body;
    for text in [
        "Why nobody was refused",
        "Evidence",
        "Fix",
        "What would help",
        "Check access",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let form = list
        .split("action=\"/portal/access/assign\"")
        .nth(1)
        .unwrap();
    let field = |name: &str| hidden(form, name);
    let fields = ["scope", "principal", "role", "back"].map(|name| (name, field(name)));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = admin.post("/portal/access/assign", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let back = answer.header("location").unwrap().to_owned();
    assert!(back.starts_with("/portal/requests/"), "{back}");
    assert!(admin.get(&back).body.contains("By now it would be allowed"));
    assert_eq!(chat(&server, "nobody", V1, "gpt-4o"), 200);
    let page = admin.get("/portal/requests").body;
    assert!(
        page.contains(">200<") && !page.contains("Grant this"),
        "{page}"
    );
}

#[test]
fn requests_of_others_need_the_right_to_see_why() {
    let server = TestServer::start();
    let mut admin = Person::signed_in(&server, "admin");
    let mut alice = Person::signed_in(&server, "alice");
    chat(&server, "nobody", V1, "gpt-4o");
    chat(&server, "alice", V1, "gpt-4o");
    chat(
        &server,
        "alice",
        "/contoso-lab/openai/v1/chat/completions",
        "gpt-4o",
    );
    let link = why(&admin.get("/portal/requests?principal=nobody").body);
    for list in [
        "/portal/requests",
        "/portal/requests?show=refused",
        "/portal/requests?principal=nobody",
    ] {
        let page = alice.get(list).body;
        assert!(page.contains("You see your own requests"), "{list}");
        assert!(
            !page.contains(">nobody<") && !page.contains("Grant this"),
            "{list}: {page}"
        );
    }
    assert_eq!(alice.get(&link).status, 404);
    assert_eq!(alice.get("/portal/requests/none").status, 404);
    let own = alice.get("/portal/requests?show=refused").body;
    assert_eq!(alice.get(&why(&own)).status, 200, "her own refusal");

    // A right at one account opens that account and no other.
    let reader = "[[assignment]]\nprincipal = 'alice'\nrole = 'Reader'\nscope = 'contoso'";
    let server = TestServer::with_config(&format!("{SAMPLE}\n{reader}"));
    let mut alice = Person::signed_in(&server, "alice");
    chat(&server, "nobody", V1, "gpt-4o");
    chat(
        &server,
        "owner",
        "/contoso-lab/openai/v1/chat/completions",
        "gpt-4o",
    );
    for list in ["/portal/requests", "/portal/requests?show=refused"] {
        let page = alice.get(list).body;
        assert!(
            page.contains("nobody") && page.contains("role-missing"),
            "{list}: {page}"
        );
        assert!(!page.contains("contoso-lab"), "{list}: {page}");
        assert!(!page.contains("Grant this"), "{list}");
    }
}

#[test]
fn the_doctor_answers_here_as_on_the_command_line_and_goes_on_with_answers() {
    let server = TestServer::start();
    let mut alice = Person::signed_in(&server, "alice");
    let evidence = "openai.AuthenticationError: Error code: 401 - {'error': {'code': 'PermissionDenied', \
                    'message': 'Principal does not have access to API/Operation.'}} <script>alert(1)</script>";
    let page = alice.post("/portal/troubleshoot", &[("evidence", evidence)]);
    assert_eq!(page.status, 200);
    let report = doctor::diagnose(&doctor::evidence::read(evidence));
    let first = report.findings[0].rule;
    assert!(page.body.contains(first.as_str()), "{}", page.body);
    assert!(!page.body.contains("<script>alert"));
    let check = report
        .next_checks
        .first()
        .expect("one message has many causes");
    assert!(page.body.contains("What would make it surer"));
    let said = "The app has Contributor on the resource group and nothing else";
    let fields = [
        ("evidence", evidence),
        ("question", &*check.question),
        ("answer", said),
    ];
    let page = alice.post("/portal/troubleshoot", &fields).body;
    assert!(
        page.contains("role-control-plane-only") && page.contains("What was said so far"),
        "{page}"
    );

    assert!(
        alice
            .post("/portal/troubleshoot", &[("evidence", "hello")])
            .body
            .contains("No known cause")
    );
    let long = "x".repeat(600 * 1024);
    assert_eq!(
        alice
            .post("/portal/troubleshoot", &[("evidence", &long)])
            .status,
        400
    );
    let longer = "x".repeat(3 * 1024 * 1024);
    assert_eq!(
        alice
            .post("/portal/troubleshoot", &[("evidence", &longer)])
            .status,
        413
    );
}

#[test]
fn a_token_is_explained_and_never_shown_again() {
    let server = TestServer::start();
    let mut alice = Person::signed_in(&server, "alice");
    let token = server.token("developer", COGNITIVE_SERVICES);
    let signature = token.rsplit('.').next().unwrap();
    let read = |alice: &mut Person<'_>, token: &str, family: &str| {
        let fields = [("token", token), ("family", family), ("account", "contoso")];
        let page = alice.post("/portal/tokens", &fields).body;
        assert!(!page.contains(token) && !page.contains(signature), "{page}");
        page
    };
    let page = read(&mut alice, &format!("Bearer {token}"), "v1");
    assert!(
        page.contains("It is accepted")
            && page.contains("the object id that roles are assigned to")
    );
    assert!(page.contains("What its bearer may do on contoso"));
    let page = read(&mut alice, &token, "management");
    assert!(
        page.contains("It is not accepted") && page.contains("token-wrong-audience"),
        "{page}"
    );
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = token.replace(signature, &format!("{first}{}", &signature[1..]));
    let page = read(&mut alice, &forged, "v1");
    assert!(
        page.contains("It is not accepted") && !page.contains("What its bearer may do"),
        "{page}"
    );
    assert!(read(&mut alice, "sk-1234", "v1").contains("This is no access token"));
    assert_eq!(alice.post("/portal/tokens", &[("token", " ")]).status, 400);
    assert_eq!(
        alice
            .get(&format!("/portal/tokens?token={token}"))
            .body
            .matches(signature)
            .count(),
        0
    );
}

#[test]
fn deployments_are_listed_for_those_who_may_and_hostile_names_are_text() {
    let evil = "[[account.deployment]]\nname = \"<script>alert(1)</script>\"\n\
                model = { format = \"OpenAI\", name = \"<img src=x>\" }\n";
    let config = SAMPLE.replacen(
        "[[account.deployment]]",
        &format!("{evil}\n[[account.deployment]]"),
        1,
    );
    let server = TestServer::with_config(&config);
    let mut alice = Person::signed_in(&server, "alice");
    for path in ["/portal/deployments", "/portal", "/portal?language=curl"] {
        let page = alice.get(path).body;
        assert!(
            !page.contains("<script>alert") && !page.contains("<img"),
            "{path}"
        );
    }
    let page = alice.get("/portal/deployments").body;
    assert!(
        page.contains("claude-sonnet") && page.contains("simulated"),
        "{page}"
    );
    assert!(!page.contains("contoso-lab"));
}

#[test]
fn the_journal_shows_each_what_they_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let reader = "[[assignment]]\nprincipal = 'alice'\nrole = 'Reader'\nscope = 'contoso-lab'";
    let server = TestServer::with_options(&format!("{SAMPLE}\n{reader}"), |options| {
        options.ephemeral = false;
        options.data = folder.path().to_owned();
    });
    let server = server.unwrap();
    for scope in ["contoso", "contoso-lab"] {
        let body = format!(r#"{{"principal":"nobody","role":"Reader","scope":"{scope}"}}"#);
        assert_eq!(server.operator("POST", "/entrada/grant", &body).status, 200);
    }
    let mut admin = Person::signed_in(&server, "admin");
    let page = admin.get("/portal/audit").body;
    assert!(
        page.contains("Reader to nobody") && page.contains("</svg>Started"),
        "{page}"
    );
    assert!(
        page.contains("Account contoso<") && page.contains("Account contoso-lab<"),
        "{page}"
    );
    assert!(
        !admin
            .get("/portal/audit?kind=revoke")
            .body
            .contains("Reader to nobody")
    );
    assert!(
        admin
            .get("/portal/audit?kind=grant&wanted=NOBODY")
            .body
            .contains("Reader to nobody")
    );
    let mut alice = Person::signed_in(&server, "alice");
    let page = alice.get("/portal/audit").body;
    assert!(page.contains("You see what concerns you"), "{page}");
    assert!(
        page.contains("Account contoso-lab<") && !page.contains("Account contoso<"),
        "{page}"
    );
    assert!(!page.contains("</svg>Started"));
    let ephemeral = TestServer::start();
    assert!(
        Person::signed_in(&ephemeral, "admin")
            .get("/portal/audit")
            .body
            .contains("keeps none")
    );
}
