//! Refusals that wait to be written.

use super::event::{Event, Refused};

/// Kinds of refusals in one batch of callers who proved who they are, and of all others: strangers cost
/// nothing to refuse, and must not fill the disk.
const KNOWN: usize = 256;
const STRANGERS: usize = 16;

/// The refusals of one batch.
#[derive(Debug, Default)]
pub(super) struct Pending {
    known: Vec<(Refused, u64)>,
    strangers: Vec<(Refused, u64)>,
    dropped: u64,
}

impl Pending {
    /// Adds one, to its like if there is one; then the newest id stands for all.
    pub(super) fn note(&mut self, refused: Refused) {
        let (batch, room) = match refused.principal {
            Some(_) => (&mut self.known, KNOWN),
            None => (&mut self.strangers, STRANGERS),
        };
        if let Some((known, count)) = batch.iter_mut().find(|(known, _)| known.is_like(&refused)) {
            known.id = refused.id;
            *count += 1;
        } else if batch.len() < room {
            batch.push((refused, 1));
        } else {
            self.dropped += 1;
        }
    }

    /// Counts one that is not told.
    pub(super) fn pass_over(&mut self) {
        self.dropped += 1;
    }

    /// Takes the batch; the next one is empty.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Counts a batch that could not be written.
    pub(super) fn lost(&mut self, batch: &Self) {
        let refused = batch.all().map(|(_, count)| count).sum::<u64>();
        self.dropped += refused + batch.dropped;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.strangers.is_empty() && self.dropped == 0
    }

    /// What was refused, one of each kind.
    pub(super) fn refusals(&self) -> impl Iterator<Item = &Refused> {
        self.all().map(|(refused, _)| refused)
    }

    /// What the journal tells of it.
    pub(super) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let refused = self
            .all()
            .map(|(refused, count)| Event::Refused(refused, *count));
        let dropped = (self.dropped > 0).then_some(Event::Dropped(self.dropped));
        refused.chain(dropped)
    }

    fn all(&self) -> impl Iterator<Item = &(Refused, u64)> {
        self.known.iter().chain(&self.strangers)
    }
}
