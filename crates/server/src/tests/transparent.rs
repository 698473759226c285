//! Transparent mode: Azure's own names, through the proxy, and what an attacker would try there.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use testkit::secret::{leaks, secrets};

use super::client::{Answer, TestServer, parse};
use crate::config;
use crate::listen::{Limits, ListenAddress};
use crate::{Options, StartError};

const AUTHORITY: &str = "login.microsoftonline.com";
const ACCOUNT: &str = "contoso.openai.azure.com";
const ARM: &str = "management.azure.com";
const GRAPH: &str = "graph.microsoft.com";
const TENANT: &str = "c0a70500-7e4a-4c0d-9e1d-000000000000";
const DEVELOPER: &str = "c0a70500-7e4a-4c0d-9e1d-ca0000000001";
const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const CHAT: &str = "/openai/v1/chat/completions";
const HELLO: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;

fn start() -> TestServer {
    with(|_| ())
}

fn with(change: impl FnOnce(&mut Options)) -> TestServer {
    TestServer::with_options(config::SAMPLE, |options| {
        options.intercept = Some(0);
        change(options);
    })
    .unwrap()
}

fn connect(server: &TestServer) -> TcpStream {
    let proxy = server.server().addresses().intercept.clone().unwrap();
    let stream = TcpStream::connect(proxy.strip_prefix("http://").unwrap()).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream
}

/// These bytes to the proxy itself.
fn to_proxy(server: &TestServer, request: &str) -> Answer {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    parse(&bytes)
}

/// These bytes through a tunnel to `host`, with a handshake for `name`.
fn through(server: &TestServer, host: &str, name: &str, request: &str) -> Answer {
    let mut stream = connect(server);
    let connect = format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n");
    stream.write_all(connect.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{head:?}");
    let mut roots = RootCertStore::empty();
    let bundle = std::fs::read(server.server().data().interception_authorities()).unwrap();
    for root in CertificateDer::pem_slice_iter(&bundle) {
        roots.add(root.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, stream);
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    parse(&bytes)
}

/// A request as a client sends it, all three names the same.
fn call(
    server: &TestServer,
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    through(server, host, host, &request)
}

fn sign_in(server: &TestServer, form: &str) -> Answer {
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
    call(server, AUTHORITY, "POST", &path, &form_type, form)
}

fn token(server: &TestServer, resource: &str) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id={DEVELOPER}&client_secret=contoso-developer-secret\
         &scope={resource}/.default"
    );
    let answer = sign_in(server, &form);
    assert_eq!(answer.status, 200, "{}", answer.body);
    format!("Bearer {}", answer.json()["access_token"].as_str().unwrap())
}

#[test]
fn a_program_signs_in_and_calls_under_azures_own_names() {
    let server = start();
    let bearer = token(&server, COGNITIVE_SERVICES);
    for host in [
        ACCOUNT,
        "contoso.services.ai.azure.com",
        "contoso.cognitiveservices.azure.com",
    ] {
        let answer = call(
            &server,
            host,
            "POST",
            CHAT,
            &[("Authorization", &bearer)],
            HELLO,
        );
        assert_eq!(answer.status, 200, "{host}: {}", answer.body);
    }
    let management = token(&server, "https://management.azure.com");
    let path = "/subscriptions?api-version=2022-12-01";
    let answer = call(
        &server,
        ARM,
        "GET",
        path,
        &[("Authorization", &management)],
        "",
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    let graph = token(&server, "https://graph.microsoft.com");
    let path = "/v1.0/servicePrincipals";
    let answer = call(
        &server,
        GRAPH,
        "GET",
        path,
        &[("Authorization", &graph)],
        "",
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn documents_name_azures_own_addresses() {
    let server = start();
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let document = call(&server, AUTHORITY, "GET", &path, &[], "").json();
    let is = |member: &str, end: &str| {
        let expected = format!("https://{AUTHORITY}/{TENANT}/{end}");
        assert_eq!(document[member], expected.as_str());
    };
    is("token_endpoint", "oauth2/v2.0/token");
    is("issuer", "v2.0");
    let path = format!(
        "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://{AUTHORITY}/common/oauth2/authorize"
    );
    let instance = call(&server, AUTHORITY, "GET", &path, &[], "").json();
    assert_eq!(
        instance["metadata"][0]["preferred_cache"],
        "login.windows.net"
    );
    let path = "/metadata/endpoints?api-version=2022-09-01";
    let cloud = call(&server, ARM, "GET", path, &[], "").json();
    assert_eq!(cloud["name"], "AzureCloud");
    assert_eq!(
        cloud["authentication"]["loginEndpoint"],
        "https://login.microsoftonline.com"
    );
    assert_eq!(
        cloud["microsoftGraphResourceId"],
        "https://graph.microsoft.com"
    );
}

#[test]
fn people_are_sent_to_our_own_pages_and_not_to_entras() {
    let server = start();
    let form = "client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&scope=https://management.azure.com/.default";
    let path = "/organizations/oauth2/v2.0/devicecode";
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = call(&server, AUTHORITY, "POST", path, &headers, form);
    let page = answer.json()["verification_uri"].clone();
    let own = format!(
        "{}/common/oauth2/deviceauth",
        server.server().addresses().http
    );
    assert_eq!(page, Value::from(own));
}

#[test]
fn what_is_not_on_the_list_is_refused_at_once() {
    let server = start();
    for target in [
        "example.com:443",
        "portal.azure.com:443",
        "contoso.openai.azure.com:8443",
        "contoso.openai.azure.com:80",
        "contoso.openai.azure.com.evil.example:443",
        "a.b.openai.azure.com:443",
        "127.0.0.1:443",
        "localhost:443",
        "[::1]:443",
        "169.254.169.254:443",
        &format!("user:tr0ub4dor@{ACCOUNT}:443"),
    ] {
        let begun = Instant::now();
        let answer = to_proxy(
            &server,
            &format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"),
        );
        assert_eq!(answer.status, 403, "{target}: {}", answer.body);
        assert_eq!(answer.reason, "Not intercepted by Entrada");
        assert!(!answer.body.contains("tr0ub4dor"), "{}", answer.body);
        let allowed = answer.json()["error"]["allowed"].clone();
        assert!(
            allowed
                .as_array()
                .unwrap()
                .contains(&"*.openai.azure.com".into())
        );
        assert!(begun.elapsed() < Duration::from_secs(2), "{target}");
    }
}

/// What a page in a browser can send, and what a program sends that has the wrong kind of proxy.
#[test]
fn the_proxy_answers_nothing_but_what_is_meant_for_a_proxy() {
    let server = start();
    let http = server.server().addresses().http_address;
    for request in [
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: login.microsoftonline.com\r\n\r\n".to_owned(),
        "GET /metadata/identity/oauth2/token HTTP/1.1\r\nHost: 169.254.169.254\r\nMetadata: true\r\n\r\n"
            .to_owned(),
        format!("GET http://{http}/healthz HTTP/1.1\r\nHost: {http}\r\n\r\n"),
        format!("GET http://{ACCOUNT}/openai/models HTTP/1.1\r\nHost: {ACCOUNT}\r\n\r\n"),
        "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n".to_owned(),
        "GET http://169.254.169.254/ HTTP/1.1\r\nHost: example.com\r\n\r\n".to_owned(),
        "GET http://169.254.169.254:8080/ HTTP/1.1\r\nHost: 169.254.169.254:8080\r\n\r\n".to_owned(),
        "GET ftp://169.254.169.254/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n".to_owned(),
    ] {
        let answer = to_proxy(&server, &request);
        assert_eq!(answer.status, 403, "{request}{}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn managed_identity_is_asked_at_its_own_address() {
    let server = start();
    let query = "api-version=2018-02-01&resource=https://cognitiveservices.azure.com";
    let get = |path: &str| {
        let host = "169.254.169.254";
        let request = format!(
            "GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\nMetadata: true\r\nConnection: close\r\n\r\n"
        );
        to_proxy(&server, &request)
    };
    let answer = get(&format!("/metadata/identity/oauth2/token?{query}"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.json()["access_token"].is_string());
    for elsewhere in [
        "/entrada/requests",
        "/healthz",
        "/common/oauth2/v2.0/token",
        "/openai/models",
    ] {
        assert_eq!(get(elsewhere).status, 404, "{elsewhere}");
    }
}

#[test]
fn the_names_in_connect_handshake_and_request_are_one() {
    let server = start();
    let bearer = token(&server, COGNITIVE_SERVICES);
    let get = |host: &str| {
        format!(
            "GET /openai/v1/models HTTP/1.1\r\n{host}Authorization: {bearer}\r\nConnection: close\r\n\r\n"
        )
    };
    let good = format!("Host: {ACCOUNT}\r\n");
    assert_eq!(through(&server, ACCOUNT, ACCOUNT, &get(&good)).status, 200);
    let with_port = format!("Host: {ACCOUNT}:443\r\n");
    assert_eq!(
        through(&server, ACCOUNT, ACCOUNT, &get(&with_port)).status,
        200
    );
    // The handshake names another account, for which the certificate is as good.
    let other = "contoso-lab.openai.azure.com";
    assert_eq!(through(&server, ACCOUNT, other, &get(&good)).status, 421);
    assert_eq!(through(&server, other, ACCOUNT, &get(&good)).status, 421);
    for host in [
        "Host: contoso-lab.openai.azure.com\r\n",
        "Host: login.microsoftonline.com\r\n",
        "Host: localhost\r\n",
        "Host: contoso.openai.azure.com:8443\r\n",
        "Host: contoso.openai.azure.com\r\nHost: localhost\r\n",
        "",
    ] {
        let answer = through(&server, ACCOUNT, ACCOUNT, &get(host));
        assert!(
            [400, 421].contains(&answer.status),
            "{host}: {}",
            answer.status
        );
    }
    let absolute = format!(
        "GET https://{other}/openai/v1/models HTTP/1.1\r\nHost: {ACCOUNT}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(through(&server, ACCOUNT, ACCOUNT, &absolute).status, 421);
}

#[test]
fn a_name_serves_its_own_plane_only() {
    let server = start();
    let operator = server.server().data().operator_token().unwrap();
    let operator = format!("Bearer {}", operator.expose());
    let check = |host: &str, paths: &[&str]| {
        for path in paths {
            let answer = call(
                &server,
                host,
                "GET",
                path,
                &[("Authorization", &operator)],
                "",
            );
            assert!(
                [401, 404].contains(&answer.status),
                "{host}{path}: {}",
                answer.body
            );
            assert!(!answer.body.contains("\"requests\""), "{host}{path}");
        }
    };
    let (token, keys) = ("/common/oauth2/v2.0/token", "/common/discovery/v2.0/keys");
    let own = [
        "/entrada/requests",
        "/healthz",
        "/msi/token",
        "/metadata/identity/oauth2/token",
    ];
    check(AUTHORITY, &own);
    check(
        AUTHORITY,
        &[
            "/subscriptions",
            "/v1.0/users",
            "/contoso/openai/v1/models",
            "/graph/v1.0/me",
        ],
    );
    check(ARM, &own);
    check(
        ARM,
        &[
            token,
            keys,
            "/v1.0/users",
            "/openai/v1/models",
            "/graph/v1.0/me",
        ],
    );
    check(GRAPH, &own);
    check(GRAPH, &[token, keys, "/subscriptions", "/openai/v1/models"]);
    check(ACCOUNT, &own);
    check(
        ACCOUNT,
        &[
            token,
            keys,
            "/subscriptions",
            "/v1.0/users",
            "/graph/v1.0/users",
        ],
    );
}

/// As real programs have them, which do not know where they are talking to.
#[test]
fn credentials_that_we_did_not_issue_are_refused_and_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let server = with(|options| {
        options.ephemeral = false;
        options.data = folder.path().to_owned();
    });
    let mut answers = Vec::new();
    let mut refused = |answer: Answer| {
        assert!(
            (400..500).contains(&answer.status),
            "{}: {}",
            answer.status,
            answer.body
        );
        answers.push(format!("{:?} {}", answer.headers, answer.body));
    };
    for secret in secrets() {
        // Whoever types a password as a name, or a prompt, types it into a field that is shown.
        if ["email", "prompt", "guid-secret"].contains(&secret.name) {
            continue;
        }
        let value: String = secret
            .value
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        let cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
        let scope = "scope=https://management.azure.com/.default";
        for form in [
            format!("grant_type=refresh_token&client_id={cli}&refresh_token={value}&{scope}"),
            format!(
                "grant_type=client_credentials&client_id={DEVELOPER}&client_secret={value}&{scope}"
            ),
            format!(
                "grant_type=password&client_id={cli}&username=alice@contoso.onmicrosoft.com&password={value}&{scope}"
            ),
            format!(
                "grant_type=authorization_code&client_id={cli}&code={value}&code_verifier={value}&redirect_uri=http://localhost&{scope}"
            ),
            format!(
                "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id={cli}&device_code={value}"
            ),
            format!(
                "grant_type=client_credentials&client_id={DEVELOPER}&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={value}&{scope}"
            ),
            format!(
                "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id={DEVELOPER}&client_secret=contoso-developer-secret&assertion={value}&requested_token_use=on_behalf_of&{scope}"
            ),
        ] {
            refused(sign_in(&server, &form));
        }
        let (plain, bearer) = (secret.value.as_str(), format!("Bearer {}", secret.value));
        refused(call(
            &server,
            ACCOUNT,
            "POST",
            CHAT,
            &[("api-key", plain)],
            HELLO,
        ));
        refused(call(
            &server,
            ACCOUNT,
            "POST",
            CHAT,
            &[("Authorization", &bearer)],
            HELLO,
        ));
        refused(call(
            &server,
            ARM,
            "GET",
            "/subscriptions",
            &[("Authorization", &bearer)],
            "",
        ));
        refused(call(
            &server,
            GRAPH,
            "GET",
            "/v1.0/me",
            &[("Authorization", &bearer)],
            "",
        ));
    }
    let records = server.operator("GET", "/entrada/requests?limit=500", "");
    assert_eq!(leaks(&answers.concat()), [], "in an answer");
    assert_eq!(leaks(&records.body), [], "in an explanation");
    let calls = server.operator("GET", "/entrada/calls?limit=1000", "");
    assert_eq!(calls.status, 200, "{}", calls.body);
    assert_eq!(leaks(&calls.body), [], "in the list of calls");
    drop(server);
    nothing_leaks_below(folder.path());
}

fn nothing_leaks_below(folder: &std::path::Path) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        // Certificates are random and public; that no key is among them, another test sees to.
        if path.is_dir() {
            // Tokens of our own look like others where both say the same.
            if !path.ends_with("workload") {
                nothing_leaks_below(&path);
            }
        } else if path.extension().is_none_or(|kind| kind != "pem") {
            // What the database writes beside itself is removed when it is closed.
            let text =
                String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
            assert_eq!(leaks(&text), [], "in {}", path.display());
        }
    }
}

/// MSAL removes a refresh token from its cache, which programs share, when it hears `invalid_grant`.
#[test]
fn a_refresh_token_of_the_real_entra_is_not_called_invalid() {
    let server = start();
    let form = "grant_type=refresh_token&client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46\
                &refresh_token=0.AXoAq7Tn2Lw9Zp4Vb6Xc1Md8Kf3Hg5Js0Qe7Rt2Yu";
    let answer = sign_in(&server, form);
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (400, &"invalid_request".into())
    );
    let direct = server.send("POST", "/common/oauth2/v2.0/token", &[], form);
    assert_eq!(direct.json()["error"], "invalid_grant");
}

#[test]
fn who_opens_a_tunnel_and_says_nothing_is_hung_up_on() {
    let server = with(|options| {
        options.limits = Limits {
            handshake: Duration::from_millis(200),
            head: Duration::from_millis(200),
            ..Limits::default()
        };
    });
    for begun in [
        "",
        "CONNECT",
        &format!("CONNECT {ACCOUNT}:443 HTTP/1.1\r\nHost: {ACCOUNT}:443\r\n\r\n"),
    ] {
        let mut stream = connect(&server);
        stream.write_all(begun.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let said = String::from_utf8_lossy(&bytes);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1"), "{said}");
    }
}

#[test]
fn only_a_local_tenant_on_loopback_stands_in_for_azure() {
    let refused = |config: &str, change: fn(&mut Options)| {
        let start = TestServer::with_options(config, |options| {
            options.intercept = Some(0);
            change(options);
        });
        start.err().map(|error| error.to_string())
    };
    let entra = "[entra]\nclient_id = \"11111111-2222-3333-4444-555555555555\"\n\
        [[entra.tenant]]\nid = \"99999999-0000-0000-0000-000000000000\"\n";
    let said = refused(entra, |_| ()).unwrap_or_default();
    assert!(said.contains("--intercept is for a local tenant"), "{said}");
    let own = config::SAMPLE.replace("contoso-", "mine-");
    let remote = |options: &mut Options| {
        options.https = ListenAddress::Address("0.0.0.0:0".parse().unwrap());
        options.allow_remote = true;
    };
    let start = TestServer::with_options(&own, |options| {
        options.intercept = Some(0);
        remote(options);
    });
    assert!(matches!(start, Err(StartError::InterceptsForOthers)));
}
