//! Transparent mode: programs that call Azure's own host names reach this server instead, unchanged.
//!
//! ```text
//! program --HTTPS_PROXY--> CONNECT login.microsoftonline.com:443     listen/proxy: on the list? else 403
//!                          TLS, by an authority in memory            tls/interception: for the list only
//!                          GET / Host: login.microsoftonline.com     all three names agree? else 421
//!                                                                    app: only what that name serves
//! ```
//!
//! # What must stay true
//!
//! * Nothing leaves: no name is looked up, no connection is opened. What is not on the list is refused.
//! * Local mode only, loopback only: `start` refuses anything else.
//! * The name in CONNECT, in the TLS handshake and in every request is one, or nothing is answered.
//! * A name answers its own plane: neither the operator's routes nor another plane's.
//! * Credentials are compared with what this server issued, and nothing else is done with them.

pub(crate) mod names;

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, Uri};

use self::names::{NAMES, NameKind, Plane};
use crate::route::HostName;

/// What a host on the list means, for requests that came through the proxy.
pub(crate) fn host_name(host: &str) -> HostName<'_> {
    let name = without_port(host, 443).or_else(|| without_port(host, 80));
    let Some(name) = name else {
        return HostName::Foreign;
    };
    if name == names::METADATA {
        return HostName::Metadata;
    }
    let Some(place) = names::find(name) else {
        return HostName::Foreign;
    };
    match NAMES[place].plane {
        Plane::Authority => HostName::Authority,
        Plane::Management => HostName::Management,
        Plane::Graph => HostName::Graph,
        Plane::Regional => HostName::Regional,
        Plane::Account => match name.split_once('.') {
            Some((account, _)) => HostName::Account(account),
            None => HostName::Foreign,
        },
    }
}

/// Whether a request is addressed to `host` and to nothing else: in its URI and in its Host header, if it
/// has either, with the scheme's own `port` or none.
pub(crate) fn is_addressed_to(host: &str, port: u16, uri: &Uri, headers: &HeaderMap) -> bool {
    let is =
        |text: &str| without_port(text, port).is_some_and(|name| name.eq_ignore_ascii_case(host));
    let in_uri = uri.authority().map(Authority::as_str);
    let mut in_headers = headers.get_all(HOST).iter();
    let (in_header, more) = (in_headers.next(), in_headers.next());
    let header_agrees = in_header.is_none_or(|value| value.to_str().is_ok_and(is));
    more.is_none()
        && (in_uri.is_some() || in_header.is_some())
        && in_uri.is_none_or(is)
        && header_agrees
}

/// The host of `host` or `host:port`; `None` if another port is named.
pub(crate) fn without_port(text: &str, port: u16) -> Option<&str> {
    match text.split_once(':') {
        None => Some(text),
        Some((host, given)) => (given == port.to_string()).then_some(host),
    }
}

/// The allow-list, for people.
pub(crate) fn listed() -> Vec<String> {
    let mut listed: Vec<String> = NAMES.iter().map(names::Name::pattern).collect();
    listed.push(names::METADATA.to_owned());
    listed
}

/// Whether a `NO_PROXY` entry would lead a program past the proxy to a name on the list.
///
/// Clients differ in how they read entries, so this takes the widest meaning of each: a name means all
/// below it, and what is no name at all means everything.
#[must_use]
pub fn bypasses(entry: &str) -> bool {
    let entry = entry.trim().to_ascii_lowercase();
    let entry = entry
        .rsplit_once("://")
        .map_or(entry.as_str(), |(_, rest)| rest);
    if entry.matches(':').count() > 1 {
        return false; // an IPv6 address or range: nothing on the list is one
    }
    let entry = entry.split_once(':').map_or(entry, |(host, _)| host);
    let entry = entry.trim_start_matches(['*', '.']).trim_end_matches('.');
    if entry.is_empty() || entry.contains('*') {
        return true;
    }
    let is_below = |name: &str, domain: &str| {
        name.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let over = NAMES.iter().any(|name| {
        is_below(name.domain, entry)
            || (name.kind == NameKind::Below && is_below(entry, name.domain))
    });
    over || covers_metadata(entry)
}

/// Whether an address or a range of addresses holds [`names::METADATA`].
fn covers_metadata(entry: &str) -> bool {
    let (address, bits) = match entry.split_once('/') {
        Some((address, bits)) => (address, bits.parse::<u32>().unwrap_or(0)),
        None => (entry, 32),
    };
    let read = |text: &str| text.parse::<std::net::Ipv4Addr>().map(u32::from);
    let (Ok(range), Ok(own)) = (read(address), read(names::METADATA)) else {
        return false;
    };
    bits == 0 || (range ^ own).checked_shr(32 - bits.min(32)).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests;
