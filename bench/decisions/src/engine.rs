//! The engines, each given the tenant in its own words.

#[cfg(feature = "peers")]
mod casbin;
#[cfg(feature = "peers")]
mod cedar;
pub(crate) mod entrada;
#[cfg(feature = "peers")]
mod rego;

use anyhow::Result;

use crate::tenant::{Question, Tenant};

/// Something that decides.
pub(crate) trait Engine {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Decides.
    fn allows(&mut self, question: &Question) -> Result<bool>;
}

/// An engine to compare with.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) build: fn(&Tenant) -> Result<Box<dyn Engine>>,
}

#[cfg(feature = "peers")]
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: cedar::NAME,
        build: cedar::build,
    },
    Peer {
        name: rego::NAME,
        build: rego::build,
    },
    Peer {
        name: casbin::NAME,
        build: casbin::build,
    },
];
#[cfg(not(feature = "peers"))]
pub(crate) const PEERS: &[Peer] = &[];
