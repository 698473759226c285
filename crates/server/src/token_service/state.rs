//! What the token service remembers between requests: nothing that a restart may not forget.

use std::collections::HashMap;

use access::Timestamp;

use super::directory::User;
use super::error::SignInError;
use super::vault::Vault;

/// The most values of each kind.
const CAPACITY: usize = 1_000;

/// Wrong passwords within [`LOCK_SECONDS`] after which an account is locked for that long.
const MAX_WRONG_PASSWORDS: u32 = 10;
const LOCK_SECONDS: i64 = 300;

/// Everything that is remembered.
pub(super) struct State {
    /// Sign-in pages under way.
    pub(super) pages: Vault<PageFlow>,
    /// Authorization codes.
    pub(super) codes: Vault<CodeGrant>,
    /// Device codes, by user code. Kept twice as long as they work, to tell expired from unknown.
    pub(super) devices: Vault<DeviceGrant>,
    wrong_passwords: HashMap<String, (u32, Timestamp)>,
}

impl Default for State {
    fn default() -> Self {
        State {
            pages: Vault::new(15 * 60, CAPACITY),
            codes: Vault::new(5 * 60, CAPACITY),
            devices: Vault::new(2 * DEVICE_LIFETIME, CAPACITY),
            wrong_passwords: HashMap::new(),
        }
    }
}

/// How long a device code works, in seconds.
pub(super) const DEVICE_LIFETIME: i64 = 15 * 60;

/// What was asked for, in the client's words.
#[derive(Clone)]
pub(super) enum Asked {
    /// `scope`, version 2.0.
    Scope(String),
    /// `resource`, version 1.0.
    Resource(String),
}

/// A sign-in page in somebody's browser.
#[derive(Clone)]
pub(super) struct PageFlow {
    /// The hash of the cookie of the browser that got the page: no other may send it back.
    pub(super) browser: [u8; 32],
    /// What comes of it.
    pub(super) purpose: Purpose,
}

/// What a sign-in is for.
#[derive(Clone)]
pub(super) enum Purpose {
    /// A code for a client that waits at its redirect address.
    Code(AuthorizeRequest),
    /// Approval of a device code.
    Device {
        /// The code that was typed.
        user_code: String,
        /// The client that started it.
        client_name: String,
    },
}

/// A checked authorization request.
#[derive(Clone)]
pub(super) struct AuthorizeRequest {
    /// The tenant as the URL named it.
    pub(super) tenant: String,
    pub(super) client: String,
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) mode: super::authorize::ResponseMode,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) asked: Asked,
}

/// What an authorization code stands for.
pub(super) struct CodeGrant {
    /// The object id of whoever signed in.
    pub(super) user: String,
    pub(super) request: AuthorizeRequest,
}

/// What a device code stands for.
pub(super) struct DeviceGrant {
    pub(super) client: String,
    pub(super) client_name: String,
    pub(super) tenant: String,
    pub(super) asked: Asked,
    /// The hash of the device code.
    pub(super) code: [u8; 32],
    pub(super) expires: Timestamp,
    pub(super) progress: Progress,
}

/// How far the sign-in for a device is.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nobody has answered yet.
    Pending,
    /// This user (object id) signed in.
    Approved(String),
    /// Somebody declined.
    Declined,
}

impl State {
    /// Judges a password, and counts wrong ones.
    pub(super) fn check_password(
        &mut self,
        user: Option<&User>,
        password: &str,
        now: Timestamp,
    ) -> Result<(), SignInError> {
        let Some(user) = user else {
            return Err(SignInError::PasswordWrong);
        };
        let locked_until = |since: Timestamp| since.plus(LOCK_SECONDS);
        self.wrong_passwords
            .retain(|_, (_, since)| now < locked_until(*since));
        let (count, since) = self
            .wrong_passwords
            .get(&user.object_id)
            .copied()
            .unwrap_or((0, now));
        if count >= MAX_WRONG_PASSWORDS {
            return Err(SignInError::AccountLocked);
        }
        if user
            .password
            .as_ref()
            .is_some_and(|secret| secret.matches(password))
        {
            self.wrong_passwords.remove(&user.object_id);
            return match user.disabled {
                true => Err(SignInError::UserDisabled(user.upn.clone())),
                false => Ok(()),
            };
        }
        self.wrong_passwords
            .insert(user.object_id.clone(), (count + 1, since));
        Err(SignInError::PasswordWrong)
    }
}
