//! Who is signed in: sessions in memory, known by the hash of a cookie.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::Timestamp;

use crate::authenticate::Identity;
use crate::secret::Secret;
use crate::token_service::directory::sha256;
use crate::token_service::random;

/// The most sessions. Each costs its owner a sign-in.
const CAPACITY: usize = 1_000;

/// Seconds without a request after which a session is over.
const IDLE: i64 = 60 * 60;

/// Seconds after which a session is over in any case: memberships that a token told are that old.
const LIFETIME: i64 = 8 * 60 * 60;

/// A signed-in person. No token is kept.
#[derive(Clone)]
pub(super) struct Session {
    /// Who it is.
    pub(super) identity: Arc<Identity>,
    /// What every form of this session must send: other sites' forms cannot know it.
    pub(super) form_token: Arc<Secret>,
}

struct Entry {
    session: Session,
    started: Timestamp,
    seen: Timestamp,
}

impl Entry {
    fn is_over(&self, now: Timestamp) -> bool {
        self.seen.plus(IDLE) <= now || self.started.plus(LIFETIME) <= now
    }
}

/// All sessions, by the SHA-256 of their cookie: who reads the memory finds nothing to send.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<[u8; 32], Entry>>);

impl Sessions {
    /// Begins a session and returns the secret that its cookie carries, 256 random bits.
    pub(super) fn begin(&self, identity: Identity, now: Timestamp) -> String {
        let cookie = random::secret();
        let entry = Entry {
            session: Session {
                identity: Arc::new(identity),
                form_token: Arc::new(Secret::new(random::secret())),
            },
            started: now,
            seen: now,
        };
        let mut entries = self.entries();
        entries.retain(|_, entry| !entry.is_over(now));
        if entries.len() >= CAPACITY {
            let idle = entries.iter().min_by_key(|(_, entry)| entry.seen);
            if let Some(idle) = idle.map(|(key, _)| *key) {
                entries.remove(&idle);
            }
        }
        entries.insert(sha256(cookie.as_bytes()), entry);
        cookie
    }

    /// The session of a cookie, which is used now.
    pub(super) fn find(&self, cookie: &str, now: Timestamp) -> Option<Session> {
        let key = sha256(cookie.as_bytes());
        let mut entries = self.entries();
        let entry = entries.get_mut(&key)?;
        if entry.is_over(now) {
            entries.remove(&key);
            return None;
        }
        entry.seen = now;
        Some(entry.session.clone())
    }

    /// Ends the session of a cookie.
    pub(super) fn end(&self, cookie: &str) {
        self.entries().remove(&sha256(cookie.as_bytes()));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<[u8; 32], Entry>> {
        // Every change is one step, so a panic elsewhere leaves it usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use access::principal::PrincipalId;
    use access::token::{Bearer, Claims, GroupsClaim, Version};

    use super::*;

    fn somebody() -> Identity {
        Identity {
            principal: PrincipalId::new("somebody"),
            groups: Vec::new(),
            claims: Claims {
                version: Version::V2,
                issuer: String::new(),
                audience: String::new(),
                tenant: String::new(),
                object_id: String::new(),
                app_id: String::new(),
                bearer: Bearer::User,
                name: None,
                groups: GroupsClaim::None,
                app_roles: Vec::new(),
                managed_identity: None,
                issued: Timestamp(0),
                not_before: Timestamp(0),
                expires: Timestamp(0),
                id: None,
            },
        }
    }

    #[test]
    fn a_session_ends_when_it_is_idle_when_it_is_old_and_when_somebody_says_so() {
        let sessions = Sessions::default();
        let now = Timestamp(1_000_000);
        let cookie = sessions.begin(somebody(), now);
        assert_eq!(cookie.len(), 43, "256 bits in base64url");
        assert!(sessions.find(&cookie, now.plus(IDLE - 1)).is_some());
        assert!(sessions.find(&cookie, now.plus(IDLE)).is_some(), "was used");
        assert!(sessions.find(&cookie, now.plus(3 * IDLE)).is_none());

        let cookie = sessions.begin(somebody(), now);
        for hour in 0..LIFETIME / 3600 {
            assert!(sessions.find(&cookie, now.plus(hour * 3600)).is_some() || hour > 0);
            sessions.find(&cookie, now.plus(hour * 3600 + 1800));
        }
        assert!(sessions.find(&cookie, now.plus(LIFETIME)).is_none());

        let cookie = sessions.begin(somebody(), now);
        sessions.end(&cookie);
        assert!(sessions.find(&cookie, now).is_none());
        assert!(sessions.find("", now).is_none());
    }

    #[test]
    fn a_flood_of_sessions_pushes_out_the_idlest_and_never_grows() {
        let sessions = Sessions::default();
        let first = sessions.begin(somebody(), Timestamp(0));
        for number in 0..2 * CAPACITY {
            let now = Timestamp(i64::try_from(number / 100).unwrap());
            assert!(
                number < 10 || sessions.find(&first, now).is_some(),
                "is used"
            );
            sessions.begin(somebody(), now);
        }
        assert_eq!(sessions.entries().len(), CAPACITY);
    }

    #[test]
    fn cookies_are_kept_as_hashes_only() {
        let sessions = Sessions::default();
        let cookie = sessions.begin(somebody(), Timestamp(0));
        let entries = sessions.entries();
        let key = entries.keys().next().unwrap();
        assert_ne!(key.as_slice(), cookie.as_bytes());
        assert_eq!(*key, sha256(cookie.as_bytes()));
    }
}
