//! The OpenAI shapes that the Azure OpenAI and v1 routes speak.
//!
//! Readers are tolerant: what Entrada does not know rides along in `rest`, and
//! what SDKs are known to send oddly (`"model": null`, content as text or as
//! parts) is accepted. Writers are strict: tests validate every answer against
//! the published OpenAPI documents.
//!
//! None of these types is `Debug`: they carry prompts and answers, which no log
//! may show.

pub mod chat;
pub mod completion;
pub mod content;
pub mod content_filter;
pub mod embedding;
pub mod model;
pub mod responses;
pub mod tool;
pub mod usage;
