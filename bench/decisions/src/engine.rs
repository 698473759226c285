//! The engines, each given the tenant in its own words.

pub(crate) mod casbin;
pub(crate) mod cedar;
pub(crate) mod entrada;
pub(crate) mod rego;

use access::action::Plane;
use access::builtin;
use access::condition::{Attributes, Truth};
use anyhow::{Context as _, Result};

use crate::tenant::{ACTION, Question, ROLES, Tenant};

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

/// The roles that permit [`ACTION`]. The peers are told which, and need not match Azure's patterns.
fn permitting() -> Result<Vec<&'static str>> {
    let mut permitting = Vec::new();
    for name in ROLES {
        let role = builtin::by_name(name).context("a built-in role")?;
        if role.permits(ACTION, Plane::Data, Attributes::none()) == Truth::True {
            permitting.push(*name);
        }
    }
    Ok(permitting)
}
