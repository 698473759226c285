//! Why a call to the inference endpoint was refused, in the domain's terms.
//!
//! [`crate::refusal`] turns a reason into what the client sees; [`crate::explain`] into what the
//! operator reads. Neither is decided here.

use access::decision::Decision;
use access::token::TokenFault;

use crate::authenticate::{CredentialFault, KeyHeader};
use crate::config::file::NetworkEntry;

/// The reason of a refusal.
#[derive(Debug)]
pub(crate) enum Denied {
    /// The account's network rules do not admit the caller.
    Network(NetworkEntry),
    /// A token was sent to a name that takes none.
    SubdomainMissing,
    /// No usable credential.
    Credential(CredentialFault),
    /// The key is not this account's.
    KeyInvalid {
        /// Where it was sent.
        header: KeyHeader,
        /// It looks like a token.
        is_token: bool,
        /// The account that it would open, if it is one of ours.
        belongs_to: Option<String>,
    },
    /// The account takes no keys.
    KeysDisabled,
    /// The token is not accepted.
    Token(TokenFault),
    /// No role gives the data action.
    Role(Box<Decision>),
    /// No account of that name.
    AccountUnknown(String),
    /// No project of that name.
    ProjectUnknown(String),
    /// No route has this method and path.
    RouteUnknown,
    /// The route wants an api-version.
    ApiVersionMissing,
    /// The api-version is none that the service ever had.
    ApiVersionUnknown(String),
    /// The api-version is too old for the operation.
    ApiVersionTooOld(String),
    /// No deployment of that name.
    DeploymentUnknown {
        /// What was asked for.
        name: String,
        /// A deployment whose *model* bears that name.
        deployed_as: Option<String>,
    },
    /// The body names no model where it must.
    ModelMissing,
    /// The deployment's model belongs to another API family.
    FamilyMismatch {
        /// The deployment.
        deployment: String,
        /// The model's provider.
        format: String,
    },
    /// The model cannot do this operation.
    OperationUnsupported {
        /// The model.
        model: String,
    },
    /// The body is larger than the limit, in bytes.
    BodyTooLarge(usize),
    /// Too many bodies are held already.
    Busy,
    /// The body came too slowly or broke off.
    BodyIncomplete,
    /// The body is not what the route takes.
    BodyMalformed(String),
}
