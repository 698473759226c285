//! What a request says about the browser that sent it: address, cookies, and which page it comes from.

use std::net::IpAddr;

use http::header::{COOKIE, HOST, HeaderName, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::listen::{Peer, Transport};
use crate::token_service::Origin;

/// The browser behind a request.
pub(super) struct Browser {
    /// The address that it uses for this server.
    pub(super) origin: Origin,
    /// Where it is.
    pub(super) address: IpAddr,
    https: bool,
    cookies: Vec<(String, String)>,
    own_page: bool,
    /// Whether htmx asks, for a part of a page that is open already.
    pub(super) is_partial: bool,
}

/// Our cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// The session.
    Session,
    /// The sign-in that is under way.
    SignIn,
    /// The colours that somebody chose.
    Theme,
}

impl Cookie {
    fn name(self, https: bool) -> &'static str {
        // Browsers let only a secure page of this very host set a `__Host-` cookie.
        match (self, https) {
            (Self::Session, true) => "__Host-entrada-session",
            (Self::Session, false) => "entrada-session",
            (Self::SignIn, true) => "__Host-entrada-sign-in",
            (Self::SignIn, false) => "entrada-sign-in",
            (Self::Theme, true) => "__Host-entrada-theme",
            (Self::Theme, false) => "entrada-theme",
        }
    }
}

impl Browser {
    /// Reads a request. The Host header was found on the allow-list before.
    pub(super) fn read(parts: &Parts, peer: Peer) -> Option<Self> {
        let host = parts.uri.authority().map(http::uri::Authority::as_str);
        let host = host.or_else(|| parts.headers.get(HOST)?.to_str().ok())?;
        let https = peer.transport == Transport::Https;
        let origin = Origin::new(https, host)?;
        Some(Self {
            own_page: is_own_page(&parts.headers, origin.as_str()),
            address: peer.address.ip(),
            https,
            cookies: cookies(&parts.headers),
            origin,
            is_partial: parts.headers.contains_key("hx-request"),
        })
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, cookie: Cookie) -> Option<&str> {
        let name = cookie.name(self.https);
        let mut cookies = self.cookies.iter();
        cookies
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the request comes from one of our own pages. Browsers say so, in one header or the other;
    /// who says nothing is not believed.
    pub(super) fn is_own_page(&self) -> bool {
        self.own_page
    }

    /// The header that sets a cookie, for so many seconds; without a number, until the browser is closed.
    pub(super) fn set(&self, cookie: Cookie, value: &str, seconds: Option<u32>) -> HeaderValue {
        let secure = if self.https { "; Secure" } else { "" };
        let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let name = cookie.name(self.https);
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        HeaderValue::try_from(text)
            .expect("names, secrets in base64url and numbers are visible ASCII")
    }
}

fn cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    let lines = headers.get_all(COOKIE).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn is_own_page(headers: &HeaderMap, origin: &str) -> bool {
    let site = headers.get(HeaderName::from_static("sec-fetch-site"));
    let from = headers.get(ORIGIN);
    (site.is_some() || from.is_some())
        && site.is_none_or(|site| site == "same-origin")
        && from.is_none_or(|from| from == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ours_if_the_browser_says_so_and_nothing_speaks_against_it() {
        let check = |headers: &[(&'static str, &'static str)], expected: bool| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, HeaderValue::from_static(value));
            }
            assert_eq!(
                is_own_page(&map, "http://localhost:8080"),
                expected,
                "{headers:?}"
            );
        };
        check(&[], false);
        check(&[("origin", "http://localhost:8080")], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "http://localhost:8081")], false);
        check(&[("origin", "https://localhost:8080")], false);
        check(
            &[
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        );
        check(
            &[
                ("origin", "http://evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            false,
        );
    }
}
