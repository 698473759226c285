//! Failures that belong together.

use std::collections::{BTreeMap, HashMap};

use access::Timestamp;

use super::failure::{Failure, shown};
use super::histogram::{Histogram, Intervals};
use super::{By, Example};
use crate::evidence::Piece;
use crate::{Certainty, RuleId};

/// How many groups are kept; failures of further ones are counted together.
pub(super) const GROUPS: usize = 5_000;

/// What the failures of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) cause: Option<RuleId>,
    pub(super) principal: Option<String>,
    pub(super) endpoint: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) count: u64,
    pub(super) undated: u64,
    pub(super) certainty: Option<Certainty>,
    pub(super) statuses: BTreeMap<u16, u64>,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) histogram: Histogram,
    pub(super) example: Example,
    /// What the example says, cut, to name its fix.
    pub(super) said: Vec<Piece>,
}

/// All groups.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Groups {
    pub(super) kept: HashMap<Key, Group>,
    /// Failures of groups that are not kept.
    pub(super) beyond: u64,
    pub(super) causes: BTreeMap<Option<RuleId>, u64>,
    pub(super) intervals: Intervals,
    pub(super) all: Histogram,
}

impl Groups {
    /// Takes a failure in; `place` says where it stands.
    pub(super) fn add(&mut self, by: By, failure: Failure, place: impl FnOnce() -> (String, u64)) {
        let Failure {
            time,
            verdict,
            said,
        } = failure;
        let cause = verdict.cause.map(|(cause, _)| cause);
        *self.causes.entry(cause).or_default() += 1;
        let interval = time.map(|time| self.interval(time.0));
        if let Some(interval) = interval {
            self.all.count(interval);
        }
        let key = Key {
            cause,
            principal: verdict.principal.filter(|_| by.principal),
            endpoint: verdict.endpoint.filter(|_| by.endpoint),
        };
        if !self.kept.contains_key(&key) && self.kept.len() >= GROUPS {
            self.beyond += 1;
            return;
        }
        let group = self.kept.entry(key).or_insert_with(|| {
            let (file, line) = place();
            let text = shown(&said);
            Group::new(Example { file, line, text }, said)
        });
        group.count += 1;
        group.certainty = group
            .certainty
            .max(verdict.cause.map(|(_, certainty)| certainty));
        if let Some(status) = verdict.status {
            *group.statuses.entry(status).or_default() += 1;
        }
        match (time, interval) {
            (Some(time), Some(interval)) => {
                group.first = Some(group.first.map_or(time, |first| first.min(time)));
                group.last = Some(group.last.map_or(time, |last| last.max(time)));
                group.histogram.count(interval);
            }
            _ => group.undated += 1,
        }
    }

    /// The interval of a second. All counts become coarser where there would be too many.
    fn interval(&mut self, second: i64) -> i64 {
        let before = self.intervals.width();
        if self.intervals.widen(second) {
            let after = self.intervals.width();
            self.all.coarsen(before, after);
            for group in self.kept.values_mut() {
                group.histogram.coarsen(before, after);
            }
        }
        self.intervals.of(second)
    }
}

impl Group {
    fn new(example: Example, said: Vec<Piece>) -> Self {
        const LONGEST: usize = 2 * 1024;
        let cut = |mut piece: Piece| {
            let mut end = piece.text.len().min(LONGEST);
            while !piece.text.is_char_boundary(end) {
                end -= 1;
            }
            piece.text.truncate(end);
            piece.text.shrink_to_fit();
            piece
        };
        Self {
            count: 0,
            undated: 0,
            certainty: None,
            statuses: BTreeMap::new(),
            first: None,
            last: None,
            histogram: Histogram::default(),
            example,
            said: said.into_iter().take(2).map(cut).collect(),
        }
    }
}
