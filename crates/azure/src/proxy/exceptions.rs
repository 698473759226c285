//! Hosts that are reached without a proxy.

use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// A list as in `NO_PROXY`, separated by commas or blanks: `*`, names (with all below them, with or without `.` or
/// `*.` before them), addresses and networks (`10.0.0.0/8`), each for every port or, as `HOST:PORT`, for one.
#[derive(Clone, Default)]
pub(super) struct Exceptions(Arc<[(Option<u16>, Matcher)]>);

impl Exceptions {
    pub(super) fn new(list: &str) -> Exceptions {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace());
        let entries = entries.filter(|entry| !entry.is_empty()).map(entry);
        let (mut anywhere, mut rules) = (Vec::new(), Vec::new());
        for (host, port) in entries {
            match port {
                None => anywhere.push(host),
                Some(_) => rules.push((port, matcher(host))),
            }
        }
        if !anywhere.is_empty() {
            rules.insert(0, (None, matcher(&anywhere.join(","))));
        }
        Exceptions(rules.into())
    }

    pub(super) fn contain(&self, url: &Uri) -> bool {
        let usual = if url.scheme_str() == Some("https") {
            443
        } else {
            80
        };
        let asked = url.port_u16().unwrap_or(usual);
        let concerns = |port: &Option<u16>| port.is_none_or(|port| port == asked);
        let mut rules = self.0.iter().filter(|(port, _)| concerns(port));
        rules.any(|(_, matcher)| matcher.intercept(url).is_none())
    }
}

/// Whether a host is this machine, by address or by name.
pub(super) fn is_this_machine(host: &str) -> bool {
    match address(host) {
        Some(address) => address.is_loopback() || address.is_unspecified(),
        None => {
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            host == "localhost" || host.ends_with(".localhost")
        }
    }
}

/// Whether a host is this machine, or link-local and so not beyond any proxy.
pub(super) fn is_near(host: &str) -> bool {
    is_this_machine(host)
        || match address(host) {
            Some(IpAddr::V4(address)) => address.is_link_local(),
            Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
            None => false,
        }
}

fn address(host: &str) -> Option<IpAddr> {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>().ok()?;
    Some(address.to_canonical())
}

/// For the library `*` is every name, and no address.
const EVERYTHING: &str = "*,0.0.0.0/0,::/0";

/// Tells a port from a host, and takes what the library does not know: brackets, and `*` before a name.
fn entry(text: &str) -> (&str, Option<u16>) {
    let bracketed = text.starts_with('[');
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if bracketed && host.ends_with(']') => (host, port.parse().ok()),
        Some((host, port)) if !bracketed && !host.contains(':') => (host, port.parse().ok()),
        _ => (text, None),
    };
    let host = host.trim_matches(['[', ']']);
    match host.strip_prefix('*') {
        Some("") => (EVERYTHING, port),
        Some(suffix) if suffix.starts_with('.') => (suffix, port),
        _ => (host, port),
    }
}

/// Intercepts everything but these.
fn matcher(hosts: &str) -> Matcher {
    let builder = Matcher::builder().all("http://proxy.invalid");
    builder.no(hosts.to_owned()).build()
}
