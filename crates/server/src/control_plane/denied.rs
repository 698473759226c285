//! Why a call to the management plane was refused, in the domain's terms.

use access::decision::Decision;
use access::token::TokenFault;

use crate::authenticate::CredentialFault;

/// The reason of a refusal: who calls, or what the caller may do. What else is wrong with a call is a
/// [`Fault`](super::Fault).
#[derive(Debug)]
pub(crate) enum Denied {
    /// No usable credential.
    Credential(CredentialFault),
    /// The token is not accepted.
    Token(TokenFault),
    /// The action is not permitted there.
    Action(Box<Decision>),
    /// The version of the API is not named.
    ApiVersionMissing,
}
