//! Finds the row for a management path, and the scope that it is about.

use std::sync::Arc;

use access::scope::{Scope, ScopeKind};
use wire::arm::{ArmPath, PathError};

use super::table::{GRAPH, GRAPH_CHANGES, Row, management_rows};

/// How the paths of Azure Resource Manager begin, whatever their case.
const ROOTS: [&str; 3] = ["subscriptions", "providers", "tenants"];

/// A row, where its action is to be allowed, and the names in the path.
#[derive(Clone, Debug)]
pub(crate) struct ManagementMatch {
    pub(crate) row: &'static Row,
    /// Where the row's action must be allowed.
    pub(crate) scope: Scope,
    /// The whole id that the path names: the scope with what is addressed there.
    pub(crate) resource: String,
    /// What the template's further `{…}` took, in order.
    pub(crate) names: Vec<String>,
}

/// What a path of the management plane comes to.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// A row.
    Row(Arc<ManagementMatch>),
    /// No row has this method and path.
    Nothing,
    /// The path is none that ARM has.
    Unreadable(PathError),
}

/// Whether a path belongs to Azure Resource Manager.
pub(crate) fn is_management(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    let mut segments = path.split(['/', '?']);
    let first = segments.next().unwrap_or_default();
    ROOTS.iter().any(|root| first.eq_ignore_ascii_case(root))
        || (first.eq_ignore_ascii_case("metadata")
            && segments
                .next()
                .is_some_and(|second| second.eq_ignore_ascii_case("endpoints")))
}

/// The management route for a path.
pub(crate) fn management(method: &str, path: &str) -> Found {
    let path = match ArmPath::parse(path) {
        Ok(path) => path,
        Err(error) => return Found::Unreadable(error),
    };
    let rows = management_rows().filter(|row| row.method == method);
    let mut found = rows.filter_map(|row| matches(row, &path));
    found
        .next()
        .map_or(Found::Nothing, |found| Found::Row(Arc::new(found)))
}

/// Whether some method has this management path.
pub(crate) fn management_path_exists(path: &str) -> bool {
    ArmPath::parse(path)
        .is_ok_and(|path| management_rows().any(|row| matches(row, &path).is_some()))
}

/// The route of Graph for a path below its prefix, with what the template's `{…}` took.
pub(crate) fn graph(method: &str, path: &str) -> Option<(&'static Row, Vec<String>)> {
    let path = ArmPath::parse(path).ok()?;
    let rows = GRAPH.iter().chain(GRAPH_CHANGES);
    let mut rows = rows.filter(|row| row.method == method);
    rows.find_map(|row| {
        let template: Vec<&str> = row.path.split('/').skip(1).collect();
        let names = names(&template, path.segments())?;
        Some((row, names))
    })
}

fn matches(row: &'static Row, path: &ArmPath<'_>) -> Option<ManagementMatch> {
    let (head, template) = row.path.split_once('/').unwrap_or((row.path, ""));
    let template: Vec<&str> = match template {
        "" => Vec::new(),
        text => text.split('/').collect(),
    };
    let segments = path.segments();
    let start = segments.len().checked_sub(template.len())?;
    let names = names(&template, &segments[start..])?;
    let head_scope = path.scope(start)?;
    let fits = match head {
        "{tenant}" => start == 0,
        "{scope}" => true,
        "{subscription}" => head_scope.kind() == ScopeKind::Subscription,
        "{group}" => head_scope.kind() == ScopeKind::ResourceGroup,
        _ => false,
    };
    if !fits {
        return None;
    }
    let scope = match (
        head,
        template.iter().rposition(|part| part.starts_with('{')),
    ) {
        ("{scope}", _) | (_, None) => head_scope.clone(),
        (_, Some(last)) => path.scope(start + last + 1)?,
    };
    let mut resource = match head_scope.is_root() {
        true => String::new(),
        false => head_scope.as_str().to_owned(),
    };
    for (part, segment) in template.iter().zip(&segments[start..]) {
        // As the template spells it: callers may write what they like.
        let text = if part.starts_with('{') {
            segment
        } else {
            *part
        };
        resource.push('/');
        resource.push_str(text);
    }
    Some(ManagementMatch {
        row,
        scope,
        resource,
        names,
    })
}

/// What the template's `{…}` take, if the segments fit it.
fn names(template: &[&str], segments: &[std::borrow::Cow<'_, str>]) -> Option<Vec<String>> {
    if template.len() != segments.len() {
        return None;
    }
    let mut names = Vec::new();
    for (part, segment) in template.iter().zip(segments) {
        if part.starts_with('{') {
            names.push(segment.clone().into_owned());
        } else if !part.eq_ignore_ascii_case(segment) {
            return None;
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::table::Guard;

    const ACCOUNT: &str =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";

    fn find(method: &str, path: &str) -> Option<ManagementMatch> {
        match management(method, path) {
            Found::Row(found) => Some(ManagementMatch::clone(&found)),
            Found::Nothing | Found::Unreadable(_) => None,
        }
    }

    #[test]
    fn the_scope_ends_where_the_row_says() {
        let check = |method: &str, path: &str, action: &str, scope: &str, names: &[&str]| {
            let found = find(method, path).unwrap_or_else(|| panic!("{method} {path}"));
            let (Guard::Action(_, found_action) | Guard::OwnOrAction(_, found_action)) =
                found.row.guard
            else {
                panic!("{path}: {:?}", found.row)
            };
            assert_eq!(found_action, action, "{path}");
            assert_eq!(found.scope.as_str(), scope, "{path}");
            assert_eq!(found.names, names, "{path}");
        };
        let write = "Microsoft.Authorization/roleAssignments/write";
        let assignment = "/PROVIDERS/microsoft.authorization/ROLEassignments/g";
        check(
            "PUT",
            &format!("{ACCOUNT}{assignment}"),
            write,
            ACCOUNT,
            &["g"],
        );
        check("PUT", assignment, write, "/", &["g"]);
        check(
            "PUT",
            &format!("//subscriptions/s{assignment}"),
            write,
            "/subscriptions/s",
            &["g"],
        );
        check(
            "GET",
            "/subscriptions/s/resourcegroups/rg",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "/subscriptions/s/resourceGroups/rg",
            &["rg"],
        );
        check(
            "GET",
            "/subscriptions/s",
            "Microsoft.Resources/subscriptions/read",
            "/subscriptions/s",
            &[],
        );
    }

    #[test]
    fn paths_that_are_no_route_are_none() {
        for (method, path) in [
            (
                "PUT",
                "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments",
            ),
            ("POST", "/subscriptions/s"),
            ("GET", "/subscriptions/s/resourceGroups"),
            ("GET", "/subscriptions/s/resourceGroups/rg/locations"),
            (
                "PUT",
                "/x/providers/Microsoft.Authorization/roleAssignments/g",
            ),
            (
                "PUT",
                "/subscriptions/s/resourceGroups/providers/Microsoft.Authorization/roleAssignments/g",
            ),
            (
                "PUT",
                "/subscriptions/s//providers/Microsoft.Authorization/roleAssignments/g",
            ),
            (
                "PUT",
                "/subscriptions/s/../t/providers/Microsoft.Authorization/roleAssignments/g",
            ),
            (
                "PUT",
                "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/g/",
            ),
            (
                "PUT",
                "/subscriptions/s/providers/Microsoft.Authorization%2froleAssignments/g",
            ),
        ] {
            let listed = path == "/subscriptions/s/resourceGroups";
            assert_eq!(find(method, path).is_some(), listed, "{method} {path}");
        }
    }

    #[test]
    fn paths_of_the_management_plane_are_known_by_their_beginning() {
        for path in [
            "/subscriptions",
            "/Subscriptions/x",
            "//providers/x",
            "/tenants",
            "/metadata/endpoints",
        ] {
            assert!(is_management(path), "{path}");
        }
        for path in [
            "/",
            "/contoso/openai",
            "/metadata/identity/oauth2/token",
            "/subscriptionsx",
        ] {
            assert!(!is_management(path), "{path}");
        }
    }

    #[test]
    fn graph_is_addressed_by_kind_and_id() {
        let (row, ids) = graph("GET", "/v1.0/serviceprincipals/abc").unwrap();
        assert_eq!(row.path, "/v1.0/servicePrincipals/{id}");
        assert_eq!(ids, ["abc"]);
        let (row, ids) = graph("POST", "/v1.0/directoryObjects/getByIds").unwrap();
        assert_eq!(row.path, "/v1.0/directoryObjects/getByIds");
        assert!(ids.is_empty());
        let (row, ids) = graph("DELETE", "/v1.0/groups/a/members/b/$ref").unwrap();
        assert_eq!(row.path, "/v1.0/groups/{id}/members/{member}/$ref");
        assert_eq!(ids, ["a", "b"]);
        assert!(graph("GET", "/v1.0/me/").is_none());
    }

    /// Templates are read by hand: one that is misspelt would match nothing.
    #[test]
    fn every_template_begins_with_a_scope_and_names_whole_segments() {
        for row in management_rows() {
            let head = row.path.split('/').next().unwrap();
            let known = ["{tenant}", "{scope}", "{subscription}", "{group}"];
            assert!(known.contains(&head), "{}", row.path);
            let balanced = |part: &str| part.starts_with('{') == part.ends_with('}');
            assert!(row.path.split('/').all(balanced), "{}", row.path);
        }
    }
}
