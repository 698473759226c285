//! Signing in with a real tenant, which is another Entra of the test's own.

use serde_json::{Value, json};
use testkit::{Bearer, SigningKey, TokenBuilder};

use super::super::entra::Entra;
use super::{ORIGIN, Person, TestServer};
use crate::StartError;
use crate::config::SAMPLE;

const HOME: &str = "5f1d2c3b-0000-4000-8000-00000000000a";
const PARTNER: &str = "5f1d2c3b-0000-4000-8000-00000000000b";
const GATEWAY: &str = "5f1d2c3b-0000-4000-8000-0000000000c1";
const PORTAL: &str = "5f1d2c3b-0000-4000-8000-0000000000c2";
const GROUP: &str = "5f1d2c3b-0000-4000-8000-0000000000d1";

fn config(entra: &Entra, portal: &str) -> String {
    format!(
        r#"
{portal}

[entra]
client_id = "{GATEWAY}"
ca_file = '{ca}'

[[entra.tenant]]
id = "{HOME}"
authority = "{origin}"

[[entra.tenant]]
id = "{PARTNER}"
authority = "{origin}"

[[subscription]]
id = "5f1d2c3b-0000-4000-8000-0000000000e1"
name = "Production"

[[account]]
name = "gate"
subscription = "Production"
resource_group = "ai"

[[group]]
name = "administrators"
id = "{GROUP}"

[[assignment]]
principal = "administrators"
role = "Owner"
scope = "gate"
"#,
        ca = entra.ca_file().display(),
        origin = entra.origin,
    )
}

fn entra() -> Entra {
    let entra = Entra::start();
    for tenant in [HOME, PARTNER] {
        entra.publish(tenant, &[SigningKey::shared()]);
    }
    entra
}

/// A parameter of an address, or of a form.
fn parameter(text: &str, name: &str) -> String {
    let pairs = text.split(['?', '&']);
    let found = pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(known, _)| *known == name);
    crate::percent::decoded(found.unwrap_or_else(|| panic!("no {name} in {text}")).1).into_owned()
}

/// Goes through a sign-in whose id token is made by `token` of a good one; the status at the end.
fn sign_in(
    entra: &Entra,
    person: &mut Person<'_>,
    token: impl FnOnce(TokenBuilder) -> TokenBuilder,
) -> u16 {
    let begun = person.get("/portal/sign-in");
    let location = begun.header("location").unwrap().to_owned();
    assert!(location.starts_with(&format!("{}/{HOME}/oauth2/v2.0/authorize?", entra.origin)));
    assert_eq!(parameter(&location, "client_id"), PORTAL);
    assert_eq!(parameter(&location, "code_challenge_method"), "S256");
    let redirect = parameter(&location, "redirect_uri");
    assert_eq!(redirect, format!("{ORIGIN}/portal/signed-in"));
    let good = entra
        .v2(HOME, &Bearer::person("ada"))
        .audience(PORTAL)
        .groups(&[GROUP])
        .claim("scp", Value::Null)
        .claim("azp", Value::Null)
        .claim("nonce", parameter(&location, "nonce"));
    let path = format!("/{HOME}/oauth2/v2.0/token");
    entra.answer(&path, json!({ "id_token": token(good).sign() }).to_string());
    let back = format!(
        "/portal/signed-in?code=some-code&state={}",
        parameter(&location, "state")
    );
    let answer = person.get(&back);
    let asked = entra.asked(&path).unwrap();
    assert_eq!(parameter(&asked, "code"), "some-code");
    assert_eq!(parameter(&asked, "redirect_uri"), redirect);
    assert_eq!(parameter(&asked, "code_verifier").len(), 43);
    answer.status
}

#[test]
fn people_of_the_home_tenant_sign_in_and_their_groups_count() {
    let entra = entra();
    let portal = format!("[portal]\nclient_id = \"{PORTAL}\"");
    let server = TestServer::with_config(&config(&entra, &portal));
    let mut ada = Person::stranger(&server);
    assert_eq!(sign_in(&entra, &mut ada, |token| token), 303);
    let page = ada.get("/portal/access/assignments?scope=gate").body;
    assert!(
        page.contains("administrators") && page.contains("Add role assignment"),
        "{page}"
    );
    let own = Bearer::person("ada").object_id;
    let fields = [
        ("scope", "gate"),
        ("principal", &*own),
        ("role", "Cognitive Services User"),
    ];
    let granted = ada.post("/portal/access/assign", &fields);
    assert_eq!(granted.status, 303, "{}", granted.body);
    assert!(
        ada.get("/portal/access/assignments?scope=gate")
            .body
            .contains(&own)
    );

    let mut nobody = Person::stranger(&server);
    let without_groups = |token: TokenBuilder| token.claim("groups", Value::Null);
    assert_eq!(sign_in(&entra, &mut nobody, without_groups), 303);
    assert!(
        !nobody.get("/portal").body.contains("No account to show"),
        "ada may call by now"
    );
    assert_eq!(nobody.post("/portal/access/assign", &fields).status, 403);
}

#[test]
fn an_id_token_of_anybody_or_anything_else_signs_nobody_in() {
    let entra = entra();
    let portal = format!("[portal]\nclient_id = \"{PORTAL}\"");
    let server = TestServer::with_config(&config(&entra, &portal));
    type Change = fn(TokenBuilder) -> TokenBuilder;
    let changes: [(&str, Change); 9] = [
        ("another sign-in's", |token| token.claim("nonce", "another")),
        ("no sign-in's", |token| token.claim("nonce", Value::Null)),
        ("the gateway's", |token| token.audience(GATEWAY)),
        ("an access token", |token| token.claim("scp", "User.Read")),
        ("through another client", |token| {
            token.claim("azp", GATEWAY)
        }),
        ("forged", TokenBuilder::forged),
        ("over", |token| token.claim("exp", 1_000_000)),
        ("a partner's", |token| token.claim("tid", PARTNER)),
        ("an application's", |token| token.claim("idtyp", "app")),
    ];
    for (what, change) in changes {
        let mut person = Person::stranger(&server);
        assert_eq!(sign_in(&entra, &mut person, change), 401, "{what}");
        assert_eq!(person.cookie("entrada-session"), None, "{what}");
    }
}

#[test]
fn without_a_client_of_its_own_there_is_no_portal_for_real_tenants() {
    let entra = entra();
    let server = TestServer::with_config(&config(&entra, ""));
    assert_eq!(server.send("GET", "/portal", &[], "").status, 404);
    let both = format!("{SAMPLE}\n[portal]\nclient_id = \"{PORTAL}\"\n");
    let refused = TestServer::with_options(&both, |_| {});
    assert!(matches!(refused.err(), Some(StartError::Config(_))));
}
