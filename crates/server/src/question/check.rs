//! May a principal do something, and why.

use access::action::Plane;
use access::decide::Question;
use access::decision::Decision;
use wire::entrada::{CheckAnswer, CheckQuestion};

use super::{Asker, Named, UnknownName, wording};

impl Asker<'_> {
    /// May this principal do this, there, and why.
    ///
    /// # Errors
    /// A name means nothing.
    pub fn check(&self, asked: &CheckQuestion) -> Result<CheckAnswer, UnknownName> {
        let principal = self.principal(&asked.principal)?;
        let scope = self.scope(&asked.resource)?;
        let operation = self.operation(&asked.operation, &scope)?;
        let question = self.question(&principal.id, &operation, &scope);
        let decision = self.decide(&question);
        let mut answer = self.check_answer(&principal, &decision);
        if decision.is_allowed() && self.will_be(&question) == Some(false) {
            let note = "a change that was made moments ago takes this away once it is effective";
            answer.steps.push(note.to_owned());
        }
        if let Some(open) = self.left_open(&principal, &question) {
            answer.decision = "unknown".to_owned();
            answer.summary = open;
        }
        Ok(answer)
    }

    /// Whether the answer would be another if the principal were in the groups whose members nobody listed;
    /// then it is not known, and this says why.
    pub(super) fn left_open(&self, principal: &Named, question: &Question<'_>) -> Option<String> {
        let groups = self.names.unread_groups();
        if groups.is_empty() {
            return None;
        }
        let own = self.index.decide(question);
        let member = self.index.decide(&Question {
            groups: &groups,
            ..*question
        });
        let differs = own.is_allowed() != member.is_allowed();
        differs.then(|| {
            let verb = if own.is_allowed() { "denies" } else { "allows" };
            let by = member.decisive().map(wording::step).unwrap_or_default();
            format!(
                "not known whether {} may: who is in a group that {verb} it was not read ({by})",
                principal.name
            )
        })
    }

    fn check_answer(&self, principal: &Named, decision: &Decision) -> CheckAnswer {
        let role = decision.suggested_role.as_ref();
        let role = role.map(|role| role.name.clone());
        let fix = match (&role, decision.is_allowed()) {
            (Some(role), false) => {
                let scope = self.names.short_scope(&decision.scope);
                Some(format!(
                    "entrada grant {} \"{role}\" {scope}",
                    principal.name
                ))
            }
            _ => None,
        };
        CheckAnswer {
            decision: decision.verdict.as_str().to_owned(),
            principal: principal.name.clone(),
            action: decision.action.clone(),
            data: decision.plane == Plane::Data,
            scope: decision.scope.to_string(),
            summary: wording::summary(decision, &principal.name),
            steps: decision.steps.iter().map(wording::step).collect(),
            near_misses: self.near_misses(decision),
            near_misses_total: decision.near_miss_total,
            least_privileged_role: role,
            fix,
        }
    }

    fn near_misses(&self, decision: &Decision) -> Vec<String> {
        let misses = decision.near_misses.iter();
        let mut misses: Vec<String> = misses.map(access::decision::NearMiss::summary).collect();
        if !decision.is_allowed() {
            misses.extend(self.names.not_known());
        }
        misses
    }
}
