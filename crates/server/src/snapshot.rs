//! What a decision reads: an immutable picture of the world, replaced whole when the policy changes.

use std::sync::Arc;

use access::decide::Question;
use access::decision::Decision;
use access::index::Index;
use access::policy::Policy;

use crate::clock;
use crate::config::World;
use crate::question::Asker;

/// One state of the world.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Rises with every change, so that caches know what they were computed from.
    pub(crate) generation: u64,
    /// What exists.
    pub(crate) world: World,
    /// The policy by which decisions are made, compiled.
    pub(crate) index: Index,
    /// The policy as it will be, while changes are on their way ([`crate::propagation`]).
    newest: Option<Index>,
}

impl Snapshot {
    /// The first state.
    pub(crate) fn new(world: World) -> Self {
        let index = Index::new(Arc::clone(&world.policy), &world.endpoint.operations);
        Self {
            generation: 1,
            world,
            index,
            newest: None,
        }
    }

    /// Decides, and says of a refusal whether it is one of changes that are not effective yet.
    pub(crate) fn decide(&self, question: &Question<'_>) -> Decision {
        self.asker().decide(question)
    }

    /// Answers questions about this state, now.
    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker {
            index: &self.index,
            newest: self.newest.as_ref(),
            names: &self.world,
            now: clock::now(),
        }
    }

    /// The state after a change; `held_back` is the policy that decides until the change is effective.
    pub(crate) fn followed_by(&self, world: World, held_back: Option<Arc<Policy>>) -> Self {
        let next = Self {
            generation: self.generation + 1,
            ..Self::new(world)
        };
        match held_back {
            None => next,
            Some(policy) => Self {
                index: Index::new(policy, &next.world.endpoint.operations),
                newest: Some(next.index),
                ..next
            },
        }
    }
}
