//! The scales on which a rule weighs its facts.

use crate::case::{Case, Seen};
use crate::clues::Clue;
use crate::evidence::sent::Sent;
use crate::evidence::topic::Says;
use crate::fact::Fact;

/// The scales of one rule: each fact adds to the likelihood of its cause, or takes from it, in
/// natural logarithms of odds. `1.0` is a hint, `3.0` is strong, `6.0` is nearly decisive.
#[derive(Debug, Default)]
pub(crate) struct Weight<'f> {
    score: f64,
    grounds: Vec<(&'f Fact, f64)>,
    proven: bool,
}

impl<'f> Weight<'f> {
    /// Weighs a fact, if it is there.
    pub(crate) fn add(&mut self, points: f64, seen: Seen<'f>) -> bool {
        if let Some(fact) = seen {
            self.score += points;
            self.grounds.push((fact, points));
        }
        seen.is_some()
    }

    /// What a fact weighs so far.
    pub(crate) fn of(&self, fact: &Fact) -> f64 {
        let own = self
            .grounds
            .iter()
            .filter(|(ground, _)| std::ptr::eq(*ground, fact));
        own.map(|(_, points)| points).sum()
    }

    /// Weighs a circumstance of the case that has no fact of its own, such as an absence.
    pub(crate) fn lean(&mut self, points: f64, holds: bool) {
        if holds {
            self.score += points;
        }
    }

    /// Weighs what sentences say of a subject: `[mentioned, lacking, wrong, works with another]`.
    /// The weightiest counts. A subject that was checked and found right counts against, by half of
    /// its mention.
    pub(crate) fn about(
        &mut self,
        case: &Case<'f>,
        subject: &'static Clue,
        points: [f64; 4],
    ) -> bool {
        let said = [Says::Mentioned, Says::Lacking, Says::Wrong, Says::Works];
        let best = said
            .into_iter()
            .zip(points)
            .filter_map(|(says, points)| Some((points, case.about(subject, says)?)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((points, fact)) = best {
            self.add(points, Some(fact));
        }
        let only_right = case.about(subject, Says::Right).is_some()
            && case.about(subject, Says::Lacking).is_none()
            && case.about(subject, Says::Works).is_none();
        self.lean(-points[0].max(0.4), only_right);
        best.is_some()
    }

    /// Weighs the credential that was seen: one of those in which this cause shows itself, or another,
    /// which speaks against it. Where no request is shown, nothing is weighed.
    pub(crate) fn carries(&mut self, case: &Case<'f>, own: &[Sent]) {
        const OWN: f64 = 4.0;
        const OTHER: f64 = -3.0;
        if let Some((sent, fact)) = case.sent() {
            let points = if own.contains(&sent) { OWN } else { OTHER };
            self.add(points, Some(fact));
        }
    }

    /// These facts leave no other cause.
    pub(crate) fn prove(&mut self, seen: Seen<'f>) {
        self.proven |= seen.is_some();
    }

    pub(crate) fn score(&self) -> f64 {
        self.score
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.proven
    }

    /// The facts that speak for the cause, the weightiest first, each once.
    pub(crate) fn grounds(&self) -> Vec<&'f Fact> {
        let mut grounds: Vec<_> = self
            .grounds
            .iter()
            .filter(|(_, points)| *points > 0.0)
            .collect();
        grounds.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut facts: Vec<&'f Fact> = Vec::new();
        for (fact, _) in grounds {
            if !facts.iter().any(|known| std::ptr::eq(*known, *fact)) {
                facts.push(fact);
            }
        }
        facts
    }
}
