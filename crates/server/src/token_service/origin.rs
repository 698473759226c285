//! The address under which a client reached us, from which it is told further addresses.

/// Scheme, host and port of a request, such as `https://localhost:8443`.
///
/// Discovery documents, device codes and pages name URLs below it, so it must never come from an
/// unchecked Host header: whoever makes one has compared the host with an allow-list. Issuers are
/// configured and do not depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// An origin from a scheme and an authority that was found on the allow-list.
    ///
    /// As a second fence, anything but a plain host with an optional port is refused.
    pub fn new(https: bool, authority: &str) -> Option<Origin> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if authority.is_empty() || authority.len() > 255 || !authority.bytes().all(plain) {
            return None;
        }
        let uri: http::Uri = format!("http://{authority}/").parse().ok()?;
        let parsed = uri.authority()?;
        if parsed.as_str() != authority || parsed.host().is_empty() {
            return None;
        }
        let (scheme, port) = if https {
            ("https", ":443")
        } else {
            ("http", ":80")
        };
        // As browsers spell it: without the scheme's own port.
        let authority = authority.strip_suffix(port).unwrap_or(authority);
        Some(Origin(format!(
            "{scheme}://{}",
            authority.to_ascii_lowercase()
        )))
    }

    /// `scheme://host:port`, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn only_a_plain_host_with_a_port_makes_an_origin() {
        let origin = |authority: &str| Origin::new(true, authority).map(|origin| origin.0);
        assert_eq!(
            origin("localhost:8443").as_deref(),
            Some("https://localhost:8443")
        );
        assert_eq!(origin("[::1]:8443").as_deref(), Some("https://[::1]:8443"));
        assert_eq!(
            origin("Login.Localhost").as_deref(),
            Some("https://login.localhost")
        );
        assert_eq!(
            origin("login.microsoftonline.com:443").as_deref(),
            Some("https://login.microsoftonline.com")
        );
        for bad in [
            "",
            "a/b",
            "a b",
            "user@host",
            "a\"b",
            "host:port:x",
            ":80",
            "a\r\nb",
            "ho\u{e9}",
        ] {
            assert_eq!(origin(bad), None, "{bad:?}");
        }
    }
}
