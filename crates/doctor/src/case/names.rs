//! What the name that was asked for is to the names that are there.

use super::Case;
use crate::evidence::names::{Part, is_dated, is_foreign, names_model};
use crate::fact::{Fact, Kind, Name};

/// What a name that was asked for is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// A name that is there, in another spelling.
    OtherSpelling,
    /// A model's name with the date of its version, as answers carry it.
    Dated,
    /// The model's name, while its deployment has another.
    ModelOfDeployment,
    /// A model that is not among those that are there.
    OtherModel,
    /// A model of a provider that Azure does not sell.
    Foreign,
}

impl<'f> Case<'f> {
    /// What the name that was asked for is to those that are there, as far as people tell both.
    pub(crate) fn likeness(&self) -> Option<(Likeness, &'f Fact)> {
        let (asked, fact) = self.asked_name()?;
        let there: Vec<(&str, Part)> = self.names_there().collect();
        let there_too = |(name, part): &(&str, Part)| {
            *part == Part::Deployment && name.eq_ignore_ascii_case(asked)
        };
        if there.iter().any(there_too) {
            return None;
        }
        let likeness = self.form_of(asked).or_else(|| compare(asked, &there))?;
        Some((likeness, fact))
    }

    /// What the name's own form says where no deployment has it: people name deployments like
    /// anything, so it says nothing elsewhere.
    fn form_of(&self, asked: &str) -> Option<Likeness> {
        self.deployment_missing()?;
        if is_foreign(asked) {
            return Some(Likeness::Foreign);
        }
        is_dated(asked).then_some(Likeness::Dated)
    }

    /// The name in the path, else one that people say was asked for.
    fn asked_name(&self) -> Option<(&'f str, &'f Fact)> {
        let in_path = self.facts.iter().find_map(|fact| match &fact.kind {
            Kind::Value(Name::Deployment, name) => Some((name.as_str(), fact)),
            _ => None,
        });
        in_path.or_else(|| {
            self.facts.iter().find_map(|fact| match &fact.kind {
                Kind::Named(mention) if mention.part == Part::Asked => {
                    Some((mention.name.as_str(), fact))
                }
                _ => None,
            })
        })
    }

    fn names_there(&self) -> impl Iterator<Item = (&'f str, Part)> {
        self.facts.iter().filter_map(|fact| match &fact.kind {
            Kind::Named(mention) if mention.part != Part::Asked => {
                Some((mention.name.as_str(), mention.part))
            }
            _ => None,
        })
    }
}

fn compare(asked: &str, there: &[(&str, Part)]) -> Option<Likeness> {
    let of = |part: Part| there.iter().filter(move |(_, known)| *known == part);
    let same = |name: &str| name.eq_ignore_ascii_case(asked);
    if of(Part::Model).any(|(name, _)| same(name)) {
        return Some(Likeness::ModelOfDeployment);
    }
    if there.iter().any(|(name, _)| plain(name) == plain(asked)) {
        // OpenAI writes the dot, and Azure's own name of that model has none.
        let openai = asked.to_ascii_lowercase().starts_with("gpt-3.5");
        return Some(if openai {
            Likeness::ModelOfDeployment
        } else {
            Likeness::OtherSpelling
        });
    }
    let mut deployments = of(Part::Deployment).peekable();
    deployments.peek()?;
    if !names_model(asked) {
        return None;
    }
    Some(if deployments.all(|(name, _)| names_model(name)) {
        Likeness::OtherModel
    } else {
        Likeness::ModelOfDeployment
    })
}

/// A name without what people leave out or swap: letters and digits alone.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
