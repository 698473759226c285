//! What of the sample tenant everybody knows, and what therefore must not guard anything real.

use super::world::{PrincipalDetails, World};
use super::{SAMPLE, Secret};

/// How all ids of the sample begin.
const ID_PREFIX: &str = "c0a70500-7e4a-4c0d-9e1d-";

/// Whether an id is the sample's.
pub(super) fn is_sample_id(id: &str) -> bool {
    id.get(..ID_PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(ID_PREFIX))
}

impl World {
    /// Where a key, password or client secret of the published sample is used.
    #[must_use]
    pub fn sample_secret(&self) -> Option<String> {
        let account = self
            .accounts
            .iter()
            .find(|account| account.keys.iter().any(is_published));
        if let Some(account) = account {
            return Some(format!("[[account]] `{}`", account.name));
        }
        let principal = self
            .principals
            .iter()
            .find(|principal| match &principal.details {
                PrincipalDetails::User { password, .. } => password.iter().any(is_published),
                PrincipalDetails::Application { secrets, .. } => secrets.iter().any(is_published),
                PrincipalDetails::ManagedIdentity { .. }
                | PrincipalDetails::AccountIdentity { .. }
                | PrincipalDetails::Group
                | PrincipalDetails::Undeclared => false,
            });
        principal.map(|principal| format!("principal `{}`", principal.name))
    }
}

fn is_published(secret: &Secret) -> bool {
    SAMPLE.contains(&format!("\"{}\"", secret.expose()))
}
