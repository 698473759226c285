//! Who can sign in: tenants, people, applications and managed identities, as plain data.
//!
//! The token service reads it and never changes it; whoever owns the configuration makes it, and
//! replaces it whole with [`TokenService::replace_directory`](super::TokenService::replace_directory).

use std::collections::HashSet;
use std::num::NonZeroU32;

use access::Timestamp;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use super::certificate::Certificate;
use super::random;

/// Everything that can get a token.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The tenants. The first one answers for `common`, `organizations` and `adfs`.
    pub tenants: Vec<Tenant>,
}

/// An Entra tenant.
#[derive(Debug, Clone, Default)]
pub struct Tenant {
    /// The tenant's id, a lower-case GUID.
    pub id: String,
    /// A name for people to read.
    pub name: String,
    /// Verified domains; they name the tenant in URLs as well as its id does.
    pub domains: Vec<String>,
    /// People.
    pub users: Vec<User>,
    /// Applications with their service principals.
    pub applications: Vec<Application>,
    /// Managed identities.
    pub managed_identities: Vec<ManagedIdentity>,
}

/// A person.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// Object id, a lower-case GUID.
    pub object_id: String,
    /// User principal name, such as `ada@contoso.example`.
    pub upn: String,
    /// A name for people to read.
    pub display_name: String,
    /// Without one, this person cannot sign in by password or on a page.
    pub password: Option<SecretDigest>,
    /// Whether they cannot sign in (AADSTS50057).
    pub disabled: bool,
    /// When they were signed out everywhere: refresh tokens of that second and before are refused (AADSTS50173).
    pub valid_after: Option<Timestamp>,
    /// Ids of the groups they belong to, directly or through other groups.
    pub groups: Vec<String>,
}

/// An application registration together with its service principal.
#[derive(Debug, Clone, Default)]
pub struct Application {
    /// Application (client) id, a lower-case GUID.
    pub client_id: String,
    /// Object id of the service principal: the `oid` of its tokens.
    pub object_id: String,
    /// A name for people to read.
    pub display_name: String,
    /// Whether tokens are refused (AADSTS7000112).
    pub disabled: bool,
    /// Client secrets.
    pub secrets: Vec<ClientSecret>,
    /// Certificates whose keys may sign client assertions.
    pub certificates: Vec<Certificate>,
    /// Tokens of other issuers that are taken in the place of a secret.
    pub federated: Vec<FederatedCredential>,
    /// Whether people can use it without the application proving itself (device code, password, code
    /// with PKCE).
    pub public_client: bool,
    /// Where codes may be sent. `http://localhost` stands for every port.
    pub redirect_uris: Vec<String>,
    /// Identifiers by which tokens for this application's own API are asked for, beside
    /// `api://{client_id}` and the client id.
    pub identifier_uris: Vec<String>,
    /// Whether tokens for its API are of version 2.0.
    pub version_2: bool,
    /// Ids of the groups it belongs to, directly or through other groups.
    pub groups: Vec<String>,
}

/// A managed identity.
#[derive(Debug, Clone, Default)]
pub struct ManagedIdentity {
    /// Client id, a lower-case GUID.
    pub client_id: String,
    /// Object id of the service principal.
    pub object_id: String,
    /// A name for people to read.
    pub name: String,
    /// The ARM id, of the identity itself or of the resource that has it.
    pub resource_id: String,
    /// Whether it belongs to a resource and is used where none is named.
    pub system_assigned: bool,
    /// Tokens of other issuers that stand for it (workload identity).
    pub federated: Vec<FederatedCredential>,
    /// Ids of the groups it belongs to, directly or through other groups.
    pub groups: Vec<String>,
}

/// A client secret.
#[derive(Debug, Clone)]
pub struct ClientSecret {
    /// The secret's digest.
    pub secret: SecretDigest,
    /// When it stops working (AADSTS7000222).
    pub expires: Option<Timestamp>,
}

/// What a token of another issuer must say to stand for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedCredential {
    /// `iss`, exactly.
    pub issuer: String,
    /// `sub`, exactly.
    pub subject: String,
    /// One of the token's `aud`; usually `api://AzureADTokenExchange`.
    pub audience: String,
}

/// What recognises a secret, and is nothing to lose.
#[derive(Clone)]
pub struct SecretDigest(Form);

#[derive(Clone)]
enum Form {
    /// SHA-256: of what nobody can guess, or what stands in the configuration anyway.
    Plain([u8; 32]),
    /// PBKDF2 with SHA-256: of passwords that are written down.
    Stretched { salt: [u8; 16], digest: [u8; 32] },
}

/// Rounds of PBKDF2: some tens of milliseconds for each guess.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).expect("it is not zero");

impl SecretDigest {
    /// The digest of a secret.
    pub fn of(secret: &str) -> SecretDigest {
        SecretDigest(Form::Plain(sha256(secret.as_bytes())))
    }

    /// A digest that was kept.
    pub fn kept(digest: [u8; 32]) -> SecretDigest {
        SecretDigest(Form::Plain(digest))
    }

    /// The digest of a password that a person chose, to be written down.
    pub fn stretched(password: &str) -> SecretDigest {
        let salt = random::bytes();
        SecretDigest(Form::Stretched {
            digest: stretch(&salt, password),
            salt,
        })
    }

    /// A [stretched](Self::stretched) digest as text.
    pub fn to_text(&self) -> String {
        match &self.0 {
            Form::Plain(digest) => STANDARD.encode(digest),
            Form::Stretched { salt, digest } => STANDARD.encode([&salt[..], digest].concat()),
        }
    }

    /// What [`to_text`](Self::to_text) made of a stretched digest; `None` if it is none.
    pub fn from_text(text: &str) -> Option<SecretDigest> {
        let bytes = STANDARD.decode(text).ok()?;
        let (salt, digest) = bytes.split_first_chunk()?;
        Some(SecretDigest(Form::Stretched {
            salt: *salt,
            digest: digest.try_into().ok()?,
        }))
    }

    /// Whether `candidate` is the secret, in time that does not depend on either.
    pub fn matches(&self, candidate: &str) -> bool {
        match &self.0 {
            Form::Plain(digest) => digest.ct_eq(&sha256(candidate.as_bytes())).into(),
            Form::Stretched { salt, digest } => digest.ct_eq(&stretch(salt, candidate)).into(),
        }
    }
}

impl std::fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}

fn stretch(salt: &[u8; 16], password: &str) -> [u8; 32] {
    let mut result = [0; 32];
    let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
    pbkdf2::derive(algorithm, ROUNDS, salt, password.as_bytes(), &mut result);
    result
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut result = [0; 32];
    result.copy_from_slice(digest(&SHA256, bytes).as_ref());
    result
}

/// Someone a token can be for.
#[derive(Debug, Clone, Copy)]
pub enum Principal<'d> {
    /// A person.
    User(&'d User),
    /// An application's service principal.
    Application(&'d Application),
    /// A managed identity.
    ManagedIdentity(&'d ManagedIdentity),
}

impl<'d> Principal<'d> {
    /// The object id.
    pub fn object_id(self) -> &'d str {
        match self {
            Principal::User(user) => &user.object_id,
            Principal::Application(application) => &application.object_id,
            Principal::ManagedIdentity(identity) => &identity.object_id,
        }
    }

    /// The client id; a person has none.
    pub fn client_id(self) -> Option<&'d str> {
        match self {
            Principal::User(_) => None,
            Principal::Application(application) => Some(&application.client_id),
            Principal::ManagedIdentity(identity) => Some(&identity.client_id),
        }
    }

    /// A name for people to read.
    pub fn name(self) -> &'d str {
        match self {
            Principal::User(user) => &user.display_name,
            Principal::Application(application) => &application.display_name,
            Principal::ManagedIdentity(identity) => &identity.name,
        }
    }

    pub(super) fn groups(self) -> &'d [String] {
        match self {
            Principal::User(user) => &user.groups,
            Principal::Application(application) => &application.groups,
            Principal::ManagedIdentity(identity) => &identity.groups,
        }
    }
}

/// Why a directory cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DirectoryError {
    /// There is no tenant.
    #[error("the directory has no tenant")]
    Empty,
    /// Two tenants share an id or domain, or two principals an object id, a client id or a user name;
    /// or one of these is empty.
    #[error("`{0}` is empty or means two things")]
    Ambiguous(String),
}

impl Directory {
    /// Checks that ids are what they should be: present and unique within their tenant.
    ///
    /// # Errors
    /// The first thing wrong.
    pub fn check(&self) -> Result<(), DirectoryError> {
        if self.tenants.is_empty() {
            return Err(DirectoryError::Empty);
        }
        // Object ids and tenants' names are unique everywhere, client ids and user names in a tenant.
        let mut everywhere = HashSet::new();
        for tenant in &self.tenants {
            let mut here = HashSet::new();
            for name in std::iter::once(&tenant.id).chain(&tenant.domains) {
                unique(&mut everywhere, name)?;
            }
            for principal in tenant.principals() {
                unique(&mut everywhere, principal.object_id())?;
                if let Some(client_id) = principal.client_id() {
                    unique(&mut here, client_id)?;
                }
                if let Principal::User(user) = principal {
                    unique(&mut here, &user.upn)?;
                }
            }
        }
        Ok(())
    }

    /// The tenant that a URL's first segment names, by id, domain or alias.
    pub(super) fn tenant(&self, name: &str) -> Option<&Tenant> {
        const ALIASES: [&str; 4] = ["common", "organizations", "consumers", "adfs"];
        if ALIASES.iter().any(|alias| alias.eq_ignore_ascii_case(name)) {
            return self.tenants.first();
        }
        self.tenants.iter().find(|tenant| tenant.is_called(name))
    }

    /// The principal with this object id, with its tenant.
    pub fn principal(&self, object_id: &str) -> Option<(&Tenant, Principal<'_>)> {
        self.tenants.iter().find_map(|tenant| {
            let mut principals = tenant.principals();
            let found = principals.find(|one| one.object_id().eq_ignore_ascii_case(object_id));
            found.map(|principal| (tenant, principal))
        })
    }
}

fn unique(seen: &mut HashSet<String>, name: &str) -> Result<(), DirectoryError> {
    if name.is_empty() || !seen.insert(name.to_ascii_lowercase()) {
        return Err(DirectoryError::Ambiguous(name.to_owned()));
    }
    Ok(())
}

impl Tenant {
    pub(super) fn is_called(&self, name: &str) -> bool {
        let mut names = std::iter::once(&self.id).chain(&self.domains);
        names.any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Everyone in the tenant.
    pub fn principals(&self) -> impl Iterator<Item = Principal<'_>> {
        let users = self.users.iter().map(Principal::User);
        let applications = self.applications.iter().map(Principal::Application);
        let identities = self
            .managed_identities
            .iter()
            .map(Principal::ManagedIdentity);
        users.chain(applications).chain(identities)
    }

    pub(super) fn user(&self, upn: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.upn.eq_ignore_ascii_case(upn))
    }

    pub(super) fn user_with_id(&self, object_id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.object_id == object_id)
    }
}
