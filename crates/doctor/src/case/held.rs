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

    /// Whether the caller has the role, as far as can be told: what a program's identity has is no help
    /// where a person calls.
    fn is_callers(&self, role: &RoleMention) -> bool {
        let by_person = self.clue(&clues::identity::CALLED_BY_PERSON).is_some();
        role.stance == Stance::Held && !(by_person && role.holder == Some(Holder::Program))
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
