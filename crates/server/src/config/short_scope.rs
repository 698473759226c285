//! Scopes as people write them.

use access::scope::Scope;

use super::world::World;

impl World {
    /// The ARM id that a short form means: an account's name, `account/projects/NAME`,
    /// `resource-group:NAME`, `subscription:NAME`, or an ARM id itself.
    #[must_use]
    pub fn scope(&self, text: &str) -> Option<Scope> {
        if text.starts_with('/') {
            return Scope::parse(text).ok();
        }
        if let Some(name) = text.strip_prefix("subscription:") {
            let subscription = self.subscription(name)?;
            return Scope::parse(&format!("/subscriptions/{}", subscription.id)).ok();
        }
        if let Some(name) = text.strip_prefix("resource-group:") {
            let account = self.accounts.iter().find(|account| {
                account
                    .scope
                    .as_str()
                    .split('/')
                    .nth(4)
                    .is_some_and(|group| group.eq_ignore_ascii_case(name))
            })?;
            let above: Vec<_> = account.scope.as_str().splitn(6, '/').take(5).collect();
            return Scope::parse(&above.join("/")).ok();
        }
        let (account, below) = text.split_once('/').unwrap_or((text, ""));
        let account = self.account(account)?;
        match below.split_once('/') {
            None if below.is_empty() => Some(account.scope.clone()),
            Some((kind @ ("projects" | "deployments"), name))
                if !name.is_empty() && !name.contains('/') =>
            {
                Some(account.scope.child(kind, name))
            }
            _ => None,
        }
    }
}
