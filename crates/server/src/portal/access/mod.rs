//! Access control (IAM): who may do what at a scope, why, and how to change it.

mod assignments;
mod check;
mod denies;
mod eligible;
mod grant;
mod losers;
mod mend;
mod picture;
mod roles;

use access::scope::Scope;

use super::page::Section;
use super::place::{self, Choice};
use super::trouble::Trouble;
use super::visit::Visit;

pub(super) use assignments::show as assignments;
pub(super) use check::{decide, show as check};
pub(super) use denies::show as denies;
pub(super) use eligible::{activate, show as eligible};
pub(super) use grant::{assign, confirm_removal, may_grant, remove};
pub(super) use mend::{Fix, fix};
pub(super) use roles::show as roles;

/// What the pages need, as the management plane's table has it; a test compares them.
pub(super) const READ_ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments/read";
pub(super) const WRITE_ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments/write";
const DELETE_ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments/delete";
const READ_ROLES: &str = "Microsoft.Authorization/roleDefinitions/read";
const READ_DENIES: &str = "Microsoft.Authorization/denyAssignments/read";
const READ_ELIGIBLE: &str = "Microsoft.Authorization/roleEligibilityScheduleInstances/read";

/// The tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Check,
    Assignments,
    Roles,
    Denies,
    Eligible,
}

/// One tab's name and address.
const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Check, "Check access", "/portal/access"),
    (
        Tab::Assignments,
        "Role assignments",
        "/portal/access/assignments",
    ),
    (Tab::Roles, "Roles", "/portal/access/roles"),
    (Tab::Denies, "Deny assignments", "/portal/access/denied"),
    (Tab::Eligible, "Eligible", "/portal/access/eligible"),
];

/// The head of every one of these pages: the scope and the tabs.
pub(super) struct Head {
    pub(super) scope: Scope,
    pub(super) label: String,
    pub(super) choices: Vec<Choice>,
    tab: Tab,
}

impl Head {
    /// # Errors
    /// There is no such scope, as far as the person may know.
    fn of(visit: &Visit<'_>, tab: Tab) -> Result<Self, Trouble> {
        let choices = place::choices(visit);
        let scope = place::chosen(visit, &choices)?;
        Ok(Self {
            label: place::label(visit.world(), &scope),
            scope,
            choices,
            tab,
        })
    }

    pub(super) fn tabs(&self) -> &'static [(Tab, &'static str, &'static str)] {
        &TABS
    }

    pub(super) fn is_open(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    /// Where this tab is.
    pub(super) fn path(&self) -> &'static str {
        let mut tabs = TABS.iter();
        tabs.find(|(tab, ..)| *tab == self.tab)
            .map_or("/portal/access", |(_, _, path)| path)
    }

    pub(super) fn is_chosen(&self, choice: &Choice) -> bool {
        choice.scope == self.scope
    }
}

/// All of them belong to one section.
const SECTION: Section = Section::Access;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::table::{Guard, management_rows};

    #[test]
    fn what_the_pages_ask_for_is_what_the_management_plane_asks_for() {
        for (method, kind, action) in [
            ("GET", "roleAssignments", READ_ASSIGNMENTS),
            ("PUT", "roleAssignments/{name}", WRITE_ASSIGNMENTS),
            ("DELETE", "roleAssignments/{name}", DELETE_ASSIGNMENTS),
            ("GET", "roleDefinitions", READ_ROLES),
            ("GET", "denyAssignments", READ_DENIES),
            ("GET", "roleEligibilityScheduleInstances", READ_ELIGIBLE),
        ] {
            let path = format!("{{scope}}/providers/Microsoft.Authorization/{kind}");
            let row = management_rows().find(|row| row.method == method && row.path == path);
            let (Guard::Action(_, found) | Guard::OwnOrAction(_, found)) = row.unwrap().guard
            else {
                panic!("{path} has no action");
            };
            assert_eq!(found, action);
        }
    }
}
