//! The portal's rows.

use super::{Guard, PortalDoor, PublicRoute, Row};

/// Pages, and what their forms send. Those that begin with a verb change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PortalRoute {
    /// The accounts, and how to call them.
    Overview,
    /// May somebody do something, and why.
    CheckAccess,
    /// Who holds what.
    ListAssignments,
    /// What each role permits.
    ListRoles,
    /// What is taken away.
    ListDenies,
    /// What could be activated.
    ListEligible,
    /// Activates an eligible role of the person.
    Activate,
    /// Assigns a role.
    Assign,
    /// Asks whether an assignment is to go.
    ConfirmRemoval,
    /// Removes an assignment.
    Remove,
    /// The newest calls.
    ListRequests,
    /// One refusal with its explanation.
    ReadRequest,
    /// Where evidence is pasted.
    Troubleshoot,
    /// What the doctor says of it.
    Diagnose,
    /// Where a token is pasted.
    Tokens,
    /// What it says.
    Decode,
    /// The deployments of every account.
    ListDeployments,
    /// The journal.
    Audit,
    /// Light, dark, or as the system says.
    SetTheme,
    /// Ends the session.
    SignOut,
}

/// Routes of the portal: at the root, on the server's own names only.
pub(crate) const PORTAL: &[Row] = &[
    page(PortalRoute::Overview, "/portal"),
    page(PortalRoute::CheckAccess, "/portal/access"),
    page(PortalRoute::ListAssignments, "/portal/access/assignments"),
    page(PortalRoute::ListRoles, "/portal/access/roles"),
    page(PortalRoute::ListDenies, "/portal/access/denied"),
    page(PortalRoute::ListEligible, "/portal/access/eligible"),
    form(PortalRoute::Activate, "/portal/access/activate"),
    form(PortalRoute::Assign, "/portal/access/assign"),
    page(PortalRoute::ConfirmRemoval, "/portal/access/remove"),
    form(PortalRoute::Remove, "/portal/access/remove"),
    page(PortalRoute::ListDeployments, "/portal/deployments"),
    page(PortalRoute::ListRequests, "/portal/requests"),
    page(PortalRoute::ReadRequest, "/portal/requests/{id}"),
    page(PortalRoute::Troubleshoot, "/portal/troubleshoot"),
    form(PortalRoute::Diagnose, "/portal/troubleshoot"),
    page(PortalRoute::Tokens, "/portal/tokens"),
    form(PortalRoute::Decode, "/portal/tokens"),
    page(PortalRoute::Audit, "/portal/audit"),
    form(PortalRoute::SetTheme, "/portal/theme"),
    form(PortalRoute::SignOut, "/portal/sign-out"),
    door(
        PortalDoor::SignIn,
        "/portal/sign-in",
        "begins a sign-in, which proves itself at the token service",
    ),
    door(
        PortalDoor::SignedIn,
        "/portal/signed-in",
        "takes a code that only the browser that began the sign-in can use",
    ),
    door(
        PortalDoor::Asset,
        "/portal/assets/{file}",
        "files that are the same for everybody",
    ),
    door(
        PortalDoor::Asset,
        "/favicon.ico",
        "a picture, which browsers ask for by themselves",
    ),
];

const fn page(route: PortalRoute, path: &'static str) -> Row {
    Row {
        method: "GET",
        path,
        guard: Guard::Portal(route),
    }
}

const fn form(route: PortalRoute, path: &'static str) -> Row {
    Row {
        method: "POST",
        path,
        guard: Guard::Portal(route),
    }
}

const fn door(door: PortalDoor, path: &'static str, reason: &'static str) -> Row {
    Row {
        method: "GET",
        path,
        guard: Guard::Public(PublicRoute::PortalDoor(door), reason),
    }
}
