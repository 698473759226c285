//! What a decision reads: an immutable picture of the world, replaced whole when the policy changes.

use std::sync::Arc;

use access::index::Index;

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
    /// The policy, compiled.
    pub(crate) index: Index,
}

impl Snapshot {
    /// The first state.
    pub(crate) fn new(world: World) -> Self {
        let index = Index::new(Arc::clone(&world.policy), &world.endpoint.operations);
        Self {
            generation: 1,
            world,
            index,
        }
    }

    /// Answers questions about this state, now.
    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker {
            index: &self.index,
            names: &self.world,
            now: clock::now(),
        }
    }

    /// The state after a change.
    pub(crate) fn followed_by(&self, world: World) -> Self {
        Self {
            generation: self.generation + 1,
            ..Self::new(world)
        }
    }
}
