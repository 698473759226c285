//! Every vector of Wycheproof's JSON Web Signature, Key and Crypto files, through the code that judges
//! access tokens: the published key set is parsed, the token is taken apart, its header is checked, its
//! signature is checked. Nothing is skipped: vectors of other algorithms must be refused, and how many
//! there are of each kind is asserted.

use std::collections::BTreeMap;

use access::token::TokenFault;
use access::token::jose::Jws;
use azure::keys::KeySet;
use serde_json::Value;

const ISSUER: &str = "https://issuer.example/";

/// What is expected of a vector, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Expected {
    /// RS256, valid: accepted.
    Accepted,
    /// RS256, invalid: refused.
    Refused,
    /// Valid, but signed with HMAC: Entra never does, and a public key must not become a shared secret.
    RefusedHmac,
    /// Valid, but signed with ECDSA, which Entra does not use.
    RefusedEcdsa,
    /// Valid, but RSA with another padding or hash than RS256, the only one Entra uses.
    RefusedOtherRsa,
    /// Valid, but encrypted, not signed.
    RefusedEncrypted,
    /// Invalid in another algorithm: refused for the algorithm or the key, before what is wrong with it.
    RefusedOtherInvalid,
}

fn expected(group: &Value, vector: &Value) -> Expected {
    let keys = published(group);
    let key = &keys["keys"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kty, alg) = (text(&key["kty"]), text(&key["alg"]));
    let encrypted = vector.get("jwe").is_some();
    let valid = vector["result"] == "valid";
    match (kty.as_str(), alg.as_str()) {
        _ if encrypted && valid => Expected::RefusedEncrypted,
        // `PS256` keys that hold a token signed with PS384 are the file's own quirk; both are refused.
        ("RSA", "RS256" | "") if !encrypted && valid => Expected::Accepted,
        ("RSA", "RS256" | "RSA1_5" | "") if !encrypted => Expected::Refused,
        ("RSA", _) if valid => Expected::RefusedOtherRsa,
        ("EC", _) if valid => Expected::RefusedEcdsa,
        ("oct", _) if valid => Expected::RefusedHmac,
        _ => Expected::RefusedOtherInvalid,
    }
}

/// The group's public half, or the secret where there is none, as a key set.
fn published(group: &Value) -> Value {
    let key = group.get("public").unwrap_or(&group["private"]);
    match key.get("keys") {
        Some(_) => key.clone(),
        None => serde_json::json!({ "keys": [key] }),
    }
}

/// The real path.
fn judge(group: &Value, vector: &Value) -> Result<(), String> {
    let keys = KeySet::parse(published(group).to_string().as_bytes(), ISSUER);
    let keys = keys.map_err(|error| error.to_string())?;
    let token = vector.get("jws").unwrap_or(&vector["jwe"]);
    let token = token
        .as_str()
        .map_or_else(|| token.to_string(), str::to_owned);
    let judged = || -> Result<(), TokenFault> {
        let jws = Jws::parse(&token)?;
        let kid = jws.check_header()?;
        jws.verify_signature(kid, ISSUER, &keys)
    };
    judged().map_err(|fault| fault.to_string())
}

/// Judges every vector of a file and returns how many there are of each kind, and for what the invalid
/// RS256 ones were refused.
fn run(file: &str) -> (BTreeMap<Expected, usize>, BTreeMap<String, usize>) {
    let path = format!("{}/tests/wycheproof/{file}", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read_to_string(path).expect("the vectors are here");
    let file: Value = serde_json::from_str(&file).expect("the vectors are JSON");
    let (mut kinds, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    for group in file["testGroups"].as_array().into_iter().flatten() {
        for vector in group["tests"].as_array().into_iter().flatten() {
            let expected = expected(group, vector);
            let judged = judge(group, vector);
            assert_eq!(
                judged.is_ok(),
                expected == Expected::Accepted,
                "{} {}: {judged:?}, expected {expected:?}",
                vector["tcId"],
                vector["comment"],
            );
            *kinds.entry(expected).or_default() += 1;
            if let (Expected::Refused, Err(reason)) = (expected, judged) {
                *reasons.entry(reason).or_default() += 1;
            }
        }
    }
    let total: usize = kinds.values().sum();
    assert_eq!(Some(total as u64), file["numberOfTests"].as_u64());
    (kinds, reasons)
}

fn reasons<const N: usize>(reasons: [(&str, usize); N]) -> BTreeMap<String, usize> {
    reasons
        .map(|(reason, count)| (reason.to_owned(), count))
        .into()
}

const NOT_JSON: &str = "the header is not a JSON object of acceptable shape";
const OTHER_KEY: &str = "the issuer publishes no key `Xid-rsa-sign`";
const BAD_SIGNATURE: &str = "the signature does not fit the token";
const ONE_SEGMENT: &str = "a token has three segments separated by dots, and this has 1";
const TWO_SEGMENTS: &str = "a token has three segments separated by dots, and this has 2";
const UNSIGNED: &str = "the token is not signed";
const OTHER_USE: &str = "no usable key: `kid-rsa-sign` (not for checking signatures)";
const ROCA: &str = "no usable key: `kid-rsa-roca-sign` (made by a broken generator)";
const SIZE: &str = "no usable key: `RS256_1024` (of unacceptable size)";
const EXPONENT: &str = "no usable key: `RS256_2048` (with an unacceptable exponent)";

#[test]
fn every_signature_vector_is_judged_rightly() {
    let (kinds, found) = run("json_web_signature_test.json");
    let expected = [
        (Expected::Accepted, 8),
        (Expected::Refused, 227),
        (Expected::RefusedHmac, 10),
        (Expected::RefusedEcdsa, 4),
        (Expected::RefusedOtherRsa, 24),
        (Expected::RefusedOtherInvalid, 128),
    ];
    assert_eq!(kinds, expected.into());
    let shapes = [
        (NOT_JSON, 2),
        (ONE_SEGMENT, 2),
        (TWO_SEGMENTS, 3),
        (UNSIGNED, 1),
    ];
    let mut expected = reasons([(OTHER_USE, 2), (OTHER_KEY, 1), (BAD_SIGNATURE, 216)]);
    expected.extend(reasons(shapes));
    assert_eq!(found, expected);
}

#[test]
fn every_key_vector_is_judged_rightly() {
    let (kinds, found) = run("json_web_key_test.json");
    let expected = [
        (Expected::Accepted, 1),
        (Expected::Refused, 4),
        (Expected::RefusedHmac, 4),
        (Expected::RefusedOtherInvalid, 17),
    ];
    assert_eq!(kinds, expected.into());
    assert_eq!(
        found,
        reasons([(OTHER_USE, 1), (ROCA, 1), (SIZE, 1), (EXPONENT, 1)])
    );
}

#[test]
fn every_crypto_vector_is_judged_rightly() {
    let (kinds, found) = run("json_web_crypto_test.json");
    let expected = [
        (Expected::Accepted, 1),
        (Expected::Refused, 13),
        (Expected::RefusedHmac, 2),
        (Expected::RefusedEcdsa, 1),
        (Expected::RefusedEncrypted, 2),
        (Expected::RefusedOtherInvalid, 64),
    ];
    assert_eq!(kinds, expected.into());
    let shapes = [
        (NOT_JSON, 2),
        (ONE_SEGMENT, 2),
        (TWO_SEGMENTS, 3),
        (UNSIGNED, 1),
    ];
    let mut expected = reasons([(ROCA, 1), (OTHER_KEY, 1), (BAD_SIGNATURE, 3)]);
    expected.extend(reasons(shapes));
    assert_eq!(found, expected);
}
