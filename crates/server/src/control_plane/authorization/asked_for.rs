//! `$filter` of lists of assignments: which of them are asked for.

use access::index::{Ancestors, Index};
use access::principal::PrincipalId;
use access::scope::Scope;
use wire::odata::{Filter, Term};

use super::super::{Call, Fault};

/// Which assignments a list shows.
pub(super) struct AskedFor<'call> {
    index: &'call Index,
    scope: &'call Scope,
    ancestors: Ancestors<'call>,
    /// `atScope()`: at the scope and above, not below.
    at_scope: bool,
    /// Only of these.
    principals: Option<Vec<PrincipalId>>,
    /// Only of this name.
    name: Option<String>,
}

impl<'call> AskedFor<'call> {
    /// Reads the filter.
    ///
    /// # Errors
    /// It is not one that these lists have.
    pub(super) fn read(call: &'call Call<'_>) -> Result<Self, Fault> {
        let filter = call.query.filter()?;
        let index = &call.snapshot.index;
        let mut asked = Self {
            index,
            scope: &call.found.scope,
            ancestors: index.ancestors(&call.found.scope),
            at_scope: false,
            principals: None,
            name: None,
        };
        for term in &filter.0 {
            asked.add(term, call)?;
        }
        if asked.at_scope && has_equal(&filter, "principalId") {
            let problem = "atScope() and principalId cannot be combined".to_owned();
            return Err(Fault::Filter(problem));
        }
        Ok(asked)
    }

    fn add(&mut self, term: &Term, call: &Call<'_>) -> Result<(), Fault> {
        let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
        match term {
            Term::Call { name, value } if is(name, "atScope") && value.is_empty() => {
                self.at_scope = true;
            }
            Term::Call { name, value } if is(name, "assignedTo") && !value.is_empty() => {
                // Of the caller, the groups of its token are known, too.
                let id = PrincipalId::new(value);
                let groups: &[PrincipalId] = match id == call.caller.principal {
                    true => &call.caller.groups,
                    false => &[],
                };
                self.narrow(self.index.memberships(&id, groups));
            }
            Term::Call { name, value } if is(name, "asTarget") && value.is_empty() => {
                let caller = call.caller;
                self.narrow(self.index.memberships(&caller.principal, &caller.groups));
            }
            Term::Call { name, value } if is(name, "asRequestor") && value.is_empty() => {
                self.narrow(vec![call.caller.principal.clone()]);
            }
            Term::Equal { name, value }
                if is(name, "principalId") || is(name, "gdprExportPrincipalId") =>
            {
                self.narrow(vec![PrincipalId::new(value)]);
            }
            Term::Equal { name, value } if is(name, "denyAssignmentName") => {
                self.name = Some(value.clone());
            }
            _ => {
                let problem = "the filter is not supported for this list".to_owned();
                return Err(Fault::Filter(problem));
            }
        }
        Ok(())
    }

    fn narrow(&mut self, to: Vec<PrincipalId>) {
        self.principals = Some(match self.principals.take() {
            None => to,
            Some(known) => known.into_iter().filter(|id| to.contains(id)).collect(),
        });
    }

    /// Whether something at this scope is shown.
    pub(super) fn reaches(&self, scope: &Scope) -> bool {
        self.ancestors.covered_by(scope)
            || (!self.at_scope && self.index.is_within(scope, self.scope))
    }

    /// Whether something of this principal is shown.
    pub(super) fn wants(&self, principal: &PrincipalId) -> bool {
        let principals = self.principals.as_ref();
        principals.is_none_or(|principals| principals.contains(principal))
    }

    /// Whether something of any of these principals is shown.
    pub(super) fn wants_any(&self, principals: &[PrincipalId]) -> bool {
        self.principals.is_none()
            || principals
                .iter()
                .any(|id| id.is_everyone() || self.wants(id))
    }

    /// Whether something of this name is shown.
    pub(super) fn wants_name(&self, name: &str) -> bool {
        let wanted = self.name.as_deref();
        wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
    }
}

/// Whether the filter admits nobody but the caller and its groups.
pub(super) fn is_caller(call: &Call<'_>) -> bool {
    let Ok(filter) = call.query.filter() else {
        return false;
    };
    let own = |id: &str| PrincipalId::new(id) == call.caller.principal;
    filter.0.iter().any(|term| match term {
        Term::Call { name, value } => name.eq_ignore_ascii_case("assignedTo") && own(value),
        Term::Equal { name, value } => name.eq_ignore_ascii_case("principalId") && own(value),
        Term::StartsWith { .. } => false,
    })
}

/// Whether the filter has `asTarget()`.
pub(super) fn as_target(call: &Call<'_>) -> bool {
    let filter = call.query.filter();
    filter.is_ok_and(|filter| filter.call("asTarget").is_some())
}

/// Whether the filter has `asRequestor()`.
pub(super) fn as_requestor(call: &Call<'_>) -> bool {
    let filter = call.query.filter();
    filter.is_ok_and(|filter| filter.call("asRequestor").is_some())
}

fn has_equal(filter: &Filter, wanted: &str) -> bool {
    filter
        .0
        .iter()
        .any(|term| matches!(term, Term::Equal { name, .. } if name.eq_ignore_ascii_case(wanted)))
}
