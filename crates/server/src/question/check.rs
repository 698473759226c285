//! May a principal do something, and why.

use access::action::Plane;
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
        Ok(self.check_answer(&principal, &self.index.decide(&question)))
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
