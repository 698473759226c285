//! Discovery and the key cache against an HTTPS server on loopback.

mod common;

use access::Timestamp;
use access::token::{Audiences, Expectations, TokenFault, verify};
use azure::client::{Client, Options};
use azure::keys::{Authority, DiscoveryError, KeyCache, KeySet, KeySetError, Refresh, Unusable};
use common::Server;
use serde_json::{Value, json};
use testkit::{Bearer, NOW, SigningKey, Tenant};

const V1: &str = "https://sts.windows.net/{tenantid}/";
const METADATA: &str = "/common/.well-known/openid-configuration";
const JWKS: &str = "/common/discovery/keys";

async fn issuer() -> (Server, KeyCache) {
    let server = Server::start().await;
    publish(&server, &SigningKey::shared().jwks());
    let authority = Authority {
        metadata: format!("{}{METADATA}", server.origin),
        issuer: V1.to_owned(),
    };
    let cache = KeyCache::fetched(client(&server), [authority], Refresh::default());
    (server, cache)
}

fn publish(server: &Server, jwks: &str) {
    let metadata = json!({"issuer": V1, "jwks_uri": format!("{}{JWKS}", server.origin)});
    server.serve(METADATA, 200, metadata.to_string());
    server.serve(JWKS, 200, jwks);
}

fn client(server: &Server) -> Client {
    Client::new(&Options {
        extra_roots: Some(server.certificate.clone().into_bytes()),
        system_roots: false,
        ..Options::default()
    })
    .expect("a client")
}

fn judge(cache: &KeyCache, token: &str, now: Timestamp) -> Result<(), TokenFault> {
    let expect = Expectations::new(&Tenant::new().id, Audiences::account());
    verify(token, &cache.keys(now), &expect, NOW).map(|_| ())
}

fn token() -> String {
    Tenant::new().token(&Bearer::person("ada")).sign()
}

fn unavailable() -> Result<(), TokenFault> {
    let issuer = format!("https://sts.windows.net/{}/", Tenant::new().id);
    Err(TokenFault::KeysUnavailable { issuer })
}

#[tokio::test]
async fn keys_are_found_by_discovery_and_fetched_again_after_an_hour() {
    let (server, cache) = issuer().await;
    assert_eq!(judge(&cache, &token(), NOW), unavailable());
    assert!(cache.refresh_if_due(NOW).await.is_empty());
    assert_eq!(server.asked(), [METADATA, JWKS]);
    assert_eq!(judge(&cache, &token(), NOW), Ok(()));
    let generation = cache.keys(NOW).generation();
    cache.refresh_if_due(NOW.plus(3599)).await;
    assert_eq!(server.asked(), [""; 0]);
    cache.refresh_if_due(NOW.plus(3600)).await;
    assert_eq!(server.asked(), [METADATA, JWKS]);
    assert_eq!(cache.keys(NOW).generation(), generation, "the same keys");
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_at_most_every_five_minutes() {
    let (server, cache) = issuer().await;
    cache.refresh_if_due(NOW).await;
    server.asked();
    let new = Box::leak(Box::new(SigningKey::generate("rolled-over")));
    let tenant = Tenant {
        key: new,
        ..Tenant::new()
    };
    let rolled = tenant.token(&Bearer::person("ada")).sign();
    let kid = "rolled-over".to_owned();
    assert_eq!(
        judge(&cache, &rolled, NOW),
        Err(TokenFault::UnknownKey { kid })
    );
    publish(
        &server,
        &json!({"keys": [SigningKey::shared().jwk(), new.jwk()]}).to_string(),
    );

    let seen = cache.keys(NOW);
    assert!(!cache.refresh_for_unknown_key(&seen, NOW.plus(299)).await);
    assert_eq!(server.asked(), [""; 0]);
    assert!(cache.refresh_for_unknown_key(&seen, NOW.plus(300)).await);
    assert_eq!(judge(&cache, &rolled, NOW.plus(300)), Ok(()));
    assert_eq!(judge(&cache, &token(), NOW.plus(300)), Ok(()));
    server.asked();
    // Somebody who still holds the old keys is told that there are others, without asking again.
    assert!(cache.refresh_for_unknown_key(&seen, NOW.plus(301)).await);
    let seen = cache.keys(NOW);
    assert!(!cache.refresh_for_unknown_key(&seen, NOW.plus(599)).await);
    assert_eq!(server.asked(), [""; 0]);
}

#[tokio::test]
async fn the_last_known_good_keys_last_a_day_and_no_longer() {
    let (server, cache) = issuer().await;
    cache.refresh_if_due(NOW).await;
    server.serve(JWKS, 500, "");
    for hour in 1..=23 {
        let failures = cache.refresh_if_due(NOW.plus(hour * 3600)).await;
        let [(_, DiscoveryError::Status { status: 500, .. })] = failures.as_slice() else {
            panic!("{failures:?}")
        };
    }
    assert_eq!(judge(&cache, &token(), NOW.plus(24 * 3600 - 1)), Ok(()));
    let late = NOW.plus(24 * 3600);
    assert_eq!(judge(&cache, &token(), late), unavailable());
    assert!(!cache.keys(late).any_available());
    let generation = cache.generation();
    assert_eq!(cache.refresh_if_due(late).await.len(), 1);
    assert_ne!(
        cache.generation(),
        generation,
        "what was verified before is judged again"
    );
    assert_eq!(cache.keys(late).unavailable().collect::<Vec<_>>(), [V1]);
    publish(&server, &SigningKey::shared().jwks());
    assert!(cache.refresh_if_due(late.plus(3600)).await.is_empty());
    assert_eq!(judge(&cache, &token(), late.plus(3600)), Ok(()));
}

#[tokio::test]
async fn a_withdrawn_key_is_forgotten_at_the_next_fetch() {
    let (server, cache) = issuer().await;
    cache.refresh_if_due(NOW).await;
    let generation = cache.keys(NOW).generation();
    publish(&server, &SigningKey::generate("next").jwks());
    cache.refresh_if_due(NOW.plus(3600)).await;
    let kid = "testkit".to_owned();
    assert_eq!(
        judge(&cache, &token(), NOW.plus(3600)),
        Err(TokenFault::UnknownKey { kid })
    );
    assert_ne!(cache.keys(NOW).generation(), generation);
}

#[tokio::test]
async fn metadata_must_speak_for_the_issuer_and_keep_to_its_host() {
    let (server, cache) = issuer().await;
    let mut hour = 0;
    let mut fault = async |metadata: Value| {
        server.serve(METADATA, 200, metadata.to_string());
        hour += 1;
        let failures = cache.refresh_if_due(NOW.plus(hour * 3600)).await;
        failures
            .into_iter()
            .next()
            .map(|(_, error)| error.to_string())
    };
    let jwks_uri = format!("{}{JWKS}", server.origin);
    for (issuer, uri, expected) in [
        ("https://evil.example/", jwks_uri.as_str(), "is of issuer"),
        (V1, "https://evil.example/keys", "on another host"),
        (V1, "http://localhost/keys", "on another host"),
        (V1, "/relative", "on another host"),
        (
            V1,
            &format!("{}@evil.example/keys", server.origin),
            "on another host",
        ),
        (V1, &format!("{}/elsewhere", server.origin), "answered 404"),
    ] {
        let message = fault(json!({"issuer": issuer, "jwks_uri": uri})).await;
        assert!(
            message.as_ref().is_some_and(|text| text.contains(expected)),
            "{uri}: {message:?}"
        );
    }
    let message = fault(json!("not metadata")).await;
    assert!(message.is_some_and(|text| text.contains("not a discovery document")));
    assert_eq!(
        judge(&cache, &token(), NOW.plus(hour * 3600)),
        unavailable()
    );
}

#[test]
fn a_key_counts_only_for_an_issuer_its_publisher_may_speak_for() {
    let marked = |mark: &str, publisher: &str| {
        let mut jwk = SigningKey::shared().jwk();
        jwk["issuer"] = json!(mark);
        let set = KeySet::parse(json!({ "keys": [jwk] }).to_string().as_bytes(), publisher)?;
        let expect = Expectations::new(&Tenant::new().id, Audiences::account());
        Ok(verify(&token(), &set, &expect, NOW).map(|_| ()))
    };
    let other_key_issuer = || TokenFault::KeyIssuer {
        kid: "testkit".into(),
        issuer: format!("https://sts.windows.net/{}/", Tenant::new().id),
    };
    let mine = format!("https://sts.windows.net/{}/", Tenant::new().id);
    let other = "https://sts.windows.net/5f1d2c3b-0000-4000-8000-000000000002/";
    assert_eq!(marked(V1, V1), Ok(Ok(())));
    assert_eq!(marked(&mine, V1), Ok(Ok(())));
    assert_eq!(marked(V1, &mine), Ok(Ok(())));
    assert_eq!(marked(other, V1), Ok(Err(other_key_issuer())));
    assert_eq!(marked(V1, other), Ok(Err(other_key_issuer())));
    let nothing = KeySetError::Empty(vec![("testkit".into(), Unusable::OtherIssuer)]);
    assert_eq!(marked(V1, "https://own.example/"), Err(nothing));
}

#[test]
fn a_key_set_is_read_strictly_and_within_bounds() {
    let parse = |jwks: &Value| KeySet::parse(jwks.to_string().as_bytes(), V1).map(|set| set.len());
    let good = SigningKey::shared().jwk();
    let other = SigningKey::forged().jwk();
    assert_eq!(parse(&json!({"keys": [good]})), Ok(1));
    assert_eq!(parse(&json!({"keys": [good, good]})), Ok(1));
    let ambiguous = KeySetError::Ambiguous("testkit".into());
    assert_eq!(parse(&json!({"keys": [good, other]})), Err(ambiguous));
    let many = json!({"keys": vec![json!({"kty": "oct"}); 1001]});
    assert_eq!(parse(&many), Err(KeySetError::TooMany(1001)));
    let with = |member: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[member] = value;
        match parse(&json!({ "keys": [jwk] })) {
            Err(KeySetError::Empty(unusable)) => unusable.first().map(|(_, reason)| *reason),
            _ => None,
        }
    };
    assert_eq!(with("kty", json!("EC")), Some(Unusable::NotRsa));
    assert_eq!(with("use", json!("enc")), Some(Unusable::OtherUse));
    assert_eq!(
        with("key_ops", json!(["encrypt"])),
        Some(Unusable::OtherUse)
    );
    assert_eq!(with("alg", json!("PS256")), Some(Unusable::OtherAlgorithm));
    assert_eq!(with("d", json!("AQAB")), Some(Unusable::Private));
    assert_eq!(with("e", json!("AQ")), Some(Unusable::Exponent));
    assert_eq!(with("e", json!("AQAA")), Some(Unusable::Exponent));
    assert_eq!(with("n", json!("AQAB")), Some(Unusable::Size));
    assert_eq!(with("n", json!("=")), Some(Unusable::Unreadable));
    assert_eq!(with("kid", Value::Null), Some(Unusable::KeyId));
    assert_eq!(with("kid", json!("k".repeat(257))), Some(Unusable::KeyId));
}

#[tokio::test]
async fn an_authority_that_fails_is_asked_again_in_a_minute_and_the_others_are_not() {
    let (server, other) = (Server::start().await, Server::start().await);
    publish(&server, &SigningKey::shared().jwks());
    let authority = |server: &Server, issuer: &str| Authority {
        metadata: format!("{}{METADATA}", server.origin),
        issuer: issuer.to_owned(),
    };
    let both = Client::new(&Options {
        extra_roots: Some(format!("{}{}", server.certificate, other.certificate).into_bytes()),
        system_roots: false,
        ..Options::default()
    })
    .expect("a client");
    let authorities = [authority(&other, "https://other/"), authority(&server, V1)];
    let cache = KeyCache::fetched(both, authorities, Refresh::default());
    let failures = cache.refresh_if_due(NOW).await;
    let failed: Vec<&str> = failures
        .iter()
        .map(|(authority, _)| &*authority.issuer)
        .collect();
    assert_eq!(failed, ["https://other/"]);
    assert_eq!(cache.failing().await, ["https://other/"]);
    assert_eq!(judge(&cache, &token(), NOW), Ok(()), "one is enough");
    server.asked();
    other.asked();
    assert!(cache.refresh_if_due(NOW.plus(59)).await.is_empty());
    assert_eq!(
        cache.failing().await,
        ["https://other/"],
        "nothing was tried"
    );
    assert_eq!(cache.refresh_if_due(NOW.plus(60)).await.len(), 1);
    assert_eq!((server.asked().len(), other.asked().len()), (0, 1));
}
