//! The other identities of the machine: whether the call would be permitted to one of them.

use crate::RuleId;
use crate::live::ask::CredentialAnswer;
use crate::live::credential::{id, who};
use crate::live::examination::Examination;
use crate::live::source::Source;
use crate::live::step::{Note, Step};
use crate::report::Certainty;

impl Examination {
    /// Who else this machine could call as.
    pub(super) fn other_callers(&self) -> Vec<(Source, String)> {
        let own = self.caller().map(|(own, _)| own);
        let mut others: Vec<(Source, String)> = Vec::new();
        for source in Source::ALL {
            if let Some(CredentialAnswer::Token(Some(claims))) = self.credential(source)
                && let Some(other) = id(claims.object_id.as_deref())
                && own.as_ref() != Some(&other)
                && !others.iter().any(|(_, known)| *known == other)
            {
                others.push((source, other));
            }
        }
        others
    }

    /// Another credential of this machine whose principal may do it.
    pub(super) fn somebody_else(&mut self, account: &str) -> Vec<Note> {
        let mut notes = Vec::new();
        let own = self
            .chosen
            .as_ref()
            .map_or("", |chosen| chosen.source.name());
        for (source, other) in self.other_callers() {
            let allowed = self
                .policy(&other)
                .and_then(|policy| self.decision(&policy, &other, account))
                .is_some_and(|(_, decision)| decision.is_allowed());
            if !allowed {
                continue;
            }
            let who = match self.credential(source) {
                Some(CredentialAnswer::Token(Some(claims))) => who(claims),
                _ => other,
            };
            let words = format!("{} may do it: {who}", source.title());
            notes.push(Note::notable(words.clone()));
            let statement = format!(
                "{own} answers first, and its principal has no role that permits the call; {} would call as {who}, which has one.",
                source.title()
            );
            self.fault(Step::Roles, RuleId::WrongIdentity, Certainty::Likely)
                .says(statement);
        }
        notes
    }
}
