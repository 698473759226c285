//! The names in a policy file.

use std::collections::HashMap;

use access::operation::{ModelFormat, OperationTable};
use access::principal::{PrincipalId, PrincipalKind};
use access::scope::Scope;
use wire::arm::Estate;

use super::names::{Named, Names, listed};

/// A policy file's names, to look up often.
#[derive(Debug)]
pub struct EstateNames<'e> {
    estate: &'e Estate,
    by_id: HashMap<&'e PrincipalId, (&'e str, PrincipalKind)>,
}

impl<'e> EstateNames<'e> {
    /// The names of what a file tells about.
    #[must_use]
    pub fn new(estate: &'e Estate) -> Self {
        let groups = estate.policy.groups.iter();
        let groups = groups.map(|group| (&group.id, (&*group.name, PrincipalKind::Group)));
        let others = estate.principals.iter();
        let others = others.map(|known| (&known.id, (&*known.name, known.kind)));
        Self {
            estate,
            by_id: groups.chain(others).collect(),
        }
    }

    fn named(&self, id: &PrincipalId) -> Option<Named> {
        let (name, kind) = self.by_id.get(id)?;
        Some(Named {
            id: id.clone(),
            name: match name.is_empty() {
                true => id.to_string(),
                false => (*name).to_owned(),
            },
            kind: *kind,
        })
    }
}

impl Names for EstateNames<'_> {
    /// By id, name or alias; any other text is taken for an object id that the file does not name.
    fn principal(&self, text: &str) -> Option<Named> {
        if text.is_empty() {
            return None;
        }
        let id = PrincipalId::new(text);
        if let Some(named) = self.named(&id) {
            return Some(named);
        }
        let called = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(text);
        let mut others = self.estate.principals.iter();
        let mut groups = self.estate.policy.groups.iter();
        let known = others
            .find(|known| called(&known.name) || called(&known.alias))
            .map(|known| &known.id)
            .or_else(|| {
                groups
                    .find(|group| called(&group.name))
                    .map(|group| &group.id)
            });
        if let Some(known) = known {
            return self.named(known);
        }
        let mut assignments = self.estate.policy.assignments.iter();
        let assigned = assignments.find(|assignment| assignment.principal == id);
        Some(Named {
            name: id.to_string(),
            kind: assigned.map_or(PrincipalKind::Unknown, |known| known.principal_kind),
            id,
        })
    }

    fn name_of(&self, id: &PrincipalId) -> Option<String> {
        self.named(id).map(|named| named.name)
    }

    /// An account's name with what is below it, `resource-group:NAME`, `subscription:NAME`, or an ARM id.
    fn scope(&self, text: &str) -> Option<Scope> {
        if text.starts_with('/') {
            return Scope::parse(text).ok();
        }
        if let Some(name) = text.strip_prefix("subscription:") {
            let mut subscriptions = self.estate.subscriptions.iter();
            let found = subscriptions.find(|known| {
                known.name.eq_ignore_ascii_case(name) || known.id.eq_ignore_ascii_case(name)
            })?;
            return Scope::parse(&format!("/subscriptions/{}", found.id)).ok();
        }
        if let Some(name) = text.strip_prefix("resource-group:") {
            let account = self.estate.accounts.iter().find(|account| {
                let group = account.as_str().split('/').nth(4);
                group.is_some_and(|group| group.eq_ignore_ascii_case(name))
            })?;
            let above: Vec<_> = account.as_str().splitn(6, '/').take(5).collect();
            return Scope::parse(&above.join("/")).ok();
        }
        let (account, below) = text.split_once('/').unwrap_or((text, ""));
        let mut accounts = self.estate.accounts.iter();
        let account = accounts.find(|known| known.name().eq_ignore_ascii_case(account))?;
        match below.split_once('/') {
            None if below.is_empty() => Some(account.clone()),
            Some((kind @ ("projects" | "deployments"), name))
                if !name.is_empty() && !name.contains('/') =>
            {
                Some(account.child(kind, name))
            }
            _ => None,
        }
    }

    fn subscription_name(&self, id: &str) -> Option<String> {
        let mut subscriptions = self.estate.subscriptions.iter();
        let found = subscriptions.find(|known| known.id.eq_ignore_ascii_case(id))?;
        (!found.name.is_empty()).then(|| found.name.clone())
    }

    fn accounts(&self) -> Vec<Scope> {
        self.estate.accounts.clone()
    }

    fn model_format(&self, deployment: &Scope) -> Option<ModelFormat> {
        let mut deployments = self.estate.deployments.iter();
        let found = deployments.find(|known| known.scope == *deployment);
        found.map(|known| known.format.clone())
    }

    fn operations(&self) -> &OperationTable {
        OperationTable::standard()
    }

    fn known_principals(&self) -> String {
        "names and object ids of the policy file".to_owned()
    }

    fn known_resources(&self) -> String {
        match self.estate.accounts.is_empty() {
            true => "ARM ids (the file names no accounts)".to_owned(),
            false => listed(self.estate.accounts.iter().map(|one| one.name().to_owned())),
        }
    }

    fn unread_groups(&self) -> Vec<PrincipalId> {
        self.estate.unread_groups.clone()
    }

    fn not_known(&self) -> Vec<String> {
        self.estate.not_read.clone()
    }
}
