//! Known attacks on token validation, with real keys and real signatures, through the whole judgement.

use access::token::{Audiences, Expectations, Part, TokenFault, verify};
use aws_lc_rs::hmac;
use azure::keys::{KeyCache, KeySet};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use testkit::{Bearer, NOW, SigningKey, Tenant};

const V1: &str = "https://sts.windows.net/{tenantid}/";
const V2: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";

fn keys() -> KeyCache {
    let jwks = SigningKey::shared().jwks();
    let parse = |issuer: &str| {
        let set = KeySet::parse(jwks.as_bytes(), issuer).expect("the shared key is usable");
        (issuer.to_owned(), set)
    };
    KeyCache::fixed([parse(V1), parse(V2)])
}

fn check(token: &str, expected: Option<&TokenFault>) {
    let expect = Expectations::new(&Tenant::new().id, Audiences::account());
    let judged = verify(token, &keys().keys(NOW), &expect, NOW);
    assert_eq!(judged.as_ref().err(), expected, "{token:.200}");
}

fn segments(token: &str) -> Vec<&str> {
    token.split('.').collect()
}

/// The same header, claims and signature with the header exchanged.
fn with_header(token: &str, header: &Value) -> String {
    let parts = segments(token);
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    format!("{header}.{}.{}", parts[1], parts[2])
}

#[test]
fn genuine_tokens_of_both_versions_are_accepted() {
    let tenant = Tenant::new();
    for bearer in [
        Bearer::person("ada"),
        Bearer::application("robot"),
        Bearer::managed_identity("web"),
    ] {
        check(&tenant.token(&bearer).sign(), None);
        check(&tenant.token(&bearer).version_2().sign(), None);
    }
}

#[test]
fn a_token_without_signature_is_refused_whatever_it_calls_its_algorithm() {
    let good = Tenant::new().token(&Bearer::person("ada")).sign();
    for algorithm in ["none", "None", "NONE", "nOnE"] {
        let header = json!({"alg": algorithm, "typ": "JWT", "kid": "testkit"});
        let stripped = with_header(&good, &header);
        let stripped = &stripped[..=stripped.rfind('.').unwrap_or_default()];
        let algorithm = algorithm.to_owned();
        check(stripped, Some(&TokenFault::Algorithm { algorithm }));
    }
    check(
        &good[..=good.rfind('.').unwrap_or_default()],
        Some(&TokenFault::Unsigned),
    );
}

#[test]
fn the_public_key_is_not_a_shared_secret() {
    let good = Tenant::new().token(&Bearer::person("ada")).sign();
    let jwk = SigningKey::shared().jwk();
    let modulus = jwk["n"].as_str().expect("a modulus");
    let raw = URL_SAFE_NO_PAD.decode(modulus).expect("base64url");
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(&raw)
    );
    for secret in [
        raw.as_slice(),
        modulus.as_bytes(),
        pem.as_bytes(),
        jwk.to_string().as_bytes(),
    ] {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT","kid":"testkit"}"#);
        let input = format!("{header}.{}", segments(&good)[1]);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key, input.as_bytes()));
        let algorithm = "HS256".to_owned();
        check(
            &format!("{input}.{tag}"),
            Some(&TokenFault::Algorithm { algorithm }),
        );
    }
}

#[test]
fn a_token_that_brings_its_own_key_is_refused() {
    let tenant = Tenant::new();
    let forger = SigningKey::forged();
    let certificate = json!(["MIIB"]);
    for (member, value) in [
        ("jwk", forger.jwk()),
        ("jku", json!("https://attacker.example/keys")),
        ("x5u", json!("https://attacker.example/certificate")),
        ("x5c", certificate),
    ] {
        let token = tenant.token(&Bearer::person("ada")).header(member, value);
        check(
            &token.forged().sign(),
            Some(&TokenFault::EmbeddedKey { member }),
        );
    }
}

#[test]
fn a_forger_with_the_right_key_id_and_an_altered_token_are_refused() {
    let ada = Bearer::person("ada");
    let tenant = Tenant::new();
    check(
        &tenant.token(&ada).forged().sign(),
        Some(&TokenFault::Signature),
    );
    let (good, other) = (
        tenant.token(&ada).sign(),
        tenant.token(&Bearer::person("eve")).sign(),
    );
    let (good, other) = (segments(&good), segments(&other));
    let swapped = format!("{}.{}.{}", good[0], other[1], good[2]);
    check(&swapped, Some(&TokenFault::Signature));
    let kid = "another".to_owned();
    let unknown = tenant.token(&ada).header("kid", "another").sign();
    check(&unknown, Some(&TokenFault::UnknownKey { kid }));
    let truncated = &good.join(".");
    check(
        &truncated[..truncated.len() - 2],
        Some(&TokenFault::Signature),
    );
}

#[test]
fn what_libraries_let_pass_is_refused() {
    let tenant = Tenant::new();
    let token = || tenant.token(&Bearer::application("robot"));
    check(
        &token().header("crit", json!(["exp"])).sign(),
        Some(&TokenFault::Critical),
    );
    let typ = "dpop+jwt".to_owned();
    check(
        &token().header("typ", typ.clone()).sign(),
        Some(&TokenFault::Type { typ }),
    );
    check(
        &token().claim("aud", Value::Null).sign(),
        Some(&TokenFault::ClaimMissing { claim: "aud" }),
    );
    let soon = access::Timestamp(NOW.0 + 301);
    let early = TokenFault::NotYetValid {
        not_before: soon,
        now: NOW,
    };
    check(&token().claim("nbf", soon.0).sign(), Some(&early));
    let (limit, length) = (16 * 1024, 1024 * 1024);
    check(
        &"x".repeat(length),
        Some(&TokenFault::TooLong { length, limit }),
    );
    let huge = token().claim("padding", "x".repeat(20_000)).sign();
    let length = huge.len();
    check(&huge, Some(&TokenFault::TooLong { length, limit }));
}

#[test]
fn duplicate_claims_are_refused_even_when_signed() {
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "testkit"}).to_string();
    let claims = r#"{"oid":"a","tid":"b","\u006fid":"c"}"#;
    let token = SigningKey::shared().sign_text(&header, claims);
    let member = "oid".to_owned();
    check(
        &token,
        Some(&TokenFault::Duplicate {
            part: Part::Claims,
            member,
        }),
    );
}

#[test]
fn an_id_token_does_not_pass_for_an_access_token() {
    let token = Tenant::new()
        .token(&Bearer::person("ada"))
        .version_2()
        .claim("azp", Value::Null);
    check(
        &token.sign(),
        Some(&TokenFault::ClaimMissing { claim: "azp" }),
    );
}

#[test]
fn a_good_token_of_another_tenant_is_told_from_a_forged_one() {
    let other = Tenant::with_id("5f1d2c3b-0000-4000-8000-000000000002");
    let tenant = TokenFault::Tenant {
        found: other.id.clone(),
        accepted: vec![Tenant::new().id],
    };
    check(&other.token(&Bearer::person("ada")).sign(), Some(&tenant));
    check(
        &other.token(&Bearer::person("ada")).forged().sign(),
        Some(&TokenFault::Signature),
    );
}

#[test]
fn tokens_of_another_implementation_are_accepted() {
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
        .expect("an RSA key");
    let public = rcgen::PublicKeyData::subject_public_key_info(&pair);
    let (n, e) = modulus_and_exponent(&public);
    let jwks = json!({"keys": [{"kty": "RSA", "kid": "k", "n": n, "e": e, "use": "sig"}]});
    let keys = KeySet::parse(jwks.to_string().as_bytes(), V1).expect("a usable key");
    let tenant = Tenant::new();
    let ours = tenant.token(&Bearer::application("robot")).sign();
    let claims = access::token::decode(&ours).expect("readable").claims;
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("k".into());
    let key = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).expect("a key");
    let token = encode(&header, &claims, &key).expect("a token");
    let expect = Expectations::new(&tenant.id, Audiences::account());
    verify(&token, &keys, &expect, NOW).expect("accepted");
}

/// Reads the two integers at the end of an RSA `SubjectPublicKeyInfo`, by way of the library that wrote
/// it.
fn modulus_and_exponent(info: &[u8]) -> (String, String) {
    let key = aws_lc_rs::rsa::PublicKey::from_der(info).expect("an RSA public key");
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    (
        encode(key.modulus().big_endian_without_leading_zero()),
        encode(key.exponent().big_endian_without_leading_zero()),
    )
}

#[test]
fn no_character_of_a_token_can_be_changed() {
    let tenant = Tenant::new();
    let good = tenant.token(&Bearer::person("ada")).sign();
    let expect = Expectations::new(&tenant.id, Audiences::account());
    let keys = keys().keys(NOW);
    for at in 0..good.len() {
        for replacement in ["A", "z", "-", ".", "=", " ", ""] {
            let mut altered = good.clone();
            altered.replace_range(at..=at, replacement);
            if altered != good {
                let judged = verify(&altered, &keys, &expect, NOW);
                assert!(judged.is_err(), "{replacement:?} at {at}");
            }
        }
    }
}
