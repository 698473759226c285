//! The doctor: from evidence of a failed model call to its root cause and the exact fix.
//!
//! ```
//! let pasted = "\
//! endpoint: https://contoso.openai.azure.com
//! openai.AuthenticationError: Error code: 401 - {'error': {'code': 'PermissionDenied', 'message':
//! 'The principal `11111111-2222-3333-4444-555555555555` lacks the required data action
//! `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform
//! `POST /openai/deployments/{deployment-id}/chat/completions` operation.'}}
//! - the app has Contributor on the resource group
//! ";
//! let report = doctor::diagnose(&doctor::evidence::read(pasted));
//! assert_eq!(report.findings[0].rule, doctor::RuleId::RoleControlPlaneOnly);
//! ```
//!
//! # How it works
//!
//! 1. **Readers** ([`evidence`]) turn what people have into [`Fact`]s: a refusal of the wire
//!    catalogue, a URL and what kind it is, the client and what it speaks, a role and what it
//!    permits, a circumstance in words. Secrets are dropped first. Every fact knows its [`Origin`].
//! 2. **Rules** (`rules/`, one file per cause, whose comment is the user's page) weigh the facts. One
//!    message has many causes, so weights add up to a likelihood; contradicting facts take away.
//!    What no author thought of is learnt from cases: a table ([`wording`]) adds what the words of a
//!    text and the facts themselves have gone with. It never proves anything.
//! 3. **[`diagnose()`]** orders the causes and says how sure it is: `proven` only where the evidence
//!    leaves no other cause. Where it is not sure, [`Report::next_checks`] names the one question
//!    whose answer separates the remaining causes best.
//!
//! The endpoint's own refusals come in as facts too ([`known`]) , so what it says of itself and what
//! the doctor says from outside are one text with one fix.
//!
//! # Invariants
//!
//! * Pure: no file, clock, socket, environment or randomness. It cannot fail.
//! * A finding rests on at least one fact, and a fact knows where it came from.
//! * What is not among the facts is unknown, never "no".
//! * No secret, prompt or e-mail address gets past a reader.
//! * Work is bounded: by the text's length, and the text by the readers.

pub mod advisories;
pub mod evidence;
pub mod known;
pub mod live;
pub mod project;
pub mod sign_in;
pub mod triage;

mod bugs;
mod case;
mod check;
mod clues;
mod diagnose;
mod endpoints;
mod fact;
mod fix;
mod phrase;
mod relevance;
mod report;
mod rule;
mod rules;
mod signs;
mod situation;
mod weight;
pub mod wording;

pub use clues::Clue;
pub use diagnose::{Learnable, diagnose, diagnose_with, learnable, scores};
pub use fact::{Fact, Facts, Kind, Name, Origin};
pub use fix::{Fix, FixKind};
pub use report::{Certainty, Finding, KnownBug, NextCheck, Report};
pub use rule::Rule;
pub use rules::RuleId;
