//! A live examination of an endpoint, in eight steps, without doing any of it.
//!
//! ```
//! use doctor::live::{Answer, Answered, Check, Examination, Target, TargetUrl, CloudServices, Probe};
//!
//! let url = TargetUrl::parse("https://contoso-ai.openai.azure.com").unwrap();
//! let cloud = CloudServices::of(url.cloud());
//! let target = Target {
//!     url, sdk: None, deployment: None, api_version: None, scope: None, account_id: None, cloud,
//!     managed: true, probe: Probe::Never,
//! };
//! let mut examination = Examination::new(target, access::Timestamp(1_795_000_000));
//! let checks = examination.due();
//! assert_eq!(checks[0], Check::Surroundings);
//! // Whoever can performs the checks, and gives each answer back:
//! examination.learn(Answered {
//!     check: Check::Surroundings, answer: Answer::Surroundings(Vec::new()), began_ms: 0, ended_ms: 1,
//! });
//! assert_eq!(examination.steps().len(), 1);
//! ```
//!
//! # How it works
//!
//! [`Examination::due`] names checks: variables to read, sources of tokens to ask, a name to resolve,
//! requests to make. They say *what*, never to which host beyond a [`Place`] that the performer knows.
//! [`Examination::learn`] takes answers in any order; steps are judged in order, each from everything that
//! was answered. The end is a [`crate::Report`] as the doctor gives for pasted evidence, with the steps.
//!
//! # Invariants
//!
//! * No token gets in here: performers keep them, and answer with claims.
//! * Words of services, programs and variables are cut, and secrets taken out, before they are noted.
//! * What could not be read is a note that says so, with the permission that would do; it is never "no".
//! * Every request is a `GET`, except for Graph's question after groups and the call itself, which is made
//!   only with consent.

mod account;
mod ask;
mod call;
mod cloud;
mod credential;
mod endpoint;
mod examination;
mod fault;
mod network;
mod roles;
mod sdk;
mod source;
mod step;
mod surroundings;
mod target;
#[cfg(test)]
mod tests;
mod token;
mod trust;
mod verdict;

pub use ask::{
    Answer, Certificate, Check, Connection, CredentialAnswer, Place, Purpose, Request, Response,
    SecretForm, Setting, Trouble, TroubleKind, Variable,
};
pub use cloud::CloudServices;
pub use examination::{Answered, Examination};
pub use fault::Remedy;
pub use sdk::{SDKS, Sdk};
pub use source::Source;
pub use step::{Mark, Note, Outcome, Step, StepRecord};
pub use surroundings::{Reading, VARIABLES};
pub use target::{NotAnEndpoint, Probe, Target, TargetUrl};
pub use verdict::Health;
