//! Permission blocks of several roles, merged as far as that changes nothing.

use std::sync::Arc;

use crate::action::{ActionPattern, Plane};
use crate::condition::Condition;
use crate::role::Permission;
use crate::text::fold;

/// What assignments permit in one plane under the same exclusions and conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The plane.
    pub plane: Plane,
    /// The actions.
    pub patterns: Vec<ActionPattern>,
    /// Actions that are left out of these patterns; another block may permit them.
    pub exclusions: Vec<ActionPattern>,
    /// The block permits only while all of these hold: the assignment's, and that of the definition.
    pub conditions: Vec<Condition>,
    /// The ids of the assignments that it comes from.
    pub from: Vec<Arc<str>>,
}

impl Block {
    /// The parts of a definition's block in both planes; a part without patterns is none.
    fn parts<'b>(
        block: &'b Permission,
        condition: Option<&'b Condition>,
        from: &'b Arc<str>,
    ) -> impl Iterator<Item = Self> + 'b {
        let parts = [Plane::Control, Plane::Data].into_iter().map(move |plane| {
            let (patterns, exclusions) = block.patterns(plane);
            let excluded = |pattern: &ActionPattern| exclusions.iter().any(|by| by.covers(pattern));
            let patterns = patterns.iter().filter(|pattern| !excluded(pattern));
            let conditions = condition.into_iter().chain(&block.condition);
            Self {
                plane,
                patterns: patterns.cloned().collect(),
                exclusions: widest(exclusions.to_vec()),
                conditions: conditions.cloned().collect(),
                from: vec![Arc::clone(from)],
            }
        });
        parts.filter(|part| !part.patterns.is_empty())
    }

    /// Whether it names this action of this plane and does not leave it out; its conditions are not looked at.
    pub fn names(&self, action: &str, plane: Plane) -> bool {
        let action = &*fold(action);
        let any =
            |patterns: &[ActionPattern]| patterns.iter().any(|one| one.matches_folded(action));
        self.plane == plane && any(&self.patterns) && !any(&self.exclusions)
    }

    /// Whether it permits its patterns whatever else is so.
    fn is_open(&self) -> bool {
        self.exclusions.is_empty() && self.conditions.is_empty()
    }

    /// Whether the union of this and another block has the same exclusions and conditions.
    fn adds_to(&self, other: &Self) -> bool {
        let same = |(a, b): (&ActionPattern, &ActionPattern)| a.folded() == b.folded();
        self.plane == other.plane
            && self.conditions == other.conditions
            && self.exclusions.len() == other.exclusions.len()
            && self.exclusions.iter().zip(&other.exclusions).all(same)
    }
}

/// The blocks of definitions (or of deny assignments) that are held under conditions, merged. What an open block permits is
/// not repeated by the others.
pub(super) fn merged<'b>(
    held: impl Iterator<Item = (&'b [Permission], Option<&'b Condition>, &'b Arc<str>)>,
) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (permissions, condition, from) in held {
        for block in permissions {
            for part in Block::parts(block, condition, from) {
                match blocks.iter_mut().find(|known| known.adds_to(&part)) {
                    Some(known) => {
                        known.patterns.extend(part.patterns);
                        if known.from.last() != Some(from) {
                            known.from.push(Arc::clone(from));
                        }
                    }
                    None => blocks.push(part),
                }
            }
        }
    }
    for block in &mut blocks {
        block.patterns = widest(std::mem::take(&mut block.patterns));
    }
    let open: Vec<Block> = blocks
        .iter()
        .filter(|block| block.is_open())
        .cloned()
        .collect();
    for block in blocks.iter_mut().filter(|block| !block.is_open()) {
        let mut others = open.iter().filter(|open| open.plane == block.plane);
        if let Some(open) = others.next() {
            let by_open =
                |pattern: &ActionPattern| open.patterns.iter().any(|by| by.covers(pattern));
            block.patterns.retain(|pattern| !by_open(pattern));
        }
    }
    blocks.retain(|block| !block.patterns.is_empty());
    blocks.sort_by_key(|block| (block.plane, !block.is_open()));
    blocks
}

/// The patterns without those that another one covers, in order of their text.
fn widest(mut patterns: Vec<ActionPattern>) -> Vec<ActionPattern> {
    patterns.sort_by(|a, b| a.folded().cmp(b.folded()));
    patterns.dedup_by(|a, b| a.folded() == b.folded());
    let covered: Vec<bool> = patterns
        .iter()
        .map(|pattern| {
            let mut others = patterns.iter().filter(|by| by.folded() != pattern.folded());
            others.any(|by| by.covers(pattern))
        })
        .collect();
    let mut covered = covered.into_iter();
    patterns.retain(|_| !covered.next().unwrap_or(false));
    patterns
}
