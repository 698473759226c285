//! A model server upstream: anything that speaks an OpenAI-compatible API, by URL.
//!
//! What a client may choose is what it was allowed, and no more:
//! - the body's top-level `model` is always rewritten to the configured name; a
//!   body that could name another one to some parser is refused ([`super::BodyFault`]);
//! - only listed headers travel, in either direction; credentials, cookies and
//!   hop-by-hop headers are not listed, and Entrada's own credential is added;
//! - the server's refusal of that credential is ours to answer for: 502, never 401.
//!
//! Answers pass through frame by frame. A client that goes away drops the
//! answer's body, which closes the connection upstream.
//!
//! What each API does on a server that only chats (`apis = ["chat"]`):
//!
//! | API | answer |
//! |---|---|
//! | chat completions, classic, v1 and `/models` | passed on |
//! | completions, embeddings | 400 `OperationNotSupported` |
//! | Responses | 400, not supported by the Responses API |
//! | Anthropic's messages | 404 `api_not_supported` |
//! | `/models/info`, lists of models | answered by Entrada |

mod client;
mod config;
mod credential;
mod fault;
mod forward;
mod head;
mod identity;
mod passthrough;
mod payload;
#[cfg(test)]
mod tests;
mod url;

pub use client::Pool;
pub use config::{ApiKind, Upstream, UpstreamConfig, UpstreamError};
pub use credential::CredentialConfig;
pub use fault::Fault;
pub use forward::{Forward, Kept};
pub use identity::{IdentityError, ManagedIdentityConfig, WorkloadIdentityConfig};
pub use passthrough::{Passthrough, PassthroughError};
pub use payload::Payload;
