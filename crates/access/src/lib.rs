//! Azure RBAC, exactly: who may do what, where, and why.
//!
//! # The idea
//!
//! Azure answers "may P do A at R?" from four kinds of data. A **role definition** is a list of
//! permission blocks; each block names actions, in two planes that never satisfy one another:
//! *control* (`actions`, managing a resource) and *data* (`dataActions`, using it). A **role
//! assignment** binds one principal, one definition and one scope; it holds at that scope and at
//! everything below. A **deny assignment** takes actions away from principals at a scope and wins
//! over every role. A **condition** narrows an assignment, or one block of a definition.
//!
//! ```
//! use access::{action::Plane, assignment::RoleAssignment, builtin, decide::{decide, Question}};
//! use access::{decision::Verdict, policy::Policy, principal::PrincipalId, scope::Scope, Timestamp};
//!
//! let group = Scope::parse("/subscriptions/s/resourceGroups/rg").unwrap();
//! let account = group.child("providers/Microsoft.CognitiveServices/accounts", "contoso");
//! let alice = PrincipalId::new("alice");
//! let owner = builtin::by_name("Owner").unwrap();
//! let policy = Policy {
//!     assignments: vec![RoleAssignment::new("1", alice.clone(), owner.id.clone(), group)],
//!     ..Policy::default()
//! };
//! let chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
//! let decision = decide(&policy, &Question {
//!     principal: &alice, groups: &[], action: chat, plane: Plane::Data, scope: &account,
//!     now: Timestamp(0),
//! });
//! // An owner manages; an owner does not call the model.
//! assert!(matches!(decision.verdict, Verdict::Denied(_)));
//! assert_eq!(decision.suggested_role.unwrap().name, "Cognitive Services OpenAI User");
//! ```
//!
//! # Reading order
//!
//! [`scope`], [`principal`], [`action`] and [`role`] are the words; [`assignment`] and [`policy`]
//! the sentences; [`decide`] is the grammar, written to be read, and says the order of evaluation.
//! [`index`] is the same grammar compiled for speed; property tests hold the two together.
//! [`who`] asks the question backwards, [`effective`] what a
//! principal may do at all, [`why_not`] what would permit it, [`diff`] what a
//! change would alter, [`least`] what is enough. [`builtin`] and [`operation`] are generated from `data/`.
//!
//! # Invariants
//!
//! * Pure: no clock, file, socket, environment or randomness. Time and policy are arguments.
//! * A decision cannot fail and is never a bare `bool`: it carries its reasons.
//! * What cannot be evaluated never grants, and never lifts a deny.

mod id;
mod text;
mod time;

pub mod action;
pub mod assignment;
pub mod builtin;
pub mod change;
pub mod condition;
pub mod decide;
pub mod decision;
pub mod diff;
pub mod effective;
mod hierarchy;
pub mod index;
pub mod least;
mod membership;
pub mod operation;
pub mod policy;
pub mod principal;
pub mod role;
#[cfg(test)]
mod samples;
pub mod scope;
mod suggest;
pub mod token;
pub mod who;
pub mod why_not;

pub use time::{Timestamp, TimestampError};
