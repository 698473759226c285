//! The rows of Microsoft Graph.

use super::{GraphChange, GraphRoute, ObjectKind};
use crate::route::table::{Guard, Row};

/// Routes of Microsoft Graph, below `/graph` or at the host name of Graph.
pub(crate) const GRAPH: &[Row] = &[
    graph("GET", "/v1.0/me", GraphRoute::Me),
    graph("GET", "/v1.0/me/transitiveMemberOf", GraphRoute::MyGroups),
    graph("GET", "/v1.0/users", GraphRoute::List(ObjectKind::User)),
    graph(
        "GET",
        "/v1.0/users/{id}",
        GraphRoute::Read(ObjectKind::User),
    ),
    graph("GET", "/v1.0/groups", GraphRoute::List(ObjectKind::Group)),
    graph(
        "GET",
        "/v1.0/groups/{id}",
        GraphRoute::Read(ObjectKind::Group),
    ),
    graph("GET", "/v1.0/groups/{id}/members", GraphRoute::Members),
    graph(
        "GET",
        "/v1.0/servicePrincipals",
        GraphRoute::List(ObjectKind::ServicePrincipal),
    ),
    graph(
        "GET",
        "/v1.0/servicePrincipals/{id}",
        GraphRoute::Read(ObjectKind::ServicePrincipal),
    ),
    graph("GET", "/v1.0/applications", GraphRoute::ListApplications),
    graph(
        "GET",
        "/v1.0/applications/{id}",
        GraphRoute::ReadApplication,
    ),
    graph(
        "GET",
        "/v1.0/directoryObjects/{id}",
        GraphRoute::Read(ObjectKind::Any),
    ),
    graph(
        "POST",
        "/v1.0/directoryObjects/getByIds",
        GraphRoute::GetByIds,
    ),
    graph(
        "GET",
        "/v1.0/users/{id}/transitiveMemberOf",
        GraphRoute::TransitiveMemberOf(ObjectKind::User),
    ),
    graph(
        "GET",
        "/v1.0/groups/{id}/transitiveMemberOf",
        GraphRoute::TransitiveMemberOf(ObjectKind::Group),
    ),
    graph(
        "GET",
        "/v1.0/servicePrincipals/{id}/transitiveMemberOf",
        GraphRoute::TransitiveMemberOf(ObjectKind::ServicePrincipal),
    ),
    graph(
        "POST",
        "/v1.0/users/{id}/getMemberGroups",
        GraphRoute::MemberGroups(ObjectKind::User),
    ),
    graph(
        "POST",
        "/v1.0/groups/{id}/getMemberGroups",
        GraphRoute::MemberGroups(ObjectKind::Group),
    ),
    graph(
        "POST",
        "/v1.0/servicePrincipals/{id}/getMemberGroups",
        GraphRoute::MemberGroups(ObjectKind::ServicePrincipal),
    ),
    graph(
        "POST",
        "/v1.0/users/{id}/getMemberObjects",
        GraphRoute::MemberGroups(ObjectKind::User),
    ),
    graph(
        "POST",
        "/v1.0/servicePrincipals/{id}/getMemberObjects",
        GraphRoute::MemberGroups(ObjectKind::ServicePrincipal),
    ),
    graph(
        "POST",
        "/v1.0/directoryObjects/{id}/getMemberGroups",
        GraphRoute::MemberGroups(ObjectKind::Any),
    ),
    graph(
        "POST",
        "/v1.0/directoryObjects/{id}/getMemberObjects",
        GraphRoute::MemberGroups(ObjectKind::Any),
    ),
    graph(
        "POST",
        "/v1.0/directoryObjects/{id}/checkMemberGroups",
        GraphRoute::CheckMemberGroups(ObjectKind::Any),
    ),
];

/// Routes that change the directory.
pub(crate) const GRAPH_CHANGES: &[Row] = &[
    change("POST", "/v1.0/users", GraphChange::CreateUser),
    change("PATCH", "/v1.0/users/{id}", GraphChange::UpdateUser),
    change("DELETE", "/v1.0/users/{id}", GraphChange::DeleteUser),
    change(
        "POST",
        "/v1.0/users/{id}/revokeSignInSessions",
        GraphChange::RevokeSignIns,
    ),
    change("POST", "/v1.0/groups", GraphChange::CreateGroup),
    change("DELETE", "/v1.0/groups/{id}", GraphChange::DeleteGroup),
    change(
        "POST",
        "/v1.0/groups/{id}/members/$ref",
        GraphChange::AddMember,
    ),
    change(
        "DELETE",
        "/v1.0/groups/{id}/members/{member}/$ref",
        GraphChange::RemoveMember,
    ),
    change("POST", "/v1.0/applications", GraphChange::CreateApplication),
    change(
        "PATCH",
        "/v1.0/applications/{id}",
        GraphChange::UpdateApplication,
    ),
    change(
        "DELETE",
        "/v1.0/applications/{id}",
        GraphChange::DeleteApplication,
    ),
    change(
        "POST",
        "/v1.0/applications/{id}/addPassword",
        GraphChange::AddPassword,
    ),
    change(
        "POST",
        "/v1.0/applications/{id}/removePassword",
        GraphChange::RemovePassword,
    ),
    change(
        "POST",
        "/v1.0/servicePrincipals",
        GraphChange::CreateServicePrincipal,
    ),
    change(
        "DELETE",
        "/v1.0/servicePrincipals/{id}",
        GraphChange::DeleteServicePrincipal,
    ),
];

const fn change(method: &'static str, path: &'static str, change: GraphChange) -> Row {
    Row {
        method,
        path,
        guard: Guard::DirectoryChange(change),
    }
}

const fn graph(method: &'static str, path: &'static str, route: GraphRoute) -> Row {
    Row {
        method,
        path,
        guard: Guard::Directory(route),
    }
}
