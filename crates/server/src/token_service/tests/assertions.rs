//! Client assertions as MSAL for Python and for Node send them, and federated tokens.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;

use super::*;

/// The registered certificate's key and thumbprints, made once.
struct Registered {
    key: EncodingKey,
    pem: String,
    sha1: Vec<u8>,
    sha256: Vec<u8>,
}

static REGISTERED: LazyLock<Registered> = LazyLock::new(|| {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::default().self_signed(&pair).unwrap();
    let hash = |algorithm| {
        aws_lc_rs::digest::digest(algorithm, certificate.der())
            .as_ref()
            .to_vec()
    };
    Registered {
        key: EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap(),
        pem: certificate.pem(),
        sha1: hash(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY),
        sha256: hash(&aws_lc_rs::digest::SHA256),
    }
});

pub(super) fn certificate() -> Certificate {
    Certificate::from_pem(REGISTERED.pem.as_bytes()).unwrap()
}

fn sign(algorithm: Algorithm, change: impl FnOnce(&mut Header, &mut Value)) -> String {
    let mut header = Header::new(algorithm);
    let mut claims = json!({
        "aud": format!("https://localhost:8443{TOKEN}"), "iss": APP, "sub": APP,
        "jti": "1", "exp": NOW.0 + 600,
    });
    change(&mut header, &mut claims);
    jsonwebtoken::encode(&header, &claims, &REGISTERED.key).unwrap()
}

/// As MSAL for Python: RS256, padded `x5t`, dates with fractions.
fn python(change: impl FnOnce(&mut Header, &mut Value)) -> String {
    sign(Algorithm::RS256, |header, claims| {
        header.x5t = Some(format!("{}=", base64url(&REGISTERED.sha1)));
        claims["iat"] = json!(NOW.0 as f64 + 0.25);
        claims["exp"] = json!(NOW.0 as f64 + 600.75);
        change(header, claims);
    })
}

/// As MSAL for Node: PS256, `x5t#S256`, `nbf` a second ahead.
fn node(change: impl FnOnce(&mut Header, &mut Value)) -> String {
    sign(Algorithm::PS256, |header, claims| {
        header.x5t_s256 = Some(base64url(&REGISTERED.sha256));
        claims["nbf"] = json!(NOW.0 + 1);
        change(header, claims);
    })
}

fn present(service: &TokenService, client: &str, assertion: &str) -> Answer {
    token(
        service,
        &[
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_assertion", assertion),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("scope", "https://cognitiveservices.azure.com/.default"),
        ],
    )
}

#[test]
fn certificate_assertions_of_both_sdks_are_accepted_as_often_as_they_are_sent() {
    let service = service();
    for assertion in [python(|_, _| ()), node(|_, _| ())] {
        for _ in 0..2 {
            let claims = accepted(&service, &present(&service, APP, &assertion));
            assert_eq!(claims.app_id, APP);
        }
    }
    let answer = present(&service, APP, &python(|_, _| ()));
    assert_eq!(claims(&answer.json["access_token"])["appidacr"], "2");
}

#[test]
fn the_audience_may_be_any_spelling_of_the_token_endpoint() {
    let service = service();
    let with = |audience: &str| {
        let assertion = python(|_, claims| claims["aud"] = json!(audience));
        present(&service, APP, &assertion)
    };
    for audience in [
        format!("https://localhost:8443/{TENANT}/oauth2/token"),
        format!("https://localhost:8443//{TENANT}/oauth2/v2.0/token"),
        "https://localhost:8443/contoso.example/v2.0".into(),
        format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"),
        format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        format!("https://sts.windows.net/{TENANT}/"),
    ] {
        assert_eq!(with(&audience).status, 200, "{audience}");
    }
    for audience in [
        format!("https://localhost:8443/{FABRIKAM}/oauth2/v2.0/token"),
        format!("https://localhost:8443.evil.example/{TENANT}/oauth2/v2.0/token"),
        format!("https://evil.example/{TENANT}/oauth2/v2.0/token"),
        "https://localhost:8443/".into(),
        "api://AzureADTokenExchange".into(),
    ] {
        refused(&with(&audience), 401, "invalid_client", 700_023);
    }
}

#[test]
fn an_assertion_that_is_not_the_applications_is_refused() {
    let service = service();
    let check = |assertion: &str, code: u32| {
        refused(
            &present(&service, APP, assertion),
            401,
            "invalid_client",
            code,
        );
    };
    check("not a token", 50_027);
    check(&python(|header, _| header.x5t = None), 50_027);
    check(&python(|header, _| header.x5t = Some("?".into())), 50_027);
    check(
        &python(|header, _| header.x5t = Some(base64url([0; 20]))),
        700_027,
    );
    check(
        &python(|_, claims| claims["exp"] = json!(NOW.0 - 301)),
        700_024,
    );
    check(
        &python(|_, claims| claims["exp"] = json!(NOW.0 + 2 * 86_400)),
        700_024,
    );
    check(
        &node(|_, claims| claims["nbf"] = json!(NOW.0 + 301)),
        700_024,
    );
    check(&python(|_, claims| claims["sub"] = json!(API)), 700_021);
    check(&python(|_, claims| claims["exp"] = json!("soon")), 50_027);
    check(
        &sign(Algorithm::RS512, |header, _| {
            header.x5t_s256 = Some(base64url(&REGISTERED.sha256));
        }),
        50_027,
    );

    // Signed by somebody else under the registered thumbprint, with RS256 and with `none`.
    let claims = json!({
        "aud": format!("https://localhost:8443{TOKEN}"), "iss": APP, "sub": APP, "exp": NOW.0 + 600,
    });
    for (algorithm, code) in [
        ("RS256", 700_027),
        ("PS256", 700_027),
        ("none", 50_027),
        ("HS256", 50_027),
    ] {
        let header = json!({"alg": algorithm, "x5t": base64url(&REGISTERED.sha1)});
        check(&testkit::SigningKey::shared().sign(&header, &claims), code);
    }
    let own_key = json!({"alg": "RS256", "jwk": testkit::SigningKey::shared().jwk()});
    check(
        &testkit::SigningKey::shared().sign(&own_key, &claims),
        50_027,
    );
}

#[test]
fn an_applications_assertion_does_not_open_another_application() {
    let service = service();
    let assertion = python(|_, _| ());
    refused(
        &present(&service, API, &assertion),
        401,
        "invalid_client",
        700_021,
    );
}

#[test]
fn a_local_workload_gets_a_token_for_its_application_or_identity() {
    let service = service();
    let workload = |subject: &str| {
        service
            .workload_token(subject, "api://AzureADTokenExchange", 3600, NOW)
            .unwrap()
    };
    let web = workload("system:serviceaccount:shop:web");
    let application = accepted(&service, &present(&service, APP, &web));
    assert_eq!(application.managed_identity, None);
    let identity = accepted(
        &service,
        &present(&service, WEB, &workload("system:serviceaccount:shop:mi")),
    );
    assert!(
        identity
            .managed_identity
            .unwrap()
            .ends_with("/userAssignedIdentities/web")
    );
}

#[test]
fn a_federated_token_must_match_issuer_subject_and_audience() {
    let service = service();
    let key = testkit::SigningKey::shared();
    let ci = |change: &dyn Fn(&mut Value)| {
        let mut claims = json!({
            "iss": "https://ci.example", "sub": "repo:contoso/shop:ref:refs/heads/main",
            "aud": "api://AzureADTokenExchange", "exp": NOW.0 + 300, "nbf": NOW.0, "iat": NOW.0,
        });
        change(&mut claims);
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": key.id()});
        present(&service, APP, &key.sign(&header, &claims))
    };
    accepted(&service, &ci(&|_| ()));
    accepted(
        &service,
        &ci(&|claims| claims["aud"] = json!(["other", "api://AzureADTokenExchange"])),
    );
    let check = |change: &dyn Fn(&mut Value), code: u32| {
        refused(&ci(change), 401, "invalid_client", code);
    };
    check(
        &|claims| claims["iss"] = json!("https://ci.example/"),
        700_211,
    );
    check(
        &|claims| claims["iss"] = json!("https://evil.example"),
        700_211,
    );
    check(
        &|claims| claims["sub"] = json!("repo:contoso/shop:ref:refs/heads/other"),
        700_213,
    );
    check(
        &|claims| claims["aud"] = json!("https://localhost:8443"),
        700_212,
    );
    check(&|claims| claims["exp"] = json!(NOW.0 - 301), 700_024);
    // A token of one trusted issuer does not pass for another's.
    check(
        &|claims| claims["iss"] = json!("https://workload.entrada.localhost/"),
        700_027,
    );

    let forged = testkit::SigningKey::forged();
    let header = json!({"alg": "RS256", "kid": key.id()});
    let claims = json!({
        "iss": "https://ci.example", "sub": "repo:contoso/shop:ref:refs/heads/main",
        "aud": "api://AzureADTokenExchange", "exp": NOW.0 + 300,
    });
    refused(
        &present(&service, APP, &forged.sign(&header, &claims)),
        401,
        "invalid_client",
        700_027,
    );
}

#[test]
fn an_access_token_is_no_workload_token_and_a_workload_token_no_access_token() {
    let service = service();
    let issued = service
        .issue(
            "33333333-0000-4000-8000-000000000001",
            COGNITIVE,
            &origin(),
            NOW,
        )
        .unwrap();
    refused(
        &present(&service, APP, &issued.token),
        401,
        "invalid_client",
        700_211,
    );
    let workload = service.workload_token("s", COGNITIVE, 3600, NOW).unwrap();
    let expect = service.expectations(Audiences::account());
    verify(&workload, &service.own_keys().keys(NOW), &expect, NOW).unwrap_err();
}

#[test]
fn a_certificate_must_have_an_rsa_key_of_fair_size() {
    let elliptic = KeyPair::generate().unwrap();
    let pem = CertificateParams::default()
        .self_signed(&elliptic)
        .unwrap()
        .pem();
    assert_eq!(
        Certificate::from_pem(pem.as_bytes()).unwrap_err(),
        CertificateError::Key
    );
    assert_eq!(
        Certificate::from_pem(b"nothing").unwrap_err(),
        CertificateError::Unreadable
    );
}
