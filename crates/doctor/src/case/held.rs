//! The roles that the caller has.

use access::operation::Family;

use super::{Case, Seen};
use crate::clues;
use crate::evidence::role::{Holder, Reach, RoleMention, Stance};
use crate::fact::{Kind, Name};

impl<'f> Case<'f> {
    pub(crate) fn role(&self, test: impl Fn(&RoleMention) -> bool) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Role(role) if test(role)))
    }

    /// Roles are spoken of, by the service or by who asks.
    pub(crate) fn speaks_of_roles(&self) -> bool {
        self.denied().is_some()
            || self.management_refused().is_some()
            || self.role(|_| true).is_some()
            || self.clue(&clues::role::ROLES).is_some()
    }

    /// A role with this reach that the caller has.
    pub(crate) fn holds(&self, reach: Reach) -> Seen<'f> {
        self.role(|role| self.is_callers(role) && role.reach() == Some(reach))
    }

    /// A role that the caller has and that permits the missing data action, or inference where the
    /// action is not known.
    pub(crate) fn holds_enough(&self) -> Seen<'f> {
        self.role(|role| self.is_callers(role) && self.is_enough(role))
    }

    /// A role that would do, and that the text gives to another principal than the one that calls.
    pub(crate) fn other_holds_enough(&self) -> Seen<'f> {
        self.role(|role| {
            role.stance == Stance::Held && !self.is_callers(role) && self.is_enough(role)
        })
    }

    /// A group of principals through which a role is held.
    pub(crate) fn group(&self) -> Seen<'f> {
        let resources = self.clue(&clues::role::RESOURCE_GROUP);
        let either = self.clue(&clues::role::GROUP_OR_RESOURCE_GROUP);
        self.clue(&clues::role::GROUP).or_else(|| {
            either.filter(|one| resources.is_none_or(|other| other.origin != one.origin))
        })
    }

    /// Whether a person calls or a program, if the text speaks of one of them only.
    fn caller(&self) -> Option<Holder> {
        let person = self.clue(&clues::identity::CALLED_BY_PERSON);
        let program = self.clue(&clues::identity::CALLED_BY_PROGRAM);
        match (person, program) {
            (Some(_), None) => Some(Holder::Person),
            (None, Some(_)) => Some(Holder::Program),
            _ => None,
        }
    }

    /// Whether the caller has the role, as far as can be told: what a program's identity has is no help
    /// where a person calls, and the other way round.
    fn is_callers(&self, role: &RoleMention) -> bool {
        let by_another = match (self.caller(), role.holder) {
            (Some(caller), Some(holder)) => caller != holder,
            _ => false,
        };
        role.stance == Stance::Held && !by_another
    }

    fn is_enough(&self, role: &RoleMention) -> bool {
        match self.value(Name::DataAction) {
            Some(action) if is_concrete(action) => {
                role.permits(action) == Some(true)
                    || (!known_action(action) && role.reach() == Some(Reach::Inference))
            }
            _ => {
                role.reach() == Some(Reach::Inference)
                    || (role.reach() == Some(Reach::OpenAiOnly)
                        && self.family() == Some(Family::OpenAi))
            }
        }
    }
}

fn is_concrete(action: &str) -> bool {
    !action.contains('*')
}

/// Whether any built-in role names the action's family, so that "no role permits it" means much.
fn known_action(action: &str) -> bool {
    Family::of(action) != Family::Other
}
