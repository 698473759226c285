//! Rotation of signing keys, and what outlives a restart.

use access::token::TokenFault;

use super::grants::{refresh, refresh_token, signed_in};
use super::*;

fn issued(service: &TokenService, now: Timestamp) -> String {
    let robot = "33333333-0000-4000-8000-000000000001";
    let token = service.issue(robot, COGNITIVE, &origin(), now);
    token.unwrap().token
}

fn judged(service: &TokenService, token: &str, now: Timestamp) -> Result<Claims, TokenFault> {
    let expect = service.expectations(Audiences::account());
    verify(token, &service.own_keys().keys(now), &expect, now)
}

fn published(service: &TokenService) -> Vec<String> {
    let keys = get(service, "/common/discovery/v2.0/keys");
    let keys = keys.json["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

/// A service whose keys no other test sees, over and over in the same folder.
fn start(folder: &std::path::Path, now: Timestamp) -> TokenService {
    let keys = ServiceKeys::open(folder, now).unwrap();
    TokenService::new(directory(), keys, Settings::default(), &[]).unwrap()
}

#[test]
fn tokens_of_before_and_after_a_rotation_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), NOW);
    let before = issued(&service, NOW);
    let generation = service.own_keys().generation();
    service
        .rotate_signing_key(Rotation::Announced, NOW)
        .unwrap();
    assert_eq!(published(&service).len(), 2, "before it signs");
    assert!(service.own_keys().generation() > generation);
    let announced = issued(&service, NOW);
    let key_of = |token: &str| {
        let header = access::token::decode(token).unwrap().header;
        header["kid"].as_str().unwrap().to_owned()
    };
    assert_eq!(key_of(&announced), key_of(&before));

    let later = NOW.plus(KEY_LEAD);
    let after = issued(&service, later);
    assert_ne!(key_of(&after), key_of(&before));
    judged(&service, &before, later).unwrap();
    judged(&service, &after, later).unwrap();

    // The same after a restart, until the old key's last token is over.
    let service = start(folder.path(), later);
    service.tend_signing_keys(later).unwrap();
    judged(&service, &before, later).unwrap();
    judged(&service, &after, later).unwrap();
    let over = later.plus(service.settings().longest_token());
    service.tend_signing_keys(over).unwrap();
    assert_eq!(published(&service), [key_of(&after)]);
    // Judged at a time at which it would still be good: the key alone refuses it.
    let fault = judged(&service, &before, later).unwrap_err();
    assert!(matches!(fault, TokenFault::UnknownKey { .. }), "{fault:?}");
    judged(&service, &after, later).unwrap();
}

#[test]
fn tokens_of_a_withdrawn_key_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), NOW);
    let before = issued(&service, NOW);
    service
        .rotate_signing_key(Rotation::Withdrawing, NOW)
        .unwrap();
    judged(&service, &before, NOW).unwrap_err();
    judged(&service, &issued(&service, NOW), NOW).unwrap();
}

#[test]
fn who_signed_in_stays_signed_in_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = refresh_token(&signed_in(&start(folder.path(), NOW)));
    let restarted = start(folder.path(), NOW);
    let answer = refresh(&restarted, &first, AZURE_CLI, NOW.plus(3600));
    assert_eq!(answer.status, 200, "{}", answer.text);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let content = std::fs::read(file.unwrap().path()).unwrap();
        let kept = String::from_utf8_lossy(&content);
        assert!(!kept.contains(&first), "stored in the clear");
    }
    // Another server's token says nothing here.
    let elsewhere = start(tempfile::tempdir().unwrap().path(), NOW);
    let foreign = refresh(&elsewhere, &first, AZURE_CLI, NOW);
    refused(&foreign, 400, "invalid_grant", 70_008);
}
