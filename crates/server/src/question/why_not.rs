//! Why not, and what would permit it.

use access::action::Plane;
use access::decision::{Decision, Verdict};
use access::why_not::{Remedy, why_not};
use wire::entrada::{RemedyEntry, WhyNotAnswer, WhyNotQuestion};

use super::{Asker, UnknownName, wording};

/// The most near misses that explain a denial.
const MAX_NEAR: usize = 3;

impl Asker<'_> {
    /// Why this principal may not do this, there, and what would permit it.
    ///
    /// # Errors
    /// A name means nothing.
    pub fn why_not(&self, asked: &WhyNotQuestion) -> Result<WhyNotAnswer, UnknownName> {
        let principal = self.principal(&asked.principal)?;
        let scope = self.scope(&asked.resource)?;
        let operation = self.operation(&asked.operation, &scope)?;
        let question = self.question(&principal.id, &operation, &scope);
        let found = why_not(self.index, &question);
        let decision = &found.decision;
        let open = self.left_open(&principal, &question);
        Ok(WhyNotAnswer {
            decision: match open {
                Some(_) => "unknown".to_owned(),
                None => decision.verdict.as_str().to_owned(),
            },
            cause: match decision.verdict {
                Verdict::Denied(denial) if open.is_none() => Some(denial.id().to_owned()),
                _ => None,
            },
            principal: principal.name.clone(),
            action: decision.action.clone(),
            data: decision.plane == Plane::Data,
            scope: decision.scope.to_string(),
            summary: open.unwrap_or_else(|| wording::summary(decision, &principal.name)),
            because: because(decision),
            remedies: found
                .remedies
                .iter()
                .map(|remedy| self.remedy_entry(remedy))
                .collect(),
            remedies_total: found.remedies_total,
            cut_short: found.cut_short,
            not_known: self.names.not_known(),
        })
    }

    fn remedy_entry(&self, remedy: &Remedy) -> RemedyEntry {
        RemedyEntry {
            changes: remedy
                .changes
                .iter()
                .map(|change| self.change_entry(change))
                .collect(),
            not_before: remedy.not_before.map(|when| when.to_string()),
            gains: remedy.gains,
            manages: remedy.manages,
            affects_others: remedy.affects_others,
        }
    }
}

/// What decided, or else what almost did.
fn because(decision: &Decision) -> Vec<String> {
    match decision.decisive() {
        Some(step) => vec![wording::step(step)],
        None => {
            let near = decision.near_misses.iter().take(MAX_NEAR);
            near.map(wording::candidate).collect()
        }
    }
}
