//! A server of real tenants, in front of an Entra that is not ours.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use testkit::{Bearer, SigningKey};

use super::client::{Answer, TestServer};
use super::entra::Entra;
use crate::config::{GATEWAY, SAMPLE};
use crate::route::table::{Guard, PublicRoute, SERVICE};
use crate::{KeyRefresh, StartError};

const HOME: &str = "5f1d2c3b-0000-4000-8000-00000000000a";
const PARTNER: &str = "5f1d2c3b-0000-4000-8000-00000000000b";
const STRANGER: &str = "5f1d2c3b-0000-4000-8000-00000000000c";
const CLIENT_ID: &str = "5f1d2c3b-0000-4000-8000-0000000000c1";
const GROUP: &str = "5f1d2c3b-0000-4000-8000-0000000000d1";
const PATH: &str = "/openai/v1/chat/completions";
const HELLO: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;

fn robot() -> Bearer {
    Bearer::application("robot")
}

fn audience() -> String {
    format!("api://{CLIENT_ID}")
}

/// `robot` of the home tenant, `ada` of the partner's and a group may call.
fn config(entra: &Entra) -> String {
    format!(
        r#"
[entra]
client_id = "{CLIENT_ID}"
ca_file = '{ca}'
operator_role = "Entrada.Operator"

[[entra.tenant]]
id = "{HOME}"
authority = "{origin}"

[[entra.tenant]]
id = "{PARTNER}"
authority = "{origin}"

[endpoint]
default_account = "gate"

[[subscription]]
id = "5f1d2c3b-0000-4000-8000-0000000000e1"
name = "Production"

[[account]]
name = "gate"
subscription = "Production"
resource_group = "ai"

[[account.deployment]]
name = "gpt-4o"
model = {{ format = "OpenAI", name = "gpt-4o" }}

[[application]]
name = "robot"
id = "{robot}"
client_id = "{client}"

[[user]]
name = "ada"
tenant = "{PARTNER}"
id = "{ada}"
upn = "ada@partner.example"

[[group]]
name = "developers"
id = "{GROUP}"

[[assignment]]
principal = "robot"
role = "Cognitive Services OpenAI User"
scope = "gate"

[[assignment]]
principal = "ada"
role = "Cognitive Services OpenAI User"
scope = "gate"

[[assignment]]
principal = "developers"
role = "Cognitive Services OpenAI User"
scope = "gate"
"#,
        ca = entra.ca_file().display(),
        origin = entra.origin,
        robot = robot().object_id,
        client = robot().app_id,
        ada = Bearer::person("ada").object_id,
    )
}

/// An Entra that publishes the shared key for both tenants.
fn entra() -> Entra {
    let entra = Entra::start();
    for tenant in [HOME, PARTNER] {
        entra.publish(tenant, &[SigningKey::shared()]);
    }
    entra
}

fn call(server: &TestServer, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.send("POST", PATH, &[("Authorization", &bearer)], HELLO)
}

#[test]
fn tokens_of_real_tenants_are_judged() {
    let entra = entra();
    let server = TestServer::with_config(&config(&entra));
    let check = |token: String, status: u16, says: &str| {
        let answer = call(&server, &token);
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(says), "{}", answer.body);
        assert_eq!(answer.header("x-entrada-cause"), None);
    };
    let v1 = |tenant: &str, bearer: &Bearer| Entra::v1(tenant, bearer).audience(&audience());
    let v2 = |tenant: &str, bearer: &Bearer| entra.v2(tenant, bearer).audience(CLIENT_ID);
    let (ada, nobody) = (Bearer::person("ada"), Bearer::person("nobody"));

    check(v1(HOME, &robot()).sign(), 200, "chat.completion");
    check(v2(HOME, &robot()).sign(), 200, "chat.completion");
    check(v2(PARTNER, &ada).sign(), 200, "chat.completion");
    check(v1(HOME, &nobody).groups(&[GROUP]).sign(), 200, "chat");

    check(
        v1(HOME, &nobody).sign(),
        401,
        "lacks the required data action",
    );
    // Object ids count in their own tenant only, and so do groups.
    check(v1(PARTNER, &robot()).sign(), 401, "lacks the required");
    check(v1(HOME, &ada).sign(), 401, "lacks the required");
    check(v1(PARTNER, &nobody).groups(&[GROUP]).sign(), 401, "lacks");

    let rejected = "audience is incorrect (api://";
    check(v1(STRANGER, &robot()).sign(), 401, rejected);
    check(v2(STRANGER, &robot()).sign(), 401, rejected);
    let elsewhere = v1(HOME, &robot()).claim("iss", "https://evil.example/");
    check(elsewhere.sign(), 401, rejected);
    // The issuer of one tenant cannot speak of another.
    check(
        v1(HOME, &robot()).claim("tid", PARTNER).sign(),
        401,
        rejected,
    );
    check(Entra::v1(HOME, &robot()).sign(), 401, rejected);
    check(v1(HOME, &robot()).forged().sign(), 401, rejected);
    check(v1(HOME, &robot()).claim("exp", 1).sign(), 401, rejected);
}

#[test]
fn with_common_keys_a_good_token_of_a_foreign_tenant_is_told_from_a_forged_one() {
    let entra = Entra::start();
    entra.publish("{tenantid}", &[SigningKey::shared()]);
    let authority = format!("authority = \"{}\"", entra.origin);
    let general = format!("{authority}\nissuer_v1 = \"https://sts.windows.net/{{tenantid}}/\"");
    let server = TestServer::with_config(&config(&entra).replace(&authority, &general));
    let token = |tenant: &str| Entra::v1(tenant, &robot()).audience(&audience());
    assert_eq!(call(&server, &token(HOME).sign()).status, 200);
    let foreign = call(&server, &token(STRANGER).sign());
    assert_eq!(foreign.status, 400, "{}", foreign.body);
    assert!(foreign.body.contains("Tenant"), "{}", foreign.body);
    let forged = call(&server, &token(STRANGER).forged().sign());
    assert_eq!(forged.status, 401);
}

#[test]
fn a_new_key_is_fetched_when_a_token_names_it() {
    let entra = entra();
    let refresh = KeyRefresh {
        unknown_key: 0,
        ..KeyRefresh::default()
    };
    let config = config(&entra);
    let often = TestServer::with_options(&config, |options| options.key_refresh = refresh).unwrap();
    let rarely = TestServer::with_config(&config);
    let next = SigningKey::generate("next");
    let token = Entra::v1(HOME, &robot()).audience(&audience());
    let token = token.header("kid", "next").signed_with(&next);
    assert_eq!(call(&often, &token).status, 401);
    entra.publish(HOME, &[SigningKey::shared(), &next]);
    assert_eq!(call(&often, &token).status, 200);
    // Five minutes have not passed: nobody waits for anything.
    let started = Instant::now();
    assert_eq!(call(&rarely, &token).status, 401);
    assert!(started.elapsed() < Duration::from_secs(2));
    // The old key still counts, until it is withdrawn.
    let old = Entra::v1(HOME, &robot()).audience(&audience()).sign();
    assert_eq!(call(&often, &old).status, 200);
    entra.publish(HOME, &[&next]);
    let unknown = token.replace(token.split('.').next().unwrap(), &{
        let other = SigningKey::generate("other");
        let header = serde_json::json!({ "typ": "JWT", "alg": "RS256", "kid": "other" });
        let signed = other.sign(&header, &serde_json::json!({}));
        signed.split('.').next().unwrap().to_owned()
    });
    assert_eq!(call(&often, &unknown).status, 401);
    assert_eq!(call(&often, &old).status, 401);
    assert_eq!(call(&often, &token).status, 200);
}

#[test]
fn while_keys_cannot_be_fetched_tokens_are_refused_and_asked_to_try_again() {
    let entra = Entra::start();
    let refresh = KeyRefresh {
        retry: 1,
        ..KeyRefresh::default()
    };
    let server =
        TestServer::with_options(&config(&entra), |options| options.key_refresh = refresh).unwrap();
    let token = Entra::v1(HOME, &robot()).audience(&audience()).sign();
    let refused = call(&server, &token);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(refused.header("retry-after"), Some("30"));
    let id = refused.header("apim-request-id").unwrap();
    let record = server.operator("GET", &format!("/entrada/requests/{id}"), "");
    assert!(record.body.contains("signing keys of"), "{}", record.body);
    assert_eq!(server.send("GET", "/healthz", &[], "").status, 200);
    assert_eq!(server.send("GET", "/readyz", &[], "").status, 503);
    let garbage = call(&server, "a.b.c");
    assert_eq!(garbage.status, 401, "what is no token never will be one");

    // One of the two comes back; the other's tokens stay refused.
    entra.publish(HOME, &[SigningKey::shared()]);
    let started = Instant::now();
    while call(&server, &token).status != 200 {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.send("GET", "/readyz", &[], "").status, 200);
    let partner = Entra::v1(PARTNER, &Bearer::person("ada")).audience(&audience());
    assert_eq!(call(&server, &partner.sign()).status, 503);
}

#[test]
fn nothing_of_local_mode_is_there() {
    let entra = entra();
    let server = TestServer::with_config(&config(&entra));
    for row in SERVICE {
        let path = row.path.replace("{tenant}", HOME).replace("**", "token");
        let local = match row.guard {
            Guard::Public(PublicRoute::Health | PublicRoute::OpenApi, _) => false,
            Guard::Public(..) => true,
            _ => [
                "/entrada/keys",
                "/entrada/keys/rotate",
                "/entrada/token",
                "/entrada/environment",
                "/entrada/journal",
                "/entrada/reset",
            ]
            .contains(&row.path),
        };
        let method = if row.method == "*" {
            "POST"
        } else {
            row.method
        };
        let answer = server.operator(method, &path, r#"{"principal":"robot","scope":"x"}"#);
        let absent = ["no_local_tenant", "not_found"]
            .iter()
            .any(|code| answer.body.contains(&format!("\"{code}\"")));
        assert_eq!(absent, local, "{row:?} {}", answer.body);
        assert!(!local || answer.status == 404, "{row:?} {}", answer.status);
    }
    let imds = server.send(
        "GET",
        "/metadata/identity/oauth2/token",
        &[("Metadata", "true")],
        "",
    );
    assert_eq!(imds.status, 404);
    let environment = server.operator("GET", "/entrada/environment?principal=robot", "");
    assert!(
        environment.body.contains("real tenants"),
        "{}",
        environment.body
    );

    // A client cannot ask for trouble, and names of answers cannot be guessed.
    let token = Entra::v1(HOME, &robot()).audience(&audience()).sign();
    let headers = [
        ("Authorization", &*format!("Bearer {token}")),
        ("x-entrada-fault", "500"),
    ];
    let answer = server.send("POST", PATH, &headers, HELLO);
    assert_eq!(answer.status, 200);
    let other = TestServer::with_config(&config(&entra));
    let again = other.send("POST", PATH, &headers, HELLO);
    assert_ne!(answer.json()["id"], again.json()["id"]);
}

#[test]
fn what_is_local_and_what_is_real_do_not_mix() {
    let entra = entra();
    let good = config(&entra);
    let check = |config: String, says: &str| {
        let refused = TestServer::with_options(&config, |_| {}).map(|_| ());
        let message = refused.unwrap_err().to_string();
        assert!(message.contains(says), "{message}");
    };
    let tenant = SAMPLE
        .split("[endpoint]")
        .next()
        .unwrap()
        .split("[tenant]")
        .nth(1)
        .unwrap();
    check(format!("[tenant]{tenant}\n{good}"), "never both");
    check(
        good.replace("[endpoint]", "[endpoint]\njournal = true"),
        "journal",
    );
    check(
        good.replace("[[user]]", "[[user]]\npassword = \"x\""),
        "local token service",
    );
    check(
        good.replace("[[application]]", "[[application]]\nsecrets = [\"x\"]"),
        "local token service",
    );
    check(
        good.replace("[[application]]", "[[application]]\ncertificates = [\"x\"]"),
        "local token service",
    );
    check(
        good.replace(&robot().object_id, "c0a70500-7e4a-4c0d-9e1d-0b0000000001"),
        "sample tenant",
    );
    check(
        good.replace(HOME, "c0a70500-7e4a-4c0d-9e1d-000000000000"),
        "sample tenant",
    );
    let key = "[[account]]\nlocal_auth = true\nkeys = [\"contoso-local-key-1\"]";
    check(good.replace("[[account]]", key), "published sample");
    let microsoft = "audiences = [\"https://cognitiveservices.azure.com/\"]\nca_file";
    check(good.replace("ca_file", microsoft), "microsoft_audiences");
    let graph = "[endpoint.audiences]\nv1 = [\"00000003-0000-0000-c000-000000000000\"]\n[endpoint]";
    check(good.replace("[endpoint]", graph), "microsoft_audiences");
}

#[test]
fn microsofts_audiences_are_accepted_where_that_was_asked_for() {
    let entra = entra();
    let home = format!("id = \"{HOME}\"\nauthority = \"{}\"", entra.origin);
    let extra = "microsoft_audiences = true\nca_file";
    // The audiences follow from a tenant's cloud; this one's keys come from elsewhere.
    let config = config(&entra).replace("ca_file", extra);
    let cloud = format!("{home}\n[[entra.tenant]]\nid = \"{STRANGER}\"\ncloud = \"government\"");
    let server = TestServer::with_config(&config.replace(&home, &cloud));
    let token = |audience: &str| Entra::v1(HOME, &robot()).audience(audience).sign();
    let gov = token("https://cognitiveservices.azure.us");
    assert_eq!(call(&server, &gov).status, 200);
    assert_eq!(call(&server, &token(&audience())).status, 200);
    assert_eq!(
        call(&server, &token("https://cognitiveservices.azure.com")).status,
        401
    );
}

#[test]
fn the_operator_may_have_an_entra_role_of_the_home_tenant() {
    let entra = entra();
    let server = TestServer::with_config(&config(&entra));
    let ada = Bearer::person("ada");
    let ask = |token: String| {
        let bearer = format!("Bearer {token}");
        server
            .send(
                "GET",
                "/entrada/requests",
                &[("Authorization", &bearer)],
                "",
            )
            .status
    };
    let roles = |tenant: &str, role: &str| Entra::v1(tenant, &ada).claim("roles", vec![role]);
    let own = audience();
    assert_eq!(
        ask(roles(HOME, "Entrada.Operator").audience(&own).sign()),
        200
    );
    assert_eq!(
        ask(entra
            .v2(HOME, &ada)
            .claim("roles", vec!["Entrada.Operator"])
            .audience(CLIENT_ID)
            .sign()),
        200
    );
    assert_eq!(
        ask(roles(HOME, "Entrada.Reader").audience(&own).sign()),
        401
    );
    assert_eq!(ask(Entra::v1(HOME, &ada).audience(&own).sign()), 401);
    assert_eq!(
        ask(roles(PARTNER, "Entrada.Operator").audience(&own).sign()),
        401
    );
    assert_eq!(ask(roles(HOME, "Entrada.Operator").sign()), 401);
    assert_eq!(
        ask(roles(HOME, "Entrada.Operator")
            .audience(&own)
            .forged()
            .sign()),
        401
    );
}

#[test]
fn groups_that_the_token_could_not_name_do_not_slip_past_a_deny_assignment() {
    let entra = entra();
    let good = config(&entra);
    let deny = |principal: &str| {
        format!(
            "{good}\n[[deny]]\nname = \"none\"\nprincipals = [\"{principal}\"]\nscope = \"gate\"\n\
             data_actions = [\"Microsoft.CognitiveServices/*\"]"
        )
    };
    let token = Entra::v1(HOME, &robot()).audience(&audience());
    let token = token.claim("_claim_names", serde_json::json!({"groups": "src1"}));
    let token = token.sign();
    let status = |config: &str| call(&TestServer::with_config(config), &token).status;
    assert_eq!(
        status(&good),
        200,
        "assignments to groups are missed, no more"
    );
    assert_eq!(status(&deny("developers")), 401);
    assert_eq!(status(&deny("5f1d2c3b-0000-4000-8000-0000000000f1")), 401);
    assert_eq!(status(&deny("ada")), 200);
}

#[test]
fn policy_speaks_of_anybody_by_object_id() {
    let entra = entra();
    let server = TestServer::with_config(&config(&entra));
    let bearer = Bearer::person("newcomer");
    let token = Entra::v1(HOME, &bearer).audience(&audience()).sign();
    let refused = call(&server, &token);
    assert_eq!(refused.status, 401);
    let id = refused.header("apim-request-id").unwrap();
    let record = server.operator("GET", &format!("/entrada/requests/{id}"), "");
    let command = format!("entrada grant {}", bearer.object_id);
    assert!(record.body.contains(&command), "{}", record.body);
    let grant = serde_json::json!({
        "principal": bearer.object_id, "role": "Cognitive Services OpenAI User", "scope": "gate"
    });
    let granted = server.operator("POST", "/entrada/grant", &grant.to_string());
    assert_eq!(granted.status, 200, "{}", granted.body);
    assert_eq!(call(&server, &token).status, 200);
    let check = serde_json::json!({
        "principal": format!("{PARTNER}/{}", bearer.object_id), "operation": "chat", "resource": "gate"
    });
    let checked = server.operator("POST", "/entrada/check", &check.to_string());
    assert_eq!(checked.json()["decision"], "denied", "{}", checked.body);
    assert!(
        checked.body.contains("only a token names"),
        "{}",
        checked.body
    );
    let unknown = check.to_string().replace(PARTNER, STRANGER);
    assert_eq!(
        server.operator("POST", "/entrada/check", &unknown).status,
        404
    );
}

/// A model server that answers everything alike, and what it was asked: head and body.
fn model_server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = listener.accept() {
            let mut request = String::new();
            let mut piece = [0; 4096];
            // Every body of these tests ends so.
            while !request.ends_with("}]}") {
                let read = socket.read(&mut piece).unwrap();
                assert_ne!(read, 0, "{request}");
                request += std::str::from_utf8(&piece[..read]).unwrap();
            }
            heard.lock().unwrap().push(request);
            let body = r#"{"object":"chat.completion","choices":[]}"#;
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = socket.write_all(answer.as_bytes());
        }
    });
    (url, asked)
}

#[test]
fn the_guides_gateway_passes_calls_on_and_tokens_not() {
    const TENANT: &str = "11111111-1111-4111-8111-111111111111";
    let entra = Entra::start();
    entra.publish(TENANT, &[SigningKey::shared()]);
    let (url, asked) = model_server();
    let (ca_file, origin) = (entra.ca_file(), &entra.origin);
    let config = GATEWAY
        .replace(
            "operator_role =",
            &format!("ca_file = '{}'\noperator_role =", ca_file.display()),
        )
        .replace(
            &format!("id = \"{TENANT}\""),
            &format!("id = \"{TENANT}\"\nauthority = \"{origin}\""),
        )
        .replace("http://127.0.0.1:8000/v1", &url);
    let server = TestServer::with_config(&config);
    let token = |bearer: &Bearer| {
        Entra::v1(TENANT, bearer).audience("api://22222222-2222-4222-8222-222222222222")
    };
    let ada = Bearer::person("ada");
    let body = HELLO.replace("gpt-4o", "llama");
    let call = |path: &str, token: &str| {
        let headers = [
            ("Host", "models.example.com"),
            ("Authorization", &*format!("Bearer {token}")),
        ];
        server.send("POST", path, &headers, &body)
    };
    let member = token(&ada).groups(&["44444444-4444-4444-8444-444444444444"]);
    let member = member.sign();
    assert_eq!(call(PATH, &member).status, 200);
    let batch = Bearer {
        object_id: "55555555-5555-4555-8555-555555555555".to_owned(),
        ..Bearer::application("nightly-batch")
    };
    let classic = "/openai/deployments/llama/chat/completions?api-version=2024-10-21";
    assert_eq!(call(classic, &token(&batch).sign()).status, 200);
    assert_eq!(call(PATH, &token(&ada).sign()).status, 401);
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 2, "who may not call is not passed on");
    for request in asked.iter() {
        assert!(request.contains("meta-llama/Llama-3.3-70B-Instruct"));
        assert!(
            !request.to_lowercase().contains("authorization"),
            "{request}"
        );
        assert!(!request.contains(member.split('.').next().unwrap()));
    }
}

#[test]
fn published_secrets_do_not_guard_what_others_can_reach() {
    let start = TestServer::with_options(SAMPLE, |options| {
        options.allow_remote = true;
        options.http = "0.0.0.0:0".parse().unwrap();
    });
    assert!(matches!(
        start.map(|_| ()),
        Err(StartError::SecretIsPublic(_))
    ));
}

/// Who may call a model with a token shall not hand out roles with the same one, unless somebody wanted that.
#[test]
fn the_management_plane_is_closed_until_its_audience_is_named() {
    let entra = entra();
    let owner = "\n[[assignment]]\nprincipal = 'robot'\nrole = 'Owner'\nscope = 'subscription:Production'\n";
    let config = format!("{}{owner}", config(&entra));
    let send = |server: &TestServer, path: &str, token: &str| {
        let bearer = format!("Bearer {token}");
        server.send("GET", path, &[("Authorization", &bearer)], "")
    };
    let subscription = "/subscriptions/5f1d2c3b-0000-4000-8000-0000000000e1?api-version=2022-12-01";
    let own = Entra::v1(HOME, &robot()).audience(&audience()).sign();
    let arm = Entra::v1(HOME, &robot())
        .audience("https://management.azure.com")
        .sign();
    let server = TestServer::with_config(&config);
    for token in [&own, &arm] {
        assert_eq!(send(&server, subscription, token).status, 401);
        assert_eq!(send(&server, "/graph/v1.0/users", token).status, 401);
    }
    let named = format!("[endpoint.audiences]\nmanagement = [\"{}\"]\n", audience());
    let open = config.replacen("[[subscription]]", &format!("{named}\n[[subscription]]"), 1);
    let server = TestServer::with_config(&open);
    let answer = send(&server, subscription, &own);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(send(&server, subscription, &arm).status, 401);
    // The same object id of another tenant is somebody else.
    let namesake = Entra::v1(PARTNER, &robot()).audience(&audience()).sign();
    assert_eq!(send(&server, subscription, &namesake).status, 403);
    let microsofts = open.replace(
        &named,
        "[endpoint.audiences]\nmanagement = [\"https://management.azure.com\"]\n",
    );
    let refused = TestServer::with_options(&microsofts, |_| {});
    assert!(matches!(refused.err(), Some(StartError::Config(_))));
}
