//! A server that reaches the outside through a forward proxy, and one that would reach itself.

use testkit::{Bearer, SigningKey};

use super::TestServer;
use super::client::{Answer, sample_with};
use super::entra::Entra;
use super::forward_proxy::ForwardProxy;
use crate::StartError;
use crate::listen::ListenAddress;

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const CHAT: &str = "/openai/v1/chat/completions";
const TENANT: &str = "5f1d2c3b-0000-4000-8000-0000000000aa";
const CLIENT_ID: &str = "5f1d2c3b-0000-4000-8000-0000000000ab";

/// A tenant's gateway that asks for keys at a name which only the proxy knows.
fn tenants_config(entra: &Entra, proxy: &str) -> String {
    let robot = Bearer::application("robot").object_id;
    format!(
        r#"
[entra]
client_id = "{CLIENT_ID}"
ca_file = '{ca}'

[[entra.tenant]]
id = "{TENANT}"
authority = "{origin}"

[endpoint]
default_account = "gate"
proxy = {proxy}

[[subscription]]
id = "5f1d2c3b-0000-4000-8000-0000000000ac"
name = "Production"

[[account]]
name = "gate"
subscription = "Production"
resource_group = "ai"

[[account.deployment]]
name = "gpt-4o"
model = {{ format = "OpenAI", name = "gpt-4o" }}

[[assignment]]
principal = "{robot}"
role = "Cognitive Services OpenAI User"
scope = "gate"
"#,
        ca = entra.ca_file().display(),
        origin = entra.origin,
    )
}

fn call_tenant(entra: &Entra, proxy: &str) -> u16 {
    let server = TestServer::with_config(&tenants_config(entra, proxy));
    let token = entra.v2(TENANT, &Bearer::application("robot"));
    let token = format!("Bearer {}", token.audience(CLIENT_ID).sign());
    let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
    server
        .send("POST", CHAT, &[("Authorization", &token)], body)
        .status
}

#[test]
fn keys_of_tenants_are_fetched_through_the_proxy() {
    let entra = Entra::start_as("login.example");
    entra.publish(TENANT, &[SigningKey::shared()]);
    let proxy = ForwardProxy::start(None);
    let through = format!("{{ url = 'http://{}' }}", proxy.address);
    assert_eq!(call_tenant(&entra, &through), 200);
    let asked = proxy.seen();
    assert!(!asked.is_empty());
    for head in asked {
        assert!(head.starts_with("CONNECT login.example:"), "{head}");
    }
    let shut = ForwardProxy::start(Some("Basic YWRhOmh1bnRlcjI="));
    let through = format!("{{ url = 'http://{}' }}", shut.address);
    assert_eq!(call_tenant(&entra, &through), 503, "no keys, no verdict");
    assert!(!shut.seen().is_empty());
}

/// A call to a gateway whose model server has this configuration.
fn call_through(upstream: &str, endpoint: &str) -> Result<Answer, StartError> {
    let deployment = format!(
        "[[account.deployment]]\nname = 'behind'\nmodel = {{ format = 'OpenAI', name = 'gpt-4o' }}\n\
         upstream = {{ model = 'gpt-4o', {upstream} }}\n"
    );
    let config = sample_with(&deployment, "")
        .replace("\n[endpoint]\n", &format!("\n[endpoint]\n{endpoint}\n"));
    let gateway = TestServer::with_options(&config, |_| ())?;
    let token = format!("Bearer {}", gateway.token("developer", COGNITIVE_SERVICES));
    let body = r#"{"model":"behind","messages":[{"role":"user","content":"hello"}]}"#;
    Ok(gateway.send("POST", CHAT, &[("Authorization", &token)], body))
}

#[test]
fn an_identity_of_the_machine_is_never_asked_for_through_a_proxy() {
    let server = TestServer::start();
    let environment = "/entrada/environment?principal=app-identity";
    let environment = server.operator("GET", environment, "").json();
    let proxy = ForwardProxy::start(None);
    let upstream = format!(
        "url = 'http://127.0.0.1:{}/openai/v1', credential = {{ scope = '{COGNITIVE_SERVICES}/.default', \
         managed_identity = {{ imds = 'http://{}', client_id = {} }} }}",
        server.address().port(),
        server.server().addresses().http_address,
        environment["client_id"],
    );
    let endpoint = format!("proxy = {{ url = 'http://{}' }}", proxy.address);
    let answer = call_through(&upstream, &endpoint).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(proxy.seen(), Vec::<String>::new());
}

#[test]
fn a_federated_token_is_exchanged_through_the_endpoints_proxy() {
    let server = TestServer::start();
    let environment = "/entrada/environment?principal=workload";
    let environment = server.operator("GET", environment, "").json();
    let port = server
        .server()
        .addresses()
        .https
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let proxy = ForwardProxy::start(None);
    let upstream = format!(
        "url = 'http://127.0.0.1:{}/openai/v1', credential = {{ scope = '{COGNITIVE_SERVICES}/.default', \
         workload_identity = {{ authority = 'https://login.example:{port}', tenant_id = {}, client_id = {}, \
         token_file = {} }} }}",
        server.address().port(),
        environment["tenant_id"],
        environment["client_id"],
        environment["federated_token_file"],
    );
    let endpoint = format!("proxy = {{ url = 'http://{}' }}", proxy.address);
    // Its certificate is not for this name: that it was asked at all is what is shown.
    let answer = call_through(&upstream, &endpoint).unwrap();
    assert_eq!(
        answer.json()["error"]["code"],
        "UpstreamCredentialUnavailable"
    );
    assert!(proxy.seen()[0].starts_with(&format!("CONNECT login.example:{port} ")));
}

#[test]
fn a_server_is_not_its_own_proxy() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let deployment = |proxy: &str| {
        format!(
            "[[account.deployment]]\nname = 'behind'\nmodel = {{ format = 'OpenAI', name = 'gpt-4o' }}\n\
             upstream = {{ url = 'https://contoso.openai.azure.com/openai/v1', proxy = {{ url = '{proxy}' }} }}\n"
        )
    };
    for here in ["127.0.0.1", "localhost", "[::1]"] {
        let config = sample_with(&deployment(&format!("http://{here}:{port}")), "");
        for other in [false, true] {
            let started = TestServer::with_options(&config, |options| match other {
                false => options.intercept = Some(port),
                true => options.http = ListenAddress::Localhost(port),
            });
            let error = started.err().unwrap();
            assert!(matches!(error, StartError::ProxyIsThisServer(_)), "{error}");
        }
    }
}

#[test]
fn a_servers_own_proxy_knows_it_by_any_name() {
    let intercepting = TestServer::with_options(crate::config::SAMPLE, |options| {
        options.intercept = Some(0);
    })
    .unwrap();
    let proxy = intercepting.server().addresses().intercept.clone().unwrap();
    // Another server of this process is this process all the same.
    let upstream = format!(
        "url = 'https://contoso.openai.azure.com/openai/v1', proxy = {{ url = '{proxy}' }}"
    );
    let answer = call_through(&upstream, "").unwrap();
    assert_eq!(answer.status, 502, "{}", answer.body);
    assert_eq!(answer.json()["error"]["code"], "UpstreamProxyRefused");
}
