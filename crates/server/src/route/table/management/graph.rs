//! The rows of Microsoft Graph.

use super::{GraphRoute, ObjectKind};
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

const fn graph(method: &'static str, path: &'static str, route: GraphRoute) -> Row {
    Row {
        method,
        path,
        guard: Guard::Directory(route),
    }
}
