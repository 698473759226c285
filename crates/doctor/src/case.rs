//! The facts of one failure as rules look at them.

mod asked;
mod client;
mod held;
mod names;
mod url;
mod variable;

pub(crate) use asked::Asked;
pub(crate) use names::Likeness;

use std::collections::HashMap;

use access::operation::Family;
use wire::refusals::{Shape, Sign};

use crate::RuleId;
use crate::clues::{self, Clue};
use crate::evidence::audience::{Audience, Cloud, Mention};
use crate::evidence::endpoint::{Endpoint, Flaw, Host, Use};
use crate::evidence::sent::Sent;
use crate::evidence::token::TokenClaims;
use crate::evidence::topic::Says;
use crate::evidence::version::{ApiVersion, VersionKind};
use crate::fact::{Fact, Facts, Kind, Name};

/// Facts with an index, and the questions that several rules ask of them.
#[derive(Debug)]
pub(crate) struct Case<'f> {
    facts: &'f Facts,
    clues: HashMap<&'static str, &'f Fact>,
}

/// A fact, or nothing: what a rule weighs.
pub(crate) type Seen<'f> = Option<&'f Fact>;

impl<'f> Case<'f> {
    pub(crate) fn new(facts: &'f Facts) -> Self {
        let clues = facts.iter().filter_map(|fact| match &fact.kind {
            Kind::Clue(clue) => Some((clue.id, fact)),
            _ => None,
        });
        Self {
            facts,
            clues: clues.collect(),
        }
    }

    /// The circumstance, if the evidence speaks of it.
    pub(crate) fn clue(&self, clue: &'static Clue) -> Seen<'f> {
        self.clues.get(clue.id).copied()
    }

    /// The circumstance, unless its line is about another subject.
    pub(crate) fn clue_apart_from(&self, clue: &'static Clue, subject: &'static Clue) -> Seen<'f> {
        let seen = self.clue(clue)?;
        let about = |fact: &&Fact| {
            fact.origin == seen.origin
                && matches!(&fact.kind, Kind::About(known, _) if *known == subject)
        };
        let same_line = self.facts.iter().any(|fact| about(&fact));
        (!same_line).then_some(seen)
    }

    /// Entra is meant to be used, by other words than those of a client that lists what it takes.
    pub(crate) fn entra_meant(&self) -> Seen<'f> {
        let meant = self.clue(&clues::identity::ENTRA_MEANT)?;
        let listed = self.clue(&clues::client::ARGUMENT_ERROR);
        (listed.is_none_or(|listed| listed.origin != meant.origin)).then_some(meant)
    }

    /// A URL that was called without the deployment that it asks for.
    pub(crate) fn deployment_left_out(&self) -> Seen<'f> {
        use crate::evidence::endpoint::Path;
        self.deployment_missing()?;
        self.endpoint(|one| {
            let below = one.path == Path::Other && one.url.contains("/openai/");
            // The realtime route takes it in the query.
            let in_path = one
                .operation
                .is_some_and(|operation| operation != "realtime");
            one.is_account() && in_path && one.deployment.is_none() && below
        })
    }

    /// Another version of the client works (not another api-version).
    pub(crate) fn other_version_works(&self) -> Seen<'f> {
        self.clue_apart_from(
            &clues::client::OTHER_VERSION_WORKS,
            &clues::topic::API_VERSION,
        )
    }

    /// What sentences say of a subject.
    pub(crate) fn about(&self, subject: &'static Clue, says: Says) -> Seen<'f> {
        self.find(
            |kind| matches!(kind, Kind::About(known, said) if *known == subject && *said == says),
        )
    }

    /// The refusal of this shape.
    pub(crate) fn refused(&self, shape: Shape) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Refused { shape: seen, .. } if *seen == shape))
    }

    /// The refusal of this shape by its message: its code may be that of others.
    pub(crate) fn refused_in_words(&self, shape: Shape) -> Seen<'f> {
        self.find(|kind| {
            matches!(kind, Kind::Refused { shape: seen, sign: Sign::Message, .. } if *seen == shape)
        })
    }

    /// The refusal of this shape, if one of its values is such.
    pub(crate) fn refused_value(&self, shape: Shape, test: impl Fn(&str) -> bool) -> Seen<'f> {
        self.find(|kind| match kind {
            Kind::Refused {
                shape: seen,
                values,
                ..
            } if *seen == shape => values.iter().any(|(_, value)| test(value)),
            _ => false,
        })
    }

    /// The first of these refusals.
    pub(crate) fn refused_any(&self, shapes: &[Shape]) -> Seen<'f> {
        shapes.iter().find_map(|shape| self.refused(*shape))
    }

    /// A sign-in refusal with one of these AADSTS codes.
    pub(crate) fn sign_in(&self, codes: &[&str]) -> Seen<'f> {
        self.find(|kind| match kind {
            Kind::Refused {
                shape: Shape::SignInRefused,
                values,
                ..
            } => values
                .iter()
                .any(|(name, value)| *name == "code" && codes.contains(&value.as_str())),
            _ => false,
        })
    }

    /// Any sign-in refusal.
    pub(crate) fn any_sign_in(&self) -> Seen<'f> {
        self.refused(Shape::SignInRefused)
    }

    pub(crate) fn status(&self, code: u16) -> Seen<'f> {
        self.find(|kind| *kind == Kind::Status(code))
    }

    /// The first status that was named, which is the labelled one if there is one.
    pub(crate) fn main_status(&self) -> Option<u16> {
        self.facts.iter().find_map(|fact| match fact.kind {
            Kind::Status(code) => Some(code),
            _ => None,
        })
    }

    pub(crate) fn endpoint(&self, test: impl Fn(&Endpoint) -> bool) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Endpoint(endpoint) if test(endpoint)))
    }

    /// A URL that was given to the client.
    pub(crate) fn configured(&self, test: impl Fn(&Endpoint) -> bool) -> Seen<'f> {
        self.endpoint(|one| one.usage == Use::Configured && test(one))
    }

    pub(crate) fn flaw(&self, flaw: Flaw) -> Seen<'f> {
        self.endpoint(|one| one.has(flaw))
    }

    pub(crate) fn endpoints(&self) -> impl Iterator<Item = &'f Endpoint> {
        self.facts.iter().filter_map(|fact| match &fact.kind {
            Kind::Endpoint(endpoint) => Some(endpoint),
            _ => None,
        })
    }

    pub(crate) fn version(&self, test: impl Fn(&ApiVersion) -> bool) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::ApiVersion(version) if test(version)))
    }

    pub(crate) fn version_kind(&self, kinds: &[VersionKind]) -> Seen<'f> {
        self.version(|version| kinds.contains(&version.kind))
    }

    /// The family of the operation that was refused: by its data action, else by the endpoint.
    pub(crate) fn family(&self) -> Option<Family> {
        use crate::evidence::endpoint::Path;
        if let Some(action) = self.value(Name::DataAction) {
            return Some(Family::of(action));
        }
        self.endpoints()
            .find_map(|endpoint| match (endpoint.host, endpoint.path) {
                (_, Path::Models | Path::Model) => Some(Family::MaaS),
                (_, Path::Anthropic | Path::Project | Path::ProjectOther) => {
                    Some(Family::AiServices)
                }
                (Host::OpenAi, _) | (_, Path::OpenAiV1 | Path::Deployments | Path::Responses) => {
                    Some(Family::OpenAi)
                }
                _ => None,
            })
    }

    pub(crate) fn audience(&self, test: impl Fn(&Audience) -> bool) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Audience(audience) if test(audience)))
    }

    /// An audience that tokens were requested for.
    pub(crate) fn requested(&self, test: impl Fn(&Audience) -> bool) -> Seen<'f> {
        self.audience(|one| one.mention == Mention::Requested && test(one))
    }

    pub(crate) fn claims(&self) -> Option<(&'f TokenClaims, &'f Fact)> {
        self.facts.iter().find_map(|fact| match &fact.kind {
            Kind::Claims(claims) => Some((claims.as_ref(), fact)),
            _ => None,
        })
    }

    /// A cloud other than the public one.
    pub(crate) fn sovereign(&self) -> Seen<'f> {
        let other = |cloud: Cloud| cloud != Cloud::Public;
        self.find(|kind| match kind {
            Kind::Endpoint(endpoint) => other(endpoint.cloud),
            Kind::Audience(audience) => other(audience.cloud),
            _ => false,
        })
        .or_else(|| self.clue(&clues::service::GOVERNMENT))
        .or_else(|| self.clue(&clues::service::CHINA))
    }

    /// The first value of this name.
    pub(crate) fn value(&self, name: Name) -> Option<&'f str> {
        self.facts.iter().find_map(|fact| match &fact.kind {
            Kind::Value(known, value) if *known == name => Some(value.as_str()),
            _ => None,
        })
    }

    /// The fact that holds a value.
    pub(crate) fn value_fact(&self, name: Name) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Value(known, _) if *known == name))
    }

    /// The data plane says that a permission is missing.
    pub(crate) fn denied(&self) -> Seen<'f> {
        self.refused_any(&[
            Shape::PrincipalLacksDataAction,
            Shape::PrincipalLacksProjectDataAction,
            Shape::PrincipalLacksAccess,
        ])
        .or_else(|| self.clue(&clues::role::DENIED_IN_WORDS))
        .or_else(|| self.value_fact(Name::DataAction))
        .or_else(|| {
            let code = self.clue(&clues::role::DENIED_CODE);
            code.filter(|_| self.key_rejected().is_none() && self.management_refused().is_none())
        })
    }

    /// The right to assign roles is what was missing.
    pub(crate) fn role_assignment_write(&self) -> Seen<'f> {
        self.find(|kind| match kind {
            // Some tools name the action in the singular.
            Kind::Value(Name::Action, action) => {
                let action = action.to_ascii_lowercase();
                action.contains("/roleassignment") && action.ends_with("/write")
            }
            _ => false,
        })
    }

    /// The text of the api-version that was used.
    pub(crate) fn version_text(&self) -> Option<String> {
        self.facts.iter().find_map(|fact| match &fact.kind {
            Kind::ApiVersion(version) => Some(version.text.clone()),
            _ => None,
        })
    }

    /// What bears on the cause, in words.
    pub(crate) fn observed(&self) -> impl Iterator<Item = &'f Fact> {
        self.facts
            .iter()
            .filter(|fact| matches!(fact.kind, Kind::Observed(_)))
    }

    /// The data plane says that the token is not acceptable.
    pub(crate) fn token_rejected(&self) -> Seen<'f> {
        self.refused(Shape::TokenRejected)
            .or_else(|| self.clue(&clues::token::REJECTED_IN_WORDS))
    }

    /// The data plane says that the key is not acceptable.
    pub(crate) fn key_rejected(&self) -> Seen<'f> {
        self.refused(Shape::KeyInvalid)
    }

    /// The data plane says that keys are off.
    pub(crate) fn keys_disabled(&self) -> Seen<'f> {
        self.refused_any(&[Shape::KeysDisabled, Shape::KeyListingDisabled])
    }

    /// The route, the version or the resource was not found, and nothing says that it was a
    /// deployment.
    pub(crate) fn route_not_found(&self) -> Seen<'f> {
        self.refused(Shape::RouteNotFound).or_else(|| {
            let other = self.deployment_missing().is_some()
                || self.clue(&clues::endpoint::SUBDOMAIN_UNKNOWN).is_some();
            if other { None } else { self.status(404) }
        })
    }

    /// The deployment was not found.
    pub(crate) fn deployment_missing(&self) -> Seen<'f> {
        self.refused_any(&[Shape::DeploymentNotFound, Shape::DeploymentNotFoundV1])
            .or_else(|| self.clue(&clues::symptom::DEPLOYMENT_MISSING_SAID))
    }

    /// The credential that the request was seen to carry.
    pub(crate) fn sent(&self) -> Option<(Sent, &'f Fact)> {
        self.facts.iter().find_map(|fact| match &fact.kind {
            Kind::Sent(sent) => Some((*sent, fact)),
            _ => None,
        })
    }

    /// What the words of what was read add to a cause: the mean where several texts were read.
    /// Nothing where no text was.
    pub(crate) fn wording(&self, cause: RuleId) -> Option<(f64, &'f Fact)> {
        let mut texts = self.facts.iter().filter_map(|fact| match &fact.kind {
            Kind::Wording(wording) => Some((wording.of(cause), fact)),
            _ => None,
        });
        let (first, fact) = texts.next()?;
        let (sum, count) = texts.fold((first, 1.0), |(sum, count), (points, _)| {
            (sum + points, count + 1.0)
        });
        Some((sum / count, fact))
    }

    /// Azure Resource Manager refused.
    pub(crate) fn management_refused(&self) -> Seen<'f> {
        self.action_refused()
            .or_else(|| self.clue(&clues::role::MANAGEMENT_ACTION))
            .or_else(|| self.status(403).filter(|_| self.only_management_called()))
    }

    /// The Resource Manager's refusal of an action: by its message, or by its code where no model's
    /// endpoint was called, for gateways use the same code.
    pub(crate) fn action_refused(&self) -> Seen<'f> {
        let shapes = [
            Shape::ActionNotAuthorised,
            Shape::RoleAssignmentNotAuthorised,
        ];
        let by_message = shapes.iter().find_map(|one| self.refused_in_words(*one));
        let elsewhere = self.endpoint(Endpoint::is_account).is_some()
            && self.endpoint(|one| one.host == Host::Management).is_none();
        by_message.or_else(|| self.refused_any(&shapes).filter(|_| !elsewhere))
    }

    /// No other endpoint than the Resource Manager's is spoken of.
    fn only_management_called(&self) -> bool {
        let mut endpoints = self.endpoints().peekable();
        endpoints.peek().is_some() && endpoints.all(|one| one.host == Host::Management)
    }

    fn find(&self, test: impl Fn(&Kind) -> bool) -> Seen<'f> {
        self.facts.iter().find(|fact| test(&fact.kind))
    }

    pub(crate) fn facts(&self) -> &'f Facts {
        self.facts
    }
}
