//! Which resource an ARM id names, of those that can be made here.

use access::scope::Scope;

const ACCOUNTS: &str = "/providers/microsoft.cognitiveservices/accounts/";
const LOCATIONS: &str = "/providers/microsoft.cognitiveservices/locations/";

/// A resource that can be made, changed and deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A resource group.
    Group(Scope),
    /// A Cognitive Services account.
    Account(Scope),
    /// A model deployment of an account.
    Deployment(Scope),
    /// A project of an account.
    Project(Scope),
    /// An account that was deleted and not purged yet.
    Deleted {
        /// What it was.
        account: Scope,
        /// Where it was.
        location: String,
    },
}

impl Place {
    /// Reads an id; `None` if it names nothing of these.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let scope = Scope::parse(id).ok()?;
        let folded = scope.as_str().to_ascii_lowercase();
        if let Some(at) = folded.find(LOCATIONS) {
            // …/locations/{location}/resourceGroups/{group}/deletedAccounts/{name}
            let subscription = &scope.as_str()[..at];
            let rest: Vec<&str> = scope.as_str()[at + LOCATIONS.len()..].split('/').collect();
            let [location, groups, group, deleted, name] = rest[..] else {
                return None;
            };
            if !groups.eq_ignore_ascii_case("resourceGroups")
                || !deleted.eq_ignore_ascii_case("deletedAccounts")
            {
                return None;
            }
            let group = Scope::parse(&format!("{subscription}/resourceGroups/{group}")).ok()?;
            return Some(Self::Deleted {
                account: group.child("providers/Microsoft.CognitiveServices/accounts", name),
                location: location.to_owned(),
            });
        }
        let Some(at) = folded.find(ACCOUNTS) else {
            let is_group = scope.kind() == access::scope::ScopeKind::ResourceGroup;
            return is_group.then_some(Self::Group(scope));
        };
        let below: Vec<&str> = folded[at + ACCOUNTS.len()..].split('/').collect();
        match below[..] {
            [_] => Some(Self::Account(scope)),
            [_, "deployments", _] => Some(Self::Deployment(scope)),
            [_, "projects", _] => Some(Self::Project(scope)),
            _ => None,
        }
    }

    /// Its ARM id.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Group(scope)
            | Self::Account(scope)
            | Self::Deployment(scope)
            | Self::Project(scope) => scope.to_string(),
            Self::Deleted { account, location } => {
                let segments: Vec<&str> = account.as_str().split('/').collect();
                let part = |index: usize| segments.get(index).copied().unwrap_or_default();
                format!(
                    "/subscriptions/{}/providers/Microsoft.CognitiveServices/locations/{location}\
                     /resourceGroups/{}/deletedAccounts/{}",
                    part(2),
                    part(4),
                    account.name(),
                )
            }
        }
    }

    /// What is deeper needs what is above it.
    pub(super) fn depth(&self) -> u8 {
        match self {
            Self::Group(_) => 0,
            Self::Account(_) | Self::Deleted { .. } => 1,
            Self::Deployment(_) | Self::Project(_) => 2,
        }
    }
}

/// The account that a deployment or project belongs to.
pub(super) fn account_of(child: &Scope) -> Option<Scope> {
    let (above, _) = child.as_str().rsplit_once('/')?;
    let (account, _) = above.rsplit_once('/')?;
    Scope::parse(account).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_and_written_the_same() {
        let account =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
        for id in [
            "/subscriptions/s/resourceGroups/g",
            account,
            &format!("{account}/deployments/d"),
            &format!("{account}/projects/p"),
            "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/l/resourceGroups/g/deletedAccounts/a",
        ] {
            assert_eq!(Place::parse(id).unwrap().id(), id);
        }
        for id in [
            "/subscriptions/s",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
            &format!("{account}/other/o"),
            &format!("{account}/deployments/d/more/m"),
        ] {
            assert_eq!(Place::parse(id), None, "{id}");
        }
    }
}
