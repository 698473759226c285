//! Faults of Azure that Entrada cannot be put into, and where tokens go, against a stand-in for Azure: an
//! identity endpoint, a Resource Manager, Graph and an endpoint on loopback.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Run;

const TENANT: &str = "11111111-1111-1111-1111-111111111111";
const CALLER: &str = "22222222-2222-2222-2222-222222222222";
const SUBSCRIPTION: &str = "44444444-4444-4444-4444-444444444444";
const USER_ROLE: &str = "a97b65f3-24c7-4388-baec-2e87135dc908";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/// What stands in every answer, and must stand in no output.
const SECRET: &str = "hunter2SuperSecret9";

type Pages = BTreeMap<&'static str, (u16, Value)>;

/// A stand-in, and what it was asked.
struct Azure {
    origin: String,
    pages: Arc<Mutex<Pages>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

#[derive(Clone, Debug)]
struct Asked {
    method: String,
    path: String,
    authorization: Option<String>,
    body: String,
}

fn account() -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso-ai"
    )
}

fn assignment(role: &str, scope: &str) -> Value {
    json!({ "id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/1"), "properties": {
        "roleDefinitionId": format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"),
        "principalId": CALLER, "principalType": "ServicePrincipal", "scope": scope } })
}

impl Azure {
    /// A healthy one. Pages are found by a part of the path.
    fn start() -> Azure {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let pages: Pages = BTreeMap::from([
            (
                "GET /subscriptions?",
                (
                    200,
                    json!({ "value": [{ "subscriptionId": SUBSCRIPTION, "state": "Enabled", "tenantId": TENANT }] }),
                ),
            ),
            (
                "Microsoft.CognitiveServices/accounts?",
                (
                    200,
                    json!({ "value": [{
                "id": account(), "name": "contoso-ai", "kind": "AIServices", "location": "swedencentral",
                "properties": { "customSubDomainName": "contoso-ai", "publicNetworkAccess": "Enabled", "note": SECRET } }] }),
                ),
            ),
            (
                "/deployments?api-version=2025",
                (
                    200,
                    json!({ "value": [{ "name": "gpt-4o", "properties": {
                "model": { "format": "OpenAI", "name": "gpt-4o" }, "provisioningState": "Succeeded" } }] }),
                ),
            ),
            (
                "/roleAssignments?",
                (200, json!({ "value": [assignment(USER_ROLE, &account())] })),
            ),
            ("/denyAssignments?", (200, json!({ "value": [] }))),
            (
                "/roleEligibilityScheduleInstances?",
                (200, json!({ "value": [] })),
            ),
            ("/transitiveMemberOf", (200, json!({ "value": [] }))),
            (
                "/openai/models",
                (
                    401,
                    json!({ "error": { "code": "401", "message": "Access denied due to invalid subscription key." } }),
                ),
            ),
            ("POST /openai/deployments", (200, json!({ "choices": [] }))),
        ]);
        let azure = Azure {
            origin,
            pages: Arc::new(Mutex::new(pages)),
            asked: Arc::default(),
        };
        let (pages, asked) = (Arc::clone(&azure.pages), Arc::clone(&azure.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (pages, asked) = (Arc::clone(&pages), Arc::clone(&asked));
                std::thread::spawn(move || answer(stream, &pages, &asked));
            }
        });
        azure
    }

    fn with(self, page: &'static str, status: u16, body: Value) -> Azure {
        self.pages.lock().unwrap().insert(page, (status, body));
        self
    }

    /// The variables of a program on one of its machines.
    fn variables(&self) -> BTreeMap<String, String> {
        let set = |name: &str, value: String| (name.to_owned(), value);
        BTreeMap::from([
            set("IDENTITY_ENDPOINT", format!("{}/msi/token", self.origin)),
            set("IDENTITY_HEADER", SECRET.to_owned()),
            set("ENTRADA_DATA", "/nowhere".to_owned()),
            set("ENTRADA_ARM_ENDPOINT", self.origin.clone()),
            set("ENTRADA_GRAPH_ENDPOINT", self.origin.clone()),
        ])
    }

    fn doctor(&self, more: &[&str]) -> Run {
        let arguments = [
            &[
                self.origin.as_str(),
                "--deployment",
                "gpt-4o",
                "--output",
                "json",
            ],
            more,
        ]
        .concat();
        let run = Run::doctor(&arguments, &self.variables());
        assert!(
            !run.output.contains(SECRET) && !run.errors.contains(SECRET),
            "{}",
            run.output
        );
        run.valid();
        run
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(stream: TcpStream, pages: &Mutex<Pages>, asked: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let mut words = first.split(' ');
    let (method, path) = (
        words.next().unwrap().to_owned(),
        words.next().unwrap().to_owned(),
    );
    let (mut authorization, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    asked.lock().unwrap().push(Asked {
        method: method.clone(),
        path: path.clone(),
        authorization,
        body: String::from_utf8(body).unwrap(),
    });
    let line = format!("{method} {path}");
    let found = pages
        .lock()
        .unwrap()
        .iter()
        .find(|(part, _)| line.contains(**part))
        .map(|(_, page)| page.clone());
    let (status, body) = if let Some(query) = path.strip_prefix("/msi/token?") {
        let resource = query
            .split("resource=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let resource = resource.replace("%3A", ":").replace("%2F", "/");
        (
            200,
            json!({ "access_token": token(&resource), "expires_on": "4000000000" }),
        )
    } else {
        found.unwrap_or((404, json!({ "error": { "code": "NotFound" } })))
    };
    let location = body["location"]
        .as_str()
        .map_or(String::new(), |to| format!("location: {to}\r\n"));
    let body = body.to_string();
    let mut stream = stream;
    // Whoever went away does not want it any more.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{location}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// A token for a resource, with a secret in a claim that nobody reads.
fn token(resource: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({ "alg": "RS256", "typ": "JWT" }));
    let body = part(
        json!({ "aud": resource, "tid": TENANT, "oid": CALLER, "idtyp": "app", "exp": 4_000_000_000_i64,
        "iat": 1_700_000_000, "name": SECRET, "iss": format!("https://sts.windows.net/{TENANT}/") }),
    );
    format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(SECRET))
}

#[test]
fn a_healthy_account_is_healthy_without_a_call_and_the_endpoint_gets_no_token() {
    let azure = Azure::start();
    let run = azure.doctor(&[]);
    assert_eq!(run.status, 0, "{}{}", run.output, run.errors);
    for one in azure.asked() {
        assert!(one.method == "GET", "{one:?}");
        if one.path.starts_with("/openai") {
            assert_eq!(one.authorization, None, "{one:?}");
        }
    }
}

#[test]
fn every_token_goes_to_its_own_service() {
    let azure = Azure::start();
    assert_eq!(azure.doctor(&["--probe"]).status, 0);
    let expected = |path: &str| match path {
        path if path.starts_with("/openai/deployments") => {
            Some("https://cognitiveservices.azure.com")
        }
        path if path.starts_with("/subscriptions") => Some("https://management.azure.com"),
        path if path.starts_with("/v1.0") => Some("https://graph.microsoft.com"),
        _ => None,
    };
    let asked = azure.asked();
    for one in &asked {
        let resource = expected(&one.path).map(|resource| format!("Bearer {}", token(resource)));
        assert_eq!(one.authorization, resource, "{}", one.path);
    }
    assert_eq!(
        asked.iter().filter(|one| one.method == "POST").count(),
        2,
        "whole and streamed"
    );
}

#[test]
fn a_redirect_takes_no_token_along() {
    let (elsewhere, azure) = (Azure::start(), Azure::start());
    let to = json!({ "location": format!("{}/steal", elsewhere.origin) });
    let azure = azure
        .with("POST /openai/deployments", 307, to.clone())
        .with("GET /subscriptions?", 302, to);
    let run = azure.doctor(&["--probe"]);
    assert_ne!(run.status, 0);
    assert!(elsewhere.asked().is_empty(), "{:?}", elsewhere.asked());
}

#[test]
fn a_list_that_goes_on_elsewhere_is_not_followed() {
    let (elsewhere, azure) = (Azure::start(), Azure::start());
    let next = format!("{}/subscriptions?page=2", elsewhere.origin);
    let azure = azure.with(
        "GET /subscriptions?",
        200,
        json!({ "value": [], "nextLink": next }),
    );
    azure.doctor(&[]);
    assert!(elsewhere.asked().is_empty());
}

#[test]
fn what_azure_can_be_put_into_is_found() {
    let account_with = |properties: Value| json!({ "value": [{ "id": account(), "name": "contoso-ai", "kind": "AIServices", "location": "x", "properties": properties }] });
    let accounts = "Microsoft.CognitiveServices/accounts?";
    let scope = account();
    let eligible = json!({ "value": [assignment(USER_ROLE, &scope)] });
    let none = json!({ "value": [] });
    let deny = json!({ "value": [{ "id": "d", "properties": { "denyAssignmentName": "no", "scope": scope,
        "permissions": [{ "dataActions": ["*"] }], "principals": [{ "id": CALLER }] } }] });
    let cases: Vec<(Azure, &str)> = vec![
        (Azure::start().with("/roleAssignments?", 200, none.clone()), "role-missing"),
        (Azure::start().with("/roleAssignments?", 200, json!({ "value": [assignment(OWNER, &scope)] })), "role-control-plane-only"),
        (
            Azure::start().with("/roleAssignments?", 200, none).with("/roleEligibilityScheduleInstances?", 200, eligible),
            "role-pim-not-activated",
        ),
        (Azure::start().with("/denyAssignments?", 200, deny), "deny-assignment"),
        (
            Azure::start().with(accounts, 200, account_with(json!({ "customSubDomainName": "contoso-ai", "publicNetworkAccess": "Disabled" }))),
            "public-network-disabled",
        ),
        (Azure::start().with(accounts, 200, account_with(json!({}))), "custom-subdomain-missing"),
        (
            Azure::start().with("GET /subscriptions?", 200, json!({ "value": [{ "subscriptionId": SUBSCRIPTION, "state": "Disabled" }] })),
            "subscription-disabled",
        ),
        (
            Azure::start().with("/openai/models", 403, json!({ "error": { "code": "403", "message": "Access denied due to Virtual Network/Firewall rules." } })),
            "firewall-rules",
        ),
        (Azure::start().with("/deployments?api-version=2025", 200, json!({ "value": [] })), "model-not-deployed-or-unknown"),
    ];
    for (azure, cause) in cases {
        let run = azure.doctor(&[]);
        assert_eq!(
            run.rules().first().map(String::as_str),
            Some(cause),
            "{}",
            run.output
        );
        assert_eq!(run.status, 1, "{cause}");
    }
}

#[test]
fn what_may_not_be_read_leaves_it_undecided_and_names_the_permission() {
    let forbidden = json!({ "error": { "code": "AuthorizationFailed", "message": format!("password={SECRET}") } });
    let azure = Azure::start().with("/roleAssignments?", 403, forbidden);
    let run = azure.doctor(&[]);
    assert_eq!(run.status, 2, "{}", run.output);
    assert!(
        run.output
            .contains("Microsoft.Authorization/roleAssignments/read")
    );
    assert!(run.rules().is_empty());
}

#[test]
fn a_role_is_assigned_through_the_resource_manager_after_a_yes() {
    let azure = Azure::start()
        .with("/roleAssignments?", 200, json!({ "value": [] }))
        .with("PUT /subscriptions", 201, json!({}));
    let offered = azure.doctor(&["--fix"]);
    assert!(
        offered.errors.contains("Cognitive Services OpenAI User"),
        "{}",
        offered.errors
    );
    assert!(azure.asked().iter().all(|one| one.method != "PUT"));
    azure.doctor(&["--fix", "--yes"]);
    let asked = azure.asked();
    let put: Vec<&Asked> = asked.iter().filter(|one| one.method == "PUT").collect();
    assert_eq!(put.len(), 1);
    let body: Value = serde_json::from_str(&put[0].body).unwrap();
    assert_eq!(body["properties"]["principalId"], CALLER);
    assert_eq!(body["properties"]["principalType"], "ServicePrincipal");
    assert!(put[0].path.starts_with(&format!(
        "{}/providers/Microsoft.Authorization/roleAssignments/",
        account()
    )));
}

#[test]
fn a_line_of_a_file_of_variables_is_mended_after_a_yes() {
    let azure = Azure::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    let before = format!("AZURE_TOKEN_CREDENTIALS=cli\nAZURE_OPENAI_API_KEY={SECRET}\n");
    std::fs::write(&file, &before).unwrap();
    let arguments = ["--env-file", file.to_str().unwrap(), "--fix"];
    let offered = azure.doctor(&arguments);
    assert_eq!(
        offered.rules()[0],
        "sdk-misconfigured",
        "{}",
        offered.output
    );
    assert!(
        offered.errors.contains("-AZURE_TOKEN_CREDENTIALS=cli"),
        "{}",
        offered.errors
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    azure.doctor(&[&arguments[..], &["--yes"]].concat());
    let after = std::fs::read_to_string(&file).unwrap();
    assert_eq!(after, format!("AZURE_OPENAI_API_KEY={SECRET}\n"));
}
