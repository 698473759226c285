//! What a list of deployments says of the name that a call asked for.

use super::Case;
use crate::fact::{Fact, Kind, Name};

/// What is known of a deployment's name that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A deployment of this name exists.
    Exists,
    /// It is a model's name, and the model's deployment has another.
    IsModel,
    /// No deployment and no deployed model has it.
    Unknown,
}

impl<'f> Case<'f> {
    /// What the list of deployments says of the name that was asked for: the name is there, it is the
    /// name of a model that is deployed under another name, or nothing has it.
    pub(crate) fn asked_for(&self) -> Option<(Asked, &'f Fact)> {
        let asked = self
            .value(Name::Deployment)
            .or_else(|| self.value(Name::Model))?;
        let plain = |name: &str| name.to_ascii_lowercase().replace('.', "");
        let mut seen = None;
        for fact in self.facts.iter() {
            let Kind::Deployed { name, model } = &fact.kind else {
                continue;
            };
            if name.eq_ignore_ascii_case(asked) {
                return Some((Asked::Exists, fact));
            }
            if plain(model) == plain(asked) {
                seen = Some((Asked::IsModel, fact));
            }
            seen = seen.or(Some((Asked::Unknown, fact)));
        }
        seen
    }
}
