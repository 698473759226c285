//! Access control: what each may see and do, and that it takes effect.

use super::{ORIGIN, Person, TestServer};
use crate::config::SAMPLE;
use crate::token_service::form::encode;

const ACCOUNT: &str = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso";
const NOBODY: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000005";
const CHECK: &str = "/portal/access?scope=contoso&principal=nobody&ask=chat";

/// The first form of a page that goes there, as fields.
fn fields<'p>(page: &'p str, action: &str) -> Vec<(&'p str, &'p str)> {
    let mark = format!("action=\"{action}\"");
    let form = page
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("no form for {action}: {page}"));
    let form = form.split("</form>").next().unwrap();
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = inputs.map(|input| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        (name, rest.split('"').next().unwrap())
    });
    pairs.filter(|(name, _)| *name != "form_token").collect()
}

fn chat(server: &TestServer, principal: &str) -> u16 {
    let token = server.token(principal, "https://cognitiveservices.azure.com");
    let headers = [("Authorization", &*format!("Bearer {token}"))];
    let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
    server
        .send("POST", "/openai/v1/chat/completions", &headers, body)
        .status
}

#[test]
fn from_not_allowed_to_allowed_by_one_click_and_back() {
    let server = TestServer::start();
    let mut admin = Person::signed_in(&server, "admin");
    assert_eq!(chat(&server, "nobody"), 401);
    let page = admin.get(CHECK).body;
    assert!(page.contains("Not allowed") && page.contains("role-missing"));

    let answer = admin.post(
        "/portal/access/assign",
        &fields(&page, "/portal/access/assign"),
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    let back = answer.header("location").unwrap().to_owned();
    let page = admin.get(back.trim_end_matches("#result")).body;
    assert!(page.contains("it is effective"), "{page}");
    assert_eq!(chat(&server, "nobody"), 200);

    let list = admin
        .get("/portal/access/assignments?scope=contoso&wanted=nobody")
        .body;
    let link = list.split("href=\"/portal/access/remove").nth(1).unwrap();
    let link = link
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let page = admin.get(&format!("/portal/access/remove{link}")).body;
    let losing = page.split("Who loses access").nth(1).unwrap();
    assert!(losing.contains("<li><strong>nobody</strong>"), "{page}");
    let gone = admin.post(
        "/portal/access/remove",
        &fields(&page, "/portal/access/remove"),
    );
    assert_eq!(gone.status, 303, "{}", gone.body);
    assert_eq!(chat(&server, "nobody"), 401);
}

#[test]
fn who_may_not_grant_sees_no_button_and_a_forged_form_is_refused() {
    let reader = "[[assignment]]\nprincipal = 'alice'\nrole = 'Reader'\nscope = 'contoso'";
    let server = TestServer::with_config(&format!("{SAMPLE}\n{reader}"));
    let mut alice = Person::signed_in(&server, "alice");
    let page = alice.get(CHECK);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Not allowed") && page.body.contains("You may not assign it here"));
    for path in [CHECK, "/portal/access/assignments?scope=contoso"] {
        let page = alice.get(path).body;
        assert!(!page.contains("/portal/access/assign\""), "{path}");
        assert!(!page.contains("/portal/access/remove"), "{path}");
    }
    let role = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
    let forged = [("scope", ACCOUNT), ("principal", NOBODY), ("role", role)];
    let answer = alice.post("/portal/access/assign", &forged);
    assert_eq!(answer.status, 403);
    assert!(
        answer
            .body
            .contains("Microsoft.Authorization/roleAssignments/write")
    );
    assert_eq!(chat(&server, "nobody"), 401);

    let mut admin = Person::signed_in(&server, "admin");
    let list = admin
        .get("/portal/access/assignments?scope=contoso&wanted=developer")
        .body;
    let link = list.split("href=\"/portal/access/remove").nth(1).unwrap();
    let link = link
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let page = admin.get(&format!("/portal/access/remove{link}")).body;
    let fields = fields(&page, "/portal/access/remove");
    assert_eq!(alice.post("/portal/access/remove", &fields).status, 403);
    assert_eq!(
        alice.get(&format!("/portal/access/remove{link}")).status,
        403
    );
    assert_eq!(chat(&server, "developer"), 200);
}

#[test]
fn who_may_not_read_sees_their_own_and_is_told_so() {
    let server = TestServer::start();
    let mut alice = Person::signed_in(&server, "alice");
    let list = alice.get("/portal/access/assignments?scope=contoso");
    assert_eq!(list.status, 200);
    assert!(list.body.contains("You see your own assignments only"));
    assert!(list.body.contains("alice") && !list.body.contains("openai-only"));
    assert_eq!(
        alice
            .get("/portal/access?scope=contoso&principal=alice&ask=chat")
            .status,
        200
    );
    let about_others = alice.get(CHECK);
    assert_eq!(about_others.status, 403);
    assert!(
        about_others
            .body
            .contains("Microsoft.Authorization/roleAssignments/read")
    );
    for path in ["/portal/access/roles", "/portal/access/denied"] {
        let answer = alice.get(&format!("{path}?scope=contoso"));
        assert_eq!(answer.status, 403, "{path}");
    }
    // The other account is none that she may read, so it is not there for her.
    assert!(!alice.get("/portal").body.contains("contoso-lab"));
    assert!(!alice.get("/portal/access").body.contains("contoso-lab"));
    for scope in [
        "contoso-lab",
        "resource-group:lab",
        "/subscriptions/none",
        "/",
    ] {
        let answer = alice.get(&format!("/portal/access?scope={}", encode(scope)));
        assert_eq!(answer.status, 404, "{scope}");
    }
}

#[test]
fn an_eligible_role_is_activated_by_whom_it_is_for_and_by_nobody_else() {
    let role = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
    let eligible = "[[assignment]]\nprincipal = 'alice'\nrole = 'Reader'\nscope = 'contoso'\neligible = true\n\
                    [[assignment]]\nprincipal = 'nobody'\nrole = 'Owner'\nscope = 'contoso'\neligible = true\n";
    let server = TestServer::with_config(&format!("{SAMPLE}\n{eligible}"));
    let mut alice = Person::signed_in(&server, "alice");
    let page = alice.get("/portal/access/eligible?scope=contoso").body;
    assert!(
        page.contains("Activate Reader") && !page.contains("Owner"),
        "{page}"
    );
    assert_eq!(alice.get(CHECK).status, 403);
    let mut wanted = fields(&page, "/portal/access/activate");
    wanted.extend([("hours", "2"), ("justification", "to look around")]);
    let answer = alice.post("/portal/access/activate", &wanted);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(
        alice.get(CHECK).status,
        200,
        "a reader may ask about others"
    );
    let page = alice.get("/portal/access/eligible?scope=contoso").body;
    assert!(
        !page.contains("Activate Reader") && page.contains("nobody"),
        "{page}"
    );
    for (name, value, status) in [
        ("role", role, 404),
        ("hours", "x", 400),
        ("hours", "200", 400),
        ("justification", "", 400),
    ] {
        let mut other = wanted.clone();
        other
            .iter_mut()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1 = value;
        let answer = alice.post("/portal/access/activate", &other);
        assert_eq!(answer.status, status, "{name} {value}");
    }
}

#[test]
fn conditions_of_delegation_count() {
    let only = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
    let condition = format!(
        "(!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}})) OR \
         @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{only}}}"
    );
    let config = format!(
        "{SAMPLE}\n[[assignment]]\nprincipal = 'alice'\nrole = 'Role Based Access Control Administrator'\n\
         scope = 'contoso'\ncondition = \"{condition}\"\n"
    );
    let server = TestServer::with_config(&config);
    let mut alice = Person::signed_in(&server, "alice");
    let page = alice.get(CHECK).body;
    assert!(
        page.contains("Assign Cognitive Services OpenAI User"),
        "{page}"
    );
    let fields = fields(&page, "/portal/access/assign");
    let mut owner: Vec<_> = fields.clone();
    for field in &mut owner {
        if field.0 == "role" {
            field.1 = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
        }
    }
    assert_eq!(
        alice.post("/portal/access/assign", &owner).status,
        403,
        "Owner"
    );
    let answer = alice.post("/portal/access/assign", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(chat(&server, "nobody"), 200);
}

#[test]
fn hostile_names_are_shown_as_text() {
    let evil = "<script>alert(1)</script>\\\"'&";
    let config = format!(
        "{SAMPLE}\n[[application]]\nname = \"{evil}\"\nid = \"{}\"\nclient_id = \"{}\"\n\
         [[assignment]]\nprincipal = \"{evil}\"\nrole = 'Reader'\nscope = 'contoso'\n",
        "c0a70500-7e4a-4c0d-9e1d-0b00000000ee", "c0a70500-7e4a-4c0d-9e1d-ca00000000ee",
    );
    let server = TestServer::with_config(&config);
    let mut admin = Person::signed_in(&server, "admin");
    let name = encode("<script>alert(1)</script>\"'&");
    for path in [
        "/portal/access?scope=contoso".to_owned(),
        format!("/portal/access?scope=contoso&principal={name}"),
        format!("/portal/access?scope=contoso&principal={name}&ask=chat"),
        format!("/portal/access?scope=contoso&principal=nobody-{name}"),
        format!("/portal/access?scope=contoso&principal=nobody&ask={name}"),
        format!("/portal/access/assignments?scope=contoso&wanted={name}"),
        "/portal/access/assignments?scope=contoso".to_owned(),
        format!("/portal?account={name}&language={name}"),
    ] {
        let page = admin.get(&path).body;
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(!page.contains("\"'&"), "{path}");
        assert_eq!(page.matches("<script").count(), 2, "{path}");
    }
}

#[test]
fn every_step_of_a_decision_is_in_the_picture() {
    let deny = "[[deny]]\nname = 'no models'\nprincipals = ['developer']\nscope = 'resource-group:ai'\ndata_actions = ['*']\n";
    let server = TestServer::with_config(&format!("{SAMPLE}\n{deny}"));
    let mut admin = Person::signed_in(&server, "admin");
    let check = |admin: &mut Person<'_>, principal: &str, ask: &str, expected: &[&str]| {
        let path = format!(
            "/portal/access?scope=contoso&principal={principal}&ask={}",
            encode(ask)
        );
        let page = admin.get(&path).body;
        for text in expected {
            assert!(
                page.contains(text),
                "{principal} {ask}: no {text} in {page}"
            );
        }
    };
    check(
        &mut admin,
        "group-member",
        "chat",
        &["Allowed", "squad-blue", "ai-developers", "decides"],
    );
    check(
        &mut admin,
        "developer",
        "chat",
        &["Not allowed", "no models", "deny assignment", "decides"],
    );
    check(
        &mut admin,
        "contributor",
        "chat",
        &[
            "Not allowed",
            "management rights only",
            "role-control-plane-only",
        ],
    );
    check(
        &mut admin,
        "other-resource",
        "chat",
        &["Elsewhere", "contoso-lab"],
    );
    let ways = admin.get("/portal/access?scope=contoso&principal=contributor&ask=chat&ways=1");
    for text in [
        "Everything that would permit it",
        "az role assignment create",
        "ai-developers",
    ] {
        assert!(ways.body.contains(text), "{}", ways.body);
    }
    check(
        &mut admin,
        "openai-only",
        "inference-chat",
        &["Not allowed", "data rights for another family"],
    );
    check(
        &mut admin,
        "openai-only",
        "",
        &["What openai-only may do here", "Allowed", "Not allowed"],
    );
    check(
        &mut admin,
        "nobody",
        "role:a97b65f3-24c7-4388-baec-2e87135dc908",
        &["0 of", "Assign Cognitive Services User"],
    );
    check(&mut admin, "nobdy", "", &["Nobody is called"]);
    check(&mut admin, "adams", "", &["Do you mean", "Alice Adams"]);
    check(
        &mut admin,
        "nobody",
        "fly to the moon",
        &["is no operation"],
    );
    check(
        &mut admin,
        "owner",
        "Microsoft.Authorization/roleAssignments/write",
        &["Allowed"],
    );
}

#[test]
fn what_the_portal_changes_is_in_the_journal_with_who_did_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::with_options(SAMPLE, |options| {
        options.ephemeral = false;
        options.data = folder.path().to_owned();
    });
    let server = server.unwrap();
    let mut admin = Person::signed_in(&server, "admin");
    let page = admin.get(CHECK).body;
    admin.post(
        "/portal/access/assign",
        &fields(&page, "/portal/access/assign"),
    );
    let rows = server.operator("GET", "/entrada/audit", "").json();
    let rows = rows["rows"].as_array().unwrap();
    let grant = rows
        .iter()
        .find(|row| row["entry"]["kind"] == "grant")
        .unwrap();
    let by = &grant["entry"]["by"];
    assert_eq!(
        (by["name"].as_str(), by["via"].as_str()),
        (Some("admin"), Some("portal"))
    );
    assert_eq!(grant["entry"]["grant"]["name"], "nobody");
    assert!(
        !admin
            .send("POST", "/portal/access/assign", &[("Origin", ORIGIN)], "")
            .body
            .is_empty()
    );
}
