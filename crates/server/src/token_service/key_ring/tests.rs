use super::*;

const NOW: Timestamp = Timestamp(1_795_000_000);
const OVERLAP: i64 = 7200;

fn states(ring: &KeyRing, now: Timestamp) -> Vec<KeyState> {
    let keys = ring.describe(OVERLAP, now);
    keys.into_iter().map(|key| key.state).collect()
}

fn signer(ring: &KeyRing, now: Timestamp) -> String {
    ring.signer(now).unwrap().id().to_owned()
}

#[test]
fn a_key_waits_signs_retires_and_is_forgotten() {
    use KeyState::{Retired, Signing, Waiting};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token-keys.json");
    let ring = KeyRing::open(&path, NOW).unwrap();
    let first = signer(&ring, NOW);
    ring.rotate(Rotation::Announced, OVERLAP, NOW).unwrap();
    ring.rotate(Rotation::Announced, OVERLAP, NOW).unwrap();
    assert_eq!(
        states(&ring, NOW),
        [Signing, Waiting],
        "asked twice, made once"
    );
    assert_eq!(ring.jwks()["keys"].as_array().unwrap().len(), 2);
    assert_eq!(signer(&ring, NOW), first);

    let later = NOW.plus(LEAD);
    assert_eq!(states(&ring, later), [Retired, Signing]);
    assert_ne!(signer(&ring, later), first);
    assert!(ring.tend(None, OVERLAP, later).unwrap());
    assert!(!ring.tend(None, OVERLAP, later).unwrap(), "nothing is due");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        text.matches("PRIVATE KEY").count(),
        2,
        "one private half: {text}"
    );

    // Another start reads the same.
    let ring = KeyRing::open(&path, later).unwrap();
    assert_eq!(states(&ring, later), [Retired, Signing]);
    assert!(!ring.tend(None, OVERLAP, later.plus(OVERLAP - 1)).unwrap());
    assert!(ring.tend(None, OVERLAP, later.plus(OVERLAP)).unwrap());
    assert_eq!(states(&ring, later.plus(OVERLAP)), [Signing]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_key_can_be_hurried_and_a_leaked_one_withdrawn() {
    let ring = KeyRing::in_memory(SigningKey::generate().unwrap(), NOW);
    let first = signer(&ring, NOW);
    ring.rotate(Rotation::Announced, OVERLAP, NOW).unwrap();
    ring.rotate(Rotation::AtOnce, OVERLAP, NOW).unwrap();
    assert_eq!(states(&ring, NOW), [KeyState::Retired, KeyState::Signing]);
    ring.rotate(Rotation::Withdrawing, OVERLAP, NOW).unwrap();
    assert_eq!(states(&ring, NOW), [KeyState::Signing]);
    assert!(!ring.jwks().to_string().contains(&first));
}

#[test]
fn a_key_of_the_configured_age_is_followed_in_time() {
    let ring = KeyRing::in_memory(SigningKey::generate().unwrap(), NOW);
    let (day, longest) = (86_400, 30 * 86_400);
    let due = |now| ring.tend(Some(longest), OVERLAP, now).unwrap();
    assert!(!due(NOW.plus(29 * day)));
    assert!(due(NOW.plus(longest - LEAD)), "announced an hour before");
    assert!(!due(NOW.plus(longest - LEAD + 60)), "once");
    assert_eq!(
        states(&ring, NOW.plus(longest)),
        [KeyState::Retired, KeyState::Signing]
    );
}

#[test]
fn a_file_that_is_no_list_of_keys_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token-keys.json");
    for content in [
        "",
        "[]",
        "{}",
        r#"[{"from":0,"public":{"kid":"x"},"private":null}]"#,
    ] {
        private_file::write(&path, content.as_bytes()).unwrap();
        assert!(KeyRing::open(&path, NOW).is_err(), "{content}");
    }
}
