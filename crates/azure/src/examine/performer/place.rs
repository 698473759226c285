//! Which URLs belong to a place, and which places may be sent a token.

use http::Uri;

/// Whether a URL has this origin's scheme, host and port.
pub(super) fn stays_at(url: &str, origin: &str) -> bool {
    let place = |text: &str| {
        let url: Uri = text.parse().ok()?;
        let authority = url.authority()?.as_str().to_ascii_lowercase();
        (!authority.contains('@')).then(|| (url.scheme_str().map(str::to_owned), authority))
    };
    place(url).is_some() && place(url) == place(origin)
}

/// Whether tokens may be sent there: TLS, or this machine.
pub(super) fn carries_tokens(origin: &str) -> bool {
    let Ok(url) = origin.parse::<Uri>() else {
        return false;
    };
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    let local = host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    url.scheme_str() == Some("https") || local
}

/// Blanks and quotes of a query, which ARM's filters have.
pub(super) fn escaped(path: &str) -> String {
    path.replace(' ', "%20").replace('\'', "%27")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_their_own_place_only() {
        let origin = "https://management.azure.com";
        for (url, stays) in [
            ("https://management.azure.com/subscriptions?x", true),
            ("https://MANAGEMENT.azure.com/subscriptions", true),
            ("https://management.azure.com:8443/", false),
            ("https://management.azure.com.evil.example/", false),
            ("https://management.azure.com@evil.example/", false),
            ("http://management.azure.com/", false),
            ("//management.azure.com/", false),
            ("/subscriptions", false),
        ] {
            assert_eq!(stays_at(url, origin), stays, "{url}");
        }
        for (origin, carries) in [
            ("https://contoso-ai.openai.azure.com", true),
            ("http://contoso-ai.openai.azure.com", false),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost.evil.example", false),
            ("http://169.254.169.254", false),
        ] {
            assert_eq!(carries_tokens(origin), carries, "{origin}");
        }
    }
}
