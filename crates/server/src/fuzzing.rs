//! For the fuzz targets: routing, which has no other way in from outside.

use crate::route::{self, HostName};

/// Where a request would go.
#[derive(Debug)]
pub struct Routed {
    /// The account that Host or path names.
    pub account: Option<String>,
    /// The path below it.
    pub below: String,
    /// Whether some route has it, as `POST` or `GET`, or belongs to no account.
    pub found: bool,
}

/// Routes a request with this Host header and path.
pub fn route(host: &str, path: &str) -> Routed {
    let (prefix, rest) = route::split_resource(path);
    let (account, below) = match (route::host_name(host, &[]), prefix) {
        (HostName::Account(name), _) => (Some(name), path),
        (_, Some(name)) => (Some(name), rest),
        (_, None) => (None, path),
    };
    let methods = ["GET", "POST", "DELETE"];
    let found = methods.iter().any(|method| {
        route::service(method, path).is_some() || route::data_plane(method, below).is_some()
    });
    Routed {
        account: account.map(str::to_owned),
        below: below.to_owned(),
        found,
    }
}
