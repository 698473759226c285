//! From Host and path to an account and a row of [the table](table).

mod host;
mod management;
mod matcher;
pub(crate) mod table;

pub(crate) use host::HostName;
pub(crate) use management::{
    Found, ManagementMatch, graph, is_management, management, management_path_exists,
};
pub(crate) use matcher::{Match, data_plane, data_plane_path_exists, service};

use crate::config::is_reserved_segment;

/// Reads a Host header; see [`host::read`].
pub(crate) fn host_name<'host>(host: &'host str, allowed: &[String]) -> HostName<'host> {
    host::read(host, allowed)
}

/// Whether a path's first segment is one of the inference endpoint's own.
pub(crate) fn begins_like_data_plane(path: &str) -> bool {
    let first = path
        .strip_prefix('/')
        .and_then(|rest| rest.split('/').next());
    matches!(first, Some("openai" | "models" | "anthropic" | "api"))
}

/// Splits `/{resource}/rest` into the resource's name and `/rest`, unless the first segment is a route's.
pub(crate) fn split_resource(path: &str) -> (Option<&str>, &str) {
    let Some(rest) = path.strip_prefix('/') else {
        return (None, path);
    };
    let (first, below) = match memchr::memchr(b'/', rest.as_bytes()) {
        Some(end) => (&rest[..end], &rest[end..]),
        None => (rest, ""),
    };
    if first.is_empty() || is_reserved_segment(first) {
        (None, path)
    } else {
        (Some(first), below)
    }
}

#[cfg(test)]
mod tests {
    use super::split_resource;

    #[test]
    fn a_resource_prefix_is_split_off() {
        assert_eq!(
            split_resource("/contoso/openai/models"),
            (Some("contoso"), "/openai/models")
        );
        assert_eq!(split_resource("/openai/models"), (None, "/openai/models"));
        assert_eq!(split_resource("/contoso"), (Some("contoso"), ""));
        assert_eq!(split_resource("//openai"), (None, "//openai"));
    }
}
