//! The whole judgement with stand-in keys; real signatures are tested in `azure`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::jose::MAX_TOKEN_BYTES;
use super::*;

const TENANT: &str = "5f1d2c3b-0000-4000-8000-000000000001";
const OTHER_TENANT: &str = "5f1d2c3b-0000-4000-8000-000000000002";
const OBJECT: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const NOW: Timestamp = Timestamp(1_795_000_000);

/// Accepts the signature `good` by key `k1` for the public cloud's issuers.
struct StandIn;

impl Keys for StandIn {
    fn verify(
        &self,
        kid: &str,
        issuer: &str,
        input: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyFault> {
        assert!(input.iter().filter(|&&byte| byte == b'.').count() == 1);
        match (kid, signature) {
            ("k1", _) if issuer.contains("elsewhere") => Err(KeyFault::OtherIssuer),
            ("k1", b"good") => Ok(()),
            ("k1", _) => Err(KeyFault::Signature),
            ("stale", _) => Err(KeyFault::Unavailable),
            _ => Err(KeyFault::UnknownKey),
        }
    }
}

fn header() -> Value {
    json!({"typ": "JWT", "alg": "RS256", "kid": "k1", "x5t": "k1"})
}

fn claims() -> Value {
    json!({
        "aud": "https://cognitiveservices.azure.com",
        "iss": format!("https://sts.windows.net/{TENANT}/"),
        "iat": NOW.0 - 300, "nbf": NOW.0 - 300, "exp": NOW.0 + 3600,
        "appid": "11111111-0000-4000-8000-000000000001", "appidacr": "1", "idtyp": "app",
        "oid": OBJECT, "sub": OBJECT, "tid": TENANT, "uti": "abc", "ver": "1.0"
    })
}

/// Changes members; `null` removes one.
fn with(mut object: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => object.as_object_mut().unwrap().remove(name),
            value => object
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    object
}

fn segment(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn token(header: &Value, claims: &Value) -> String {
    raw(header.to_string(), claims.to_string(), "good")
}

fn raw(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>, signature: &str) -> String {
    format!(
        "{}.{}.{}",
        segment(header),
        segment(claims),
        segment(signature)
    )
}

fn expectations() -> Expectations {
    Expectations::new(TENANT, Audiences::account())
}

fn judge(token: &str) -> Result<Claims, TokenFault> {
    let judged = verify(token, &StandIn, &expectations(), NOW);
    let faults = faults(token, &StandIn, &expectations(), NOW);
    assert_eq!(faults.first(), judged.as_ref().err(), "the two ways agree");
    judged
}

fn check(token: &str, expected: &TokenFault) {
    assert_eq!(judge(token).as_ref(), Err(expected), "{token:.300}");
}

#[test]
fn a_version_1_token_of_an_application_is_read() {
    let claims = judge(&token(&header(), &claims())).unwrap();
    assert_eq!(
        claims,
        Claims {
            version: Version::V1,
            issuer: format!("https://sts.windows.net/{TENANT}/"),
            audience: "https://cognitiveservices.azure.com".into(),
            tenant: TENANT.into(),
            object_id: OBJECT.into(),
            app_id: "11111111-0000-4000-8000-000000000001".into(),
            bearer: Bearer::Application,
            name: None,
            groups: GroupsClaim::None,
            app_roles: Vec::new(),
            managed_identity: None,
            issued: Timestamp(NOW.0 - 300),
            not_before: Timestamp(NOW.0 - 300),
            expires: Timestamp(NOW.0 + 3600),
            id: Some("abc".into()),
        }
    );
}

#[test]
fn a_version_2_token_of_a_user_is_read() {
    let changes = json!({
        "ver": "2.0", "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "aud": COGNITIVE_SERVICES_APP, "appid": null, "azp": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "idtyp": null, "sub": "pairwise", "scp": "user_impersonation",
        "preferred_username": "ada@contoso.example", "groups": ["g1", "g2"],
        "oid": OBJECT.to_uppercase()
    });
    let claims = judge(&token(&header(), &with(claims(), &changes))).unwrap();
    assert_eq!(claims.version, Version::V2);
    assert_eq!(claims.bearer, Bearer::User);
    assert_eq!(claims.object_id, OBJECT);
    assert_eq!(claims.name.as_deref(), Some("ada@contoso.example"));
    assert_eq!(
        claims.groups,
        GroupsClaim::Listed(vec!["g1".into(), "g2".into()])
    );
}

#[test]
fn who_bears_the_token_follows_idtyp_then_scp_then_sub() {
    let bearer = |changes: Value| {
        judge(&token(&header(), &with(claims(), &changes)))
            .unwrap()
            .bearer
    };
    assert_eq!(bearer(json!({})), Bearer::Application);
    assert_eq!(bearer(json!({"idtyp": "user"})), Bearer::User);
    assert_eq!(bearer(json!({"idtyp": null, "scp": "x"})), Bearer::User);
    assert_eq!(bearer(json!({"idtyp": null})), Bearer::Application);
    assert_eq!(
        bearer(json!({"idtyp": null, "sub": "pairwise"})),
        Bearer::User
    );
}

#[test]
fn app_roles_are_read() {
    let claims = with(claims(), &json!({"roles": ["Entrada.Operator", "Reader"]}));
    let claims = judge(&token(&header(), &claims)).unwrap();
    assert_eq!(claims.app_roles, ["Entrada.Operator", "Reader"]);
}

#[test]
fn group_overage_is_told_from_no_groups() {
    let groups = |changes: Value| {
        judge(&token(&header(), &with(claims(), &changes)))
            .unwrap()
            .groups
    };
    assert_eq!(groups(json!({})), GroupsClaim::None);
    assert_eq!(groups(json!({"groups": []})), GroupsClaim::Listed(vec![]));
    assert_eq!(
        groups(json!({"_claim_names": {"groups": "src1"}})),
        GroupsClaim::Overage
    );
    assert_eq!(groups(json!({"hasgroups": true})), GroupsClaim::Overage);
    assert_eq!(
        groups(json!({"_claim_names": {"other": "src1"}})),
        GroupsClaim::None
    );
}

#[test]
fn shape_faults_come_first() {
    let good = token(&header(), &claims());
    let too_long = "a".repeat(1024 * 1024);
    check(
        &too_long,
        &TokenFault::TooLong {
            length: 1024 * 1024,
            limit: MAX_TOKEN_BYTES,
        },
    );
    check("", &TokenFault::Segments { segments: 1 });
    check("a.b", &TokenFault::Segments { segments: 2 });
    check("a.b.c.d", &TokenFault::Segments { segments: 4 });
    check("a.b.c.d.e", &TokenFault::Encrypted);
    check("a.b.c.d.e.f.g", &TokenFault::Segments { segments: 6 });
    for (broken, part) in [
        (format!("\"{good}\""), Part::Header),
        (format!(" {good}"), Part::Header),
        (format!("Bearer {good}"), Part::Header),
        (format!("{good}\n"), Part::Signature),
        (format!("{good}="), Part::Signature),
        (good.replacen('.', "=.", 1), Part::Header),
        (good.replacen('.', ".+/", 1), Part::Claims),
    ] {
        check(&broken, &TokenFault::Encoding { part });
    }
    // The last character of a segment may carry bits that stand for nothing; they must be zero.
    check(
        &good.replace("Z29vZA", "Z29vZB"),
        &TokenFault::Encoding {
            part: Part::Signature,
        },
    );
    let unsigned = raw(header().to_string(), claims().to_string(), "");
    check(&unsigned, &TokenFault::Unsigned);
}

#[test]
fn unreadable_and_ambiguous_json_is_refused_in_both_parts() {
    let (header, claims) = (header().to_string(), claims().to_string());
    for part in [Part::Header, Part::Claims] {
        let build = |text: &[u8]| match part {
            Part::Header => raw(text, &claims, "good"),
            _ => raw(&header, text, "good"),
        };
        check(&build(b"[]"), &TokenFault::NotJson { part });
        check(&build(b"{}garbage"), &TokenFault::NotJson { part });
        check(
            &build(b"{\"a\":\"\xc3\x28\"}"),
            &TokenFault::NotUtf8 { part },
        );
        let whole = match part {
            Part::Header => &header,
            _ => &claims,
        };
        for (extra, member) in [
            ("\"alg\":\"none\",\"alg\":1,", "alg"),
            ("\"oid\":\"x\",\"\\u006fid\":1,", "oid"),
            ("\"n\":{\"m\":1,\"m\":2},", "m"),
        ] {
            let ambiguous = whole.replacen('{', &format!("{{{extra}"), 1);
            let member = member.to_owned();
            check(
                &build(ambiguous.as_bytes()),
                &TokenFault::Duplicate { part, member },
            );
        }
    }
}

#[test]
fn a_header_is_held_against_what_entra_sends() {
    let refuse = |changes: Value, fault: TokenFault| {
        check(&token(&with(header(), &changes), &claims()), &fault);
    };
    for algorithm in [
        "none", "None", "NONE", "HS256", "RS384", "PS256", "ES256", "rs256", "",
    ] {
        let fault = TokenFault::Algorithm {
            algorithm: algorithm.into(),
        };
        refuse(json!({ "alg": algorithm }), fault);
    }
    refuse(json!({"alg": null}), TokenFault::Header { member: "alg" });
    refuse(
        json!({"alg": ["RS256"]}),
        TokenFault::Header { member: "alg" },
    );
    refuse(json!({"crit": ["b64"], "b64": false}), TokenFault::Critical);
    refuse(json!({"crit": []}), TokenFault::Critical);
    refuse(json!({"crit": ["exp"]}), TokenFault::Critical);
    for typ in ["dpop+jwt", "id_token", "JOSE", "application/json", ""] {
        refuse(json!({ "typ": typ }), TokenFault::Type { typ: typ.into() });
    }
    refuse(json!({"typ": 1}), TokenFault::Header { member: "typ" });
    refuse(
        json!({"jwk": {"kty": "RSA"}}),
        TokenFault::EmbeddedKey { member: "jwk" },
    );
    refuse(
        json!({"jku": "https://evil.example/"}),
        TokenFault::EmbeddedKey { member: "jku" },
    );
    refuse(
        json!({"x5u": "https://evil.example/"}),
        TokenFault::EmbeddedKey { member: "x5u" },
    );
    refuse(
        json!({"x5c": ["MII"]}),
        TokenFault::EmbeddedKey { member: "x5c" },
    );
    refuse(json!({"kid": null}), TokenFault::KeyIdMissing);
    refuse(json!({"kid": 1}), TokenFault::Header { member: "kid" });
    for typ in [
        json!(null),
        json!("jwt"),
        json!("at+JWT"),
        json!("application/at+jwt"),
    ] {
        judge(&token(&with(header(), &json!({ "typ": typ })), &claims())).unwrap();
    }
}

#[test]
fn every_claim_of_an_access_token_is_required_and_typed() {
    for claim in [
        "aud", "iss", "iat", "nbf", "exp", "oid", "tid", "ver", "appid",
    ] {
        let without = token(&header(), &with(claims(), &json!({ claim: null })));
        check(&without, &TokenFault::ClaimMissing { claim });
        let mistyped = token(&header(), &with(claims(), &json!({ claim: ["x"] })));
        check(&mistyped, &TokenFault::ClaimInvalid { claim });
    }
    let invalid = |claim: &'static str, value: Value| {
        let token = token(&header(), &with(claims(), &json!({ claim: value })));
        check(&token, &TokenFault::ClaimInvalid { claim });
    };
    invalid("ver", json!("3.0"));
    invalid("aud", json!(""));
    invalid("oid", json!("not-a-guid"));
    invalid("oid", json!(OBJECT.replace('-', "")));
    invalid("exp", json!("1795000000"));
    invalid("exp", json!(-1));
    invalid("exp", json!(1e300));
    invalid("exp", json!(u64::MAX));
    invalid("groups", json!("g1"));
    invalid("groups", json!([1]));
    invalid("roles", json!("Operator"));
    invalid("roles", json!([null]));
    let v2 = json!({"ver": "2.0", "azp": null});
    check(
        &token(&header(), &with(claims(), &v2)),
        &TokenFault::ClaimMissing { claim: "azp" },
    );
    judge(&token(
        &header(),
        &with(claims(), &json!({"exp": NOW.0 as f64 + 60.5})),
    ))
    .unwrap();
}

#[test]
fn the_issuer_must_fit_version_and_tenant() {
    for issuer in [
        format!("https://sts.windows.net/{OTHER_TENANT}/"),
        format!("https://sts.windows.net/{TENANT}"),
        format!("http://sts.windows.net/{TENANT}/"),
        format!("https://sts.windows.net.evil.example/{TENANT}/"),
        format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "https://sts.windows.net/{tenantid}/".into(),
        "https://accounts.google.com".into(),
    ] {
        let token = token(&header(), &with(claims(), &json!({ "iss": issuer })));
        check(&token, &TokenFault::Issuer { issuer });
    }
}

#[test]
fn an_issuer_of_one_tenant_cannot_name_another() {
    const OTHER: &str = "5f1d2c3b-0000-4000-8000-00000000000f";
    let issuer = "https://own.example/issuer";
    let mut expected = expectations();
    expected.tenants.push(OTHER.to_owned());
    expected.issuers = expected
        .issuers
        .with_issuer_of(&TENANT.to_uppercase(), Version::V1, issuer);
    let judge = |tenant: &str| {
        let claims = with(claims(), &json!({ "iss": issuer, "tid": tenant }));
        verify(&token(&header(), &claims), &StandIn, &expected, NOW).map(|claims| claims.tenant)
    };
    assert_eq!(judge(TENANT), Ok(TENANT.to_owned()));
    let issuer = issuer.to_owned();
    assert_eq!(judge(OTHER), Err(TokenFault::Issuer { issuer }));
}

#[test]
fn a_configured_issuer_form_is_accepted_beside_the_public_ones() {
    let mut expected = expectations();
    let form = "https://localhost:8443/{tenantid}/";
    expected.issuers = expected.issuers.with(Version::V1, form);
    let issuer = format!("https://localhost:8443/{TENANT}/");
    let token = token(&header(), &with(claims(), &json!({ "iss": issuer })));
    verify(&token, &StandIn, &expected, NOW).unwrap();
}

#[test]
fn what_the_keys_say_becomes_a_fault() {
    let kid = |kid: &str| token(&with(header(), &json!({ "kid": kid })), &claims());
    check(&kid("k2"), &TokenFault::UnknownKey { kid: "k2".into() });
    let issuer = format!("https://sts.windows.net/{TENANT}/");
    check(&kid("stale"), &TokenFault::KeysUnavailable { issuer });
    let forged = raw(header().to_string(), claims().to_string(), "bad");
    check(&forged, &TokenFault::Signature);
    let mut expected = expectations();
    let issuer = format!("https://elsewhere/{TENANT}/");
    expected.issuers = expected
        .issuers
        .with(Version::V1, "https://elsewhere/{tenantid}/");
    let token = token(&header(), &with(claims(), &json!({ "iss": issuer })));
    assert_eq!(
        verify(&token, &StandIn, &expected, NOW),
        Err(TokenFault::KeyIssuer {
            kid: "k1".into(),
            issuer
        })
    );
}

#[test]
fn audiences_differ_by_at_most_one_trailing_slash() {
    let audience = |audience: &str| {
        judge(&token(
            &header(),
            &with(claims(), &json!({ "aud": audience })),
        ))
        .map(|_| ())
    };
    for accepted in [
        "https://cognitiveservices.azure.com",
        "https://cognitiveservices.azure.com/",
        "https://ai.azure.com/",
        COGNITIVE_SERVICES_APP,
    ] {
        assert_eq!(audience(accepted), Ok(()), "{accepted}");
    }
    for refused in [
        "https://ml.azure.com",
        "https://cognitiveservices.azure.com//",
        "https://cognitiveservices.azure.com/.default",
        "HTTPS://cognitiveservices.azure.com",
        "https://cognitiveservices.azure.com.evil.example",
        "cognitiveservices.azure.com",
    ] {
        let accepted = Audiences::account().iter().map(str::to_owned).collect();
        let found = refused.to_owned();
        assert_eq!(
            audience(refused),
            Err(TokenFault::Audience { found, accepted })
        );
    }
    assert!(!Audiences::project().accept("https://cognitiveservices.azure.com"));
    assert!(Audiences::management().accept("https://management.core.windows.net/"));
}

#[test]
fn times_are_held_to_the_second_with_the_skew() {
    let at = |changes: Value| judge(&token(&header(), &with(claims(), &changes))).map(|_| ());
    let skew = DEFAULT_SKEW;
    assert_eq!(at(json!({"exp": NOW.0 - skew})), Ok(()));
    let expired = Timestamp(NOW.0 - skew - 1);
    assert_eq!(
        at(json!({"exp": expired.0})),
        Err(TokenFault::Expired { expired, now: NOW })
    );
    assert_eq!(at(json!({"nbf": NOW.0 + skew})), Ok(()));
    let not_before = Timestamp(NOW.0 + skew + 1);
    let early = Err(TokenFault::NotYetValid {
        not_before,
        now: NOW,
    });
    assert_eq!(at(json!({"nbf": not_before.0})), early);
    assert_eq!(at(json!({"iat": not_before.0})), early);
}

#[test]
fn all_faults_of_a_genuine_token_are_told_the_tenant_last() {
    let changes = json!({
        "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/"),
        "aud": "https://ml.azure.com", "exp": 1, "nbf": 0, "iat": 0
    });
    let token = token(&header(), &with(claims(), &changes));
    let names: Vec<_> = faults(&token, &StandIn, &expectations(), NOW)
        .iter()
        .map(|fault| match fault {
            TokenFault::Audience { .. } => "audience",
            TokenFault::Expired { .. } => "expired",
            TokenFault::Tenant { .. } => "tenant",
            _ => "another",
        })
        .collect();
    assert_eq!(names, ["audience", "expired", "tenant"]);
}

#[test]
fn no_tenant_is_accepted_where_none_is_configured() {
    let mut expected = expectations();
    expected.tenants.clear();
    let judged = verify(&token(&header(), &claims()), &StandIn, &expected, NOW);
    assert!(matches!(judged, Err(TokenFault::Tenant { .. })));
}

#[test]
fn faults_quote_little_and_messages_start_lower_case() {
    let long = "ü".repeat(1000);
    let token = token(&with(header(), &json!({ "alg": long })), &claims());
    let Err(TokenFault::Algorithm { algorithm }) = judge(&token) else {
        panic!("an unknown algorithm")
    };
    assert!(algorithm.len() <= QUOTE_LIMIT + '…'.len_utf8());
    let fault = TokenFault::Audience {
        found: "a".into(),
        accepted: vec!["b".into(), "c".into()],
    };
    assert_eq!(
        fault.to_string(),
        "the token is for `a`, not for `b` or `c`"
    );
}

#[test]
fn decoding_shows_any_token_but_never_its_signature() {
    let odd = raw(r#"{"alg":"none"}"#, r#"{"aud":"x"}"#, "the secret part");
    let decoded = decode(&odd).unwrap();
    assert_eq!(decoded.header["alg"], "none");
    assert_eq!(decoded.claims["aud"], "x");
    assert!(!format!("{decoded:?}").contains(&segment("the secret part")));
    assert!(!format!("{:?}", Jws::parse(&odd).unwrap()).contains("secret"));
}

proptest::proptest! {
    #[test]
    fn whatever_comes_is_judged_without_panic(
        header in proptest::prelude::any::<Vec<u8>>(),
        claims in "\\PC*",
        tail in "[a-zA-Z0-9_.=-]{0,40}",
    ) {
        let _ = judge(&raw(&header, &claims, "good"));
        let _ = judge(&format!("{}.{}.{tail}", segment(&header), claims));
        let _ = decode(&tail);
    }

    #[test]
    fn any_value_of_any_claim_is_judged_without_panic(
        name in proptest::sample::select(vec!["aud", "iss", "exp", "nbf", "oid", "ver", "groups", "idtyp"]),
        number in proptest::prelude::any::<f64>(),
        text in "\\PC*",
    ) {
        for value in [json!(number), json!(text), json!([text]), json!({ text.as_str(): number })] {
            let _ = judge(&token(&header(), &with(claims(), &json!({ name: value }))));
        }
    }
}
