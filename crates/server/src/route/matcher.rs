//! Finds the row for a method and a path.

use std::sync::LazyLock;

use super::table::{DATA_PLANE, PORTAL, Row, SERVICE};

/// Paths with more segments than this match nothing.
const MAX_SEGMENTS: usize = 16;

/// Rows by number of segments, so that a request is compared with a handful of them.
static DATA_PLANE_BY_LENGTH: LazyLock<ByLength> = LazyLock::new(|| ByLength::new(&[DATA_PLANE]));
static SERVICE_BY_LENGTH: LazyLock<ByLength> = LazyLock::new(|| ByLength::new(&[SERVICE, PORTAL]));

/// A row and what its `{…}` took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match<'path> {
    pub(crate) row: &'static Row,
    /// What the first `{…}` took: a deployment, project, model, response, record or tenant.
    pub(crate) first: Option<&'path str>,
    /// What the second `{…}` took.
    pub(crate) second: Option<&'path str>,
}

/// The inference route for a path that starts below the account.
pub(crate) fn data_plane<'path>(method: &str, path: &'path str) -> Option<Match<'path>> {
    DATA_PLANE_BY_LENGTH.find(method, path)
}

/// Whether some method of the inference endpoint has this path.
pub(crate) fn data_plane_path_exists(path: &str) -> bool {
    DATA_PLANE
        .iter()
        .any(|row| data_plane(row.method, path).is_some())
}

/// The route that belongs to no account.
pub(crate) fn service<'path>(method: &str, path: &'path str) -> Option<Match<'path>> {
    SERVICE_BY_LENGTH.find(method, path)
}

struct ByLength(Vec<Vec<Pattern>>);

struct Pattern {
    row: &'static Row,
    segments: Vec<&'static str>,
    open_ended: bool,
}

impl ByLength {
    fn new(tables: &[&'static [Row]]) -> Self {
        let mut by_length: Vec<Vec<Pattern>> = (0..=MAX_SEGMENTS).map(|_| Vec::new()).collect();
        for row in tables.iter().copied().flatten() {
            let segments: Vec<_> = row.path.split('/').skip(1).collect();
            let open_ended = segments.last() == Some(&"**");
            let fixed = segments.len() - usize::from(open_ended);
            let lengths = if open_ended {
                fixed + 1..=MAX_SEGMENTS
            } else {
                fixed..=fixed
            };
            for length in lengths {
                by_length[length].push(Pattern {
                    row,
                    segments: segments[..fixed].to_vec(),
                    open_ended,
                });
            }
        }
        Self(by_length)
    }

    fn find<'path>(&self, method: &str, path: &'path str) -> Option<Match<'path>> {
        let mut room = [""; MAX_SEGMENTS];
        let segments = split(path, &mut room)?;
        self.0[segments.len()]
            .iter()
            .find_map(|pattern| pattern.matches(method, segments))
    }
}

/// The path's segments; `None` if it has too many, or does not begin with a slash.
fn split<'room, 'path>(
    path: &'path str,
    room: &'room mut [&'path str; MAX_SEGMENTS],
) -> Option<&'room [&'path str]> {
    let rest = path.strip_prefix('/')?;
    let ends = memchr::memchr_iter(b'/', rest.as_bytes()).chain([rest.len()]);
    let (mut count, mut start) = (0, 0);
    for end in ends {
        *room.get_mut(count)? = &rest[start..end];
        count += 1;
        start = end + 1;
    }
    Some(&room[..count])
}

impl Pattern {
    fn matches<'path>(&self, method: &str, segments: &[&'path str]) -> Option<Match<'path>> {
        if self.row.method != method && self.row.method != "*" {
            return None;
        }
        debug_assert!(self.open_ended || self.segments.len() == segments.len());
        let mut found = Match {
            row: self.row,
            first: None,
            second: None,
        };
        for (expected, actual) in self.segments.iter().zip(segments) {
            if expected.starts_with('{') {
                if actual.is_empty() {
                    return None;
                }
                if found.first.is_none() {
                    found.first = Some(actual);
                } else {
                    found.second = Some(actual);
                }
            } else if expected != actual {
                return None;
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::begins_like_data_plane;

    #[test]
    fn a_deployment_is_taken_from_the_path() {
        let found = data_plane("POST", "/openai/deployments/gpt-4o/chat/completions").unwrap();
        assert_eq!(found.first, Some("gpt-4o"));
    }

    #[test]
    fn doubled_slashes_and_empty_names_match_nothing() {
        for path in [
            "//openai/models",
            "/openai//models",
            "/openai/deployments//chat/completions",
            "/openai/models/",
            "",
        ] {
            assert!(data_plane("GET", path).is_none(), "{path}");
            assert!(data_plane("POST", path).is_none(), "{path}");
        }
    }

    #[test]
    fn another_method_is_another_route() {
        assert!(data_plane("GET", "/models/chat/completions").is_none());
        assert!(data_plane_path_exists("/models/chat/completions"));
        assert!(!data_plane_path_exists("/model/chat/completions"));
    }

    #[test]
    fn the_token_service_answers_for_every_tenant_spelling() {
        for path in [
            "/common/oauth2/v2.0/token",
            "/adfs/.well-known/openid-configuration",
            "/contoso.com/discovery/keys",
        ] {
            let found = service("POST", path).unwrap();
            assert_eq!(found.row.method, "*", "{path}");
        }
        assert!(service("POST", "/common/oauth2").is_none());
    }

    /// What begins like a route of the endpoint is not looked for among the server's.
    #[test]
    fn only_routes_of_the_endpoint_begin_like_one() {
        for row in DATA_PLANE {
            assert!(begins_like_data_plane(row.path), "{row:?}");
        }
        for row in SERVICE.iter().chain(PORTAL) {
            assert!(!begins_like_data_plane(row.path), "{row:?}");
        }
    }

    #[test]
    fn a_very_long_path_is_just_not_found() {
        assert!(data_plane("GET", &"/a".repeat(5000)).is_none());
    }
}
