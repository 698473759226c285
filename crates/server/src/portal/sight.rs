//! How far somebody sees: which scopes' calls, refusals and changes are shown to them.

use std::cell::RefCell;
use std::collections::HashMap;

use access::scope::Scope;

use super::visit::Visit;

/// Where a person may do something, worked out once for a whole list.
pub(super) struct Sight<'v> {
    visit: &'v Visit<'v>,
    /// Subscriptions, groups and accounts at which they may.
    scopes: Vec<Scope>,
    /// Whether they may everywhere here.
    everywhere: bool,
    /// What texts of records mean, and whether that is seen.
    texts: RefCell<HashMap<String, bool>>,
    /// What records call the person.
    name: String,
}

impl<'v> Sight<'v> {
    pub(super) fn of(visit: &'v Visit<'v>, action: &'static str) -> Self {
        let world = visit.world();
        let subscriptions = world.subscriptions.iter();
        let subscriptions = subscriptions
            .filter_map(|one| Scope::parse(&format!("/subscriptions/{}", one.id)).ok());
        let subscriptions: Vec<Scope> = subscriptions.collect();
        let everywhere =
            !subscriptions.is_empty() && subscriptions.iter().all(|one| visit.may(action, one));
        let mut scopes: Vec<Scope> = Vec::new();
        for account in &world.accounts {
            let group: Vec<&str> = account.scope.as_str().splitn(6, '/').take(5).collect();
            let group = Scope::parse(&group.join("/")).ok();
            let projects = account.projects.iter().map(|project| project.scope.clone());
            let all = subscriptions.iter().cloned().chain(group);
            for scope in all.chain([account.scope.clone()]).chain(projects) {
                if !scopes.contains(&scope) && visit.may(action, &scope) {
                    scopes.push(scope);
                }
            }
        }
        let id = visit.caller().principal.to_string();
        Self {
            visit,
            scopes,
            everywhere,
            texts: RefCell::default(),
            name: match world.principal(&id) {
                Some(known) => known.name.clone(),
                None => visit.caller().claims.object_id.clone(),
            },
        }
    }

    /// Whether everything is seen.
    pub(super) fn is_whole(&self) -> bool {
        self.everywhere
    }

    /// Whether what happened at this scope is seen.
    pub(super) fn covers(&self, scope: &Scope) -> bool {
        self.everywhere || self.scopes.iter().any(|seen| scope.is_at_or_below(seen))
    }

    /// Whether what happened at this place is seen, which records call by its short name.
    pub(super) fn covers_text(&self, place: &str) -> bool {
        if self.everywhere {
            return true;
        }
        if let Some(known) = self.texts.borrow().get(place) {
            return *known;
        }
        let scope = self.visit.world().scope(place.trim_matches('"'));
        let seen = scope.is_some_and(|scope| self.covers(&scope));
        self.texts.borrow_mut().insert(place.to_owned(), seen);
        seen
    }

    /// Whether a record's caller is the person.
    pub(super) fn is_me(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| name == self.name)
    }
}
