//! A token service like Entra's, for the tenants of a [`Directory`]: what clients ask before they can ask
//! the endpoint anything.
//!
//! ```text
//! GET  /{tenant}/[v2.0/].well-known/openid-configuration    where everything is
//! GET  /{tenant}/discovery/[v2.0/]keys                      which keys sign
//! GET  /common/discovery/instance                           which authorities belong together
//! GET  /{tenant}/userrealm/{user}                           how a person signs in
//! POST /{tenant}/oauth2/[v2.0/]token                        every grant, one file each in `grant/`
//! POST /{tenant}/oauth2/[v2.0/]devicecode                   the start of a device's sign-in
//!      /{tenant}/oauth2/[v2.0/]authorize                    the sign-in page
//!      /common/oauth2/deviceauth                            where device codes are typed
//! ```
//!
//! [`TokenService::handle`] takes a request, the address it came to and the time, and answers; it does no
//! I/O. Unmodified MSAL, azure-identity and az work against it, see `conformance/`.
//!
//! # Invariants
//!
//! - The issuer is configured and never taken from a request; URLs are built from an [`Origin`], which
//!   is made from allow-listed hosts only.
//! - Codes and device codes are random, bounded in number, expire, work once, and are stored as hashes.
//!   Refresh tokens are sealed and stored nowhere. Secrets and passwords are stored as hashes.
//! - A key is published before it signs, and accepted until the last token it signed is over.
//! - No answer may be read by another origin's scripts: there is no CORS.
//! - It never answers 5xx or 429 for what a client did: clients would retry for a minute.

mod assertion;
mod authorize;
mod certificate;
mod client;
pub mod directory;
mod discovery;
mod endpoint;
mod error;
pub(crate) mod form;
mod grant;
mod key_ring;
mod mint;
mod origin;
mod page;
mod query;
pub(crate) mod random;
mod refresh_token;
mod resource;
mod respond;
mod service_keys;
mod settings;
mod sign_in_page;
mod signing;
mod state;
pub(crate) mod vault;
pub(crate) mod well_known;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use access::Timestamp;
use access::token::{Audiences, Expectations};
use arc_swap::ArcSwap;
use azure::keys::{KeyCache, KeySet};
use thiserror::Error;

pub use certificate::{Certificate, CertificateError};
pub use key_ring::{KeyDescription, KeyRing, KeyState, LEAD as KEY_LEAD, Rotation};
pub use mint::AccessToken;
pub use origin::Origin;
pub(crate) use query::Query;
pub use refresh_token::RefreshSeal;
pub use service_keys::ServiceKeys;
pub use settings::Settings;
pub use signing::{SigningKey, SigningKeyError};

use assertion::Issuers;
use directory::{Directory, DirectoryError, Principal, Tenant, User};
use error::SignInError;
use mint::{Bearer, Mint, Proof};
use resource::Resource;
use state::State;

/// The longest request body that is read, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// The token service.
pub struct TokenService {
    directory: ArcSwap<Directory>,
    settings: Settings,
    mint: Mint,
    workload_mint: Mint,
    own_keys: Arc<KeyCache>,
    federated: Issuers,
    refresh_seal: RefreshSeal,
    state: Mutex<State>,
    pages: OnceLock<Origin>,
}

/// Why a token service cannot be made, or cannot go on as asked.
#[derive(Debug, Error)]
pub enum TokenServiceError {
    /// The directory is unusable.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Two keys are published for one issuer.
    #[error("the issuer `{0}` is configured twice")]
    Issuer(String),
    /// A published key set is unusable.
    #[error("keys of `{issuer}`: {error}")]
    Keys {
        /// Whose.
        issuer: String,
        /// Why.
        error: azure::keys::KeySetError,
    },
    /// A signing key could not be made or kept.
    #[error(transparent)]
    SigningKey(#[from] SigningKeyError),
}

/// Why no token was issued to a principal of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IssueError {
    /// No principal has this object id.
    #[error("`{0}` is nobody's object id")]
    PrincipalUnknown(String),
    /// The resource is unknown, or the application is disabled.
    #[error("AADSTS{code}: {detail}")]
    Refused {
        /// Entra's number.
        code: u32,
        /// A sentence for people.
        detail: String,
    },
}

impl TokenService {
    /// A token service for a directory. `federated` are the issuers, other than the local workload
    /// issuer, whose tokens federated credentials name, each with its published key set (JSON).
    ///
    /// # Errors
    /// The directory or a key set is unusable.
    pub fn new(
        directory: Directory,
        keys: ServiceKeys,
        settings: Settings,
        federated: &[(String, Vec<u8>)],
    ) -> Result<TokenService, TokenServiceError> {
        directory.check()?;
        // The workload key signs from the beginning of time: it is not rotated.
        let workloads = KeyRing::in_memory(keys.workloads, Timestamp(0));
        let workload_mint = Mint::new(workloads, settings.seed);
        let workload_jwks = workload_mint.keys().jwks().to_string().into_bytes();
        let workloads = (settings.workload_issuer.clone(), workload_jwks);
        let mut known: Vec<(String, KeySet)> = Vec::new();
        for (issuer, jwks) in federated.iter().chain([&workloads]) {
            if known.iter().any(|(present, _)| present == issuer) {
                return Err(TokenServiceError::Issuer(issuer.clone()));
            }
            known.push((issuer.clone(), parse_keys(jwks, issuer)?));
        }
        let own_keys = KeyCache::fixed(own_keys(&keys.tokens, &settings)?);
        Ok(TokenService {
            own_keys: Arc::new(own_keys),
            directory: ArcSwap::from_pointee(directory),
            mint: Mint::new(keys.tokens, settings.seed),
            workload_mint,
            federated: Issuers(known),
            refresh_seal: keys.refresh,
            state: Mutex::default(),
            pages: OnceLock::new(),
            settings,
        })
    }

    /// Puts another directory in the place of the present one. Who signed in stays signed in if they are
    /// still in it.
    ///
    /// # Errors
    /// The directory is unusable; the present one stays.
    pub fn replace_directory(&self, directory: Directory) -> Result<(), DirectoryError> {
        directory.check()?;
        self.directory.store(Arc::new(directory));
        Ok(())
    }

    /// The directory as it is.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Says where people's browsers reach the pages, for those who reached us by a name of Entra's.
    pub(crate) fn pages_are_at(&self, base: &str) {
        let (https, authority) = match base.split_once("://") {
            Some((scheme, authority)) => (scheme == "https", authority),
            None => (false, base),
        };
        if let Some(origin) = Origin::new(https, authority) {
            let _ = self.pages.set(origin);
        }
    }

    /// Where a person is sent whose program is at `origin`: not to Entra's own name, at which a browser
    /// meets the real Entra.
    fn pages<'o>(&'o self, origin: &'o Origin) -> &'o Origin {
        if discovery::is_entra(origin) {
            self.pages.get().unwrap_or(origin)
        } else {
            origin
        }
    }

    /// The keys that verify this service's tokens, for the endpoint beside it.
    pub fn own_keys(&self) -> Arc<KeyCache> {
        Arc::clone(&self.own_keys)
    }

    /// The signing keys, oldest first.
    pub fn signing_keys(&self, now: Timestamp) -> Vec<KeyDescription> {
        let overlap = self.settings.longest_token();
        self.mint.keys().describe(overlap, now)
    }

    /// Has another key sign. Takes a moment: a key is made.
    ///
    /// # Errors
    /// No key could be made, or the file cannot be written; then the present one goes on.
    pub fn rotate_signing_key(
        &self,
        how: Rotation,
        now: Timestamp,
    ) -> Result<(), TokenServiceError> {
        let overlap = self.settings.longest_token();
        self.mint.keys().rotate(how, overlap, now)?;
        self.publish_keys()
    }

    /// Does to the signing keys what their age demands. To be called now and then.
    ///
    /// # Errors
    /// As for [`rotate_signing_key`](TokenService::rotate_signing_key).
    pub fn tend_signing_keys(&self, now: Timestamp) -> Result<(), TokenServiceError> {
        let (age, overlap) = (self.settings.signing_key_age, self.settings.longest_token());
        self.mint.keys().tend(age, overlap, now)?;
        self.publish_keys()
    }

    /// Has the endpoint beside this service believe the keys as they are now.
    fn publish_keys(&self) -> Result<(), TokenServiceError> {
        let keys = own_keys(self.mint.keys(), &self.settings)?;
        self.own_keys.replace(keys);
        Ok(())
    }

    /// What the endpoint beside this service expects of tokens: of these issuers, and of the first
    /// tenant. A good token of another tenant is a [`TokenFault::Tenant`](access::token::TokenFault).
    pub fn expectations(&self, audiences: Audiences) -> Expectations {
        let directory = self.directory.load();
        let tenant = directory
            .tenants
            .first()
            .map_or("", |tenant| tenant.id.as_str());
        Expectations {
            issuers: self.settings.issuers(),
            ..Expectations::new(tenant, audiences)
        }
    }

    /// Issues an access token to a principal without further proof: for whoever has proven already that
    /// they may have it, as the managed identity endpoint and the operator have.
    ///
    /// # Errors
    /// There is no such principal or resource.
    pub fn issue(
        &self,
        object_id: &str,
        resource: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<AccessToken, IssueError> {
        const AZURE_CLI: &str = well_known::TOOLS[0].client_id;
        let directory = self.directory.load();
        let (tenant, principal) = directory
            .principal(object_id)
            .ok_or_else(|| IssueError::PrincipalUnknown(resource::shorten(object_id)))?;
        let refused = |error: SignInError| IssueError::Refused {
            code: error.code(),
            detail: error.detail(),
        };
        let (client, proof) = match principal {
            Principal::User(_) => (AZURE_CLI, Proof::None),
            Principal::Application(application) => {
                client::find(tenant, &application.client_id).map_err(refused)?;
                (application.client_id.as_str(), Proof::Secret)
            }
            Principal::ManagedIdentity(identity) => {
                (identity.client_id.as_str(), Proof::Certificate)
            }
        };
        let resource = Resource::find(resource, tenant, origin).map_err(refused)?;
        let bearer = Bearer {
            tenant,
            principal,
            client,
            proof,
        };
        self.mint
            .access_token(&self.settings, &bearer, &resource, now)
            .map_err(refused)
    }

    /// A token of the local workload issuer for this subject and audience.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn workload_token(
        &self,
        subject: &str,
        audience: &str,
        lifetime: i64,
        now: Timestamp,
    ) -> Result<String, IssueError> {
        let token =
            self.workload_mint
                .workload_token(&self.settings, subject, audience, lifetime, now);
        token.map_err(|error| IssueError::Refused {
            code: error.code(),
            detail: error.detail(),
        })
    }

    /// Finds whoever has this name and password: in the tenant, or in any if the URL names none. A name
    /// of a domain that is not the tenant's is told apart from a wrong one.
    fn sign_in<'d>(
        &self,
        directory: &'d Directory,
        tenant: &'d Tenant,
        named: bool,
        name: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<(&'d Tenant, &'d User), SignInError> {
        let searched = if named {
            std::slice::from_ref(tenant)
        } else {
            &directory.tenants
        };
        let found = searched
            .iter()
            .find_map(|tenant| Some((tenant, tenant.user(name)?)));
        let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
        if found.is_none() && named && !tenant.domains.is_empty() && !tenant.is_called(domain) {
            return Err(SignInError::UserUnknownHere(resource::shorten(name)));
        }
        self.state()
            .check_password(found.map(|(_, user)| user), password, now)?;
        found.ok_or(SignInError::PasswordWrong)
    }

    /// The state. A panic elsewhere while it was held leaves it usable: every change is one step.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for TokenService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenService")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// The public halves of our keys, for both of our issuers.
fn own_keys(
    keys: &KeyRing,
    settings: &Settings,
) -> Result<Vec<(String, KeySet)>, TokenServiceError> {
    let jwks = keys.jwks().to_string();
    [&settings.issuer_v1, &settings.issuer_v2]
        .into_iter()
        .map(|form| Ok((form.clone(), parse_keys(jwks.as_bytes(), form)?)))
        .collect()
}

fn parse_keys(jwks: &[u8], issuer: &str) -> Result<KeySet, TokenServiceError> {
    KeySet::parse(jwks, issuer).map_err(|error| TokenServiceError::Keys {
        issuer: issuer.to_owned(),
        error,
    })
}

#[cfg(test)]
mod tests;
