//! Reads the credential that a request presents, without judging it.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName};

/// The part of the surface that a route belongs to: it decides which headers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteFamily {
    /// `/openai/deployments`, `/openai/responses`, `/openai/models`: a Bearer is a token.
    Classic,
    /// `/openai/v1`: OpenAI clients send keys as Bearer.
    V1,
    /// `/models`: the inference SDK sends its key as Bearer too.
    Inference,
    /// `/anthropic`: `x-api-key` is read as well.
    Anthropic,
    /// `/api/projects`: a Bearer is a token.
    Project,
    /// Azure Resource Manager: a Bearer is a token, and nothing else is read.
    Management,
    /// Microsoft Graph: likewise.
    Graph,
    /// No route: judged like the classic ones.
    Unknown,
}

impl RouteFamily {
    /// The family of a path below the account.
    pub(crate) fn of_path(path: &str) -> Self {
        let starts = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if starts("/openai/v1") {
            Self::V1
        } else if starts("/openai") {
            Self::Classic
        } else if starts("/models") {
            Self::Inference
        } else if starts("/anthropic") {
            Self::Anthropic
        } else if starts("/api/projects") {
            Self::Project
        } else {
            Self::Unknown
        }
    }

    /// Whether a Bearer that is no JWT is a key here.
    fn takes_key_as_bearer(self) -> bool {
        matches!(self, Self::V1 | Self::Inference)
    }
}

/// What a request presents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential<'request> {
    /// An API key.
    Key(KeyHeader, &'request str),
    /// Something to be verified as an access token.
    Token(&'request str),
    /// Nothing that this route reads.
    None,
}

/// The header that a key came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyHeader {
    /// `api-key`
    ApiKey,
    /// `Ocp-Apim-Subscription-Key`
    SubscriptionKey,
    /// `x-api-key`
    XApiKey,
    /// `Authorization: Bearer`
    Bearer,
}

impl KeyHeader {
    /// The header's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::SubscriptionKey => "Ocp-Apim-Subscription-Key",
            Self::XApiKey => "x-api-key",
            Self::Bearer => "Authorization",
        }
    }
}

/// The credential, and what else was noticed about the headers: for the explanation, never for the verdict.
#[derive(Clone, Copy)]
pub(crate) struct Presented<'request> {
    pub(crate) credential: Credential<'request>,
    pub(crate) fault: Option<CredentialFault>,
    /// A key decided although a JWT was sent beside it.
    pub(crate) token_ignored: bool,
}

/// Why there is no usable credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialFault {
    /// No credential in any header.
    Missing,
    /// `Authentication` instead of `Authorization`, as some documentation says.
    AuthenticationHeader,
    /// `Authorization` without the word `Bearer`, or with another scheme.
    NotBearer,
    /// `Authorization: Bearer` with nothing behind it.
    EmptyBearer,
    /// A JWT in a header for keys.
    TokenInKeyHeader,
    /// The same header twice, with different values.
    Duplicate,
    /// Bytes that are no text.
    NotText,
}

const API_KEY: HeaderName = HeaderName::from_static("api-key");
const SUBSCRIPTION_KEY: HeaderName = HeaderName::from_static("ocp-apim-subscription-key");
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const AUTHENTICATION: HeaderName = HeaderName::from_static("authentication");

/// Reads the headers for a route of this family.
pub(crate) fn read(headers: &HeaderMap, family: RouteFamily) -> Presented<'_> {
    let key_headers: &[(HeaderName, KeyHeader)] = match family {
        RouteFamily::Anthropic => &[
            (API_KEY, KeyHeader::ApiKey),
            (SUBSCRIPTION_KEY, KeyHeader::SubscriptionKey),
            (X_API_KEY, KeyHeader::XApiKey),
        ],
        RouteFamily::Management | RouteFamily::Graph => &[],
        _ => &[
            (API_KEY, KeyHeader::ApiKey),
            (SUBSCRIPTION_KEY, KeyHeader::SubscriptionKey),
        ],
    };
    for (name, header) in key_headers {
        match single(headers, name) {
            Ok(None) => {}
            Ok(Some("")) => return fault(CredentialFault::Missing),
            Ok(Some(value)) => return key(headers, *header, value),
            Err(problem) => return fault(problem),
        }
    }
    match single(headers, &AUTHORIZATION) {
        Ok(Some(value)) => bearer(value, family),
        Ok(None) if headers.contains_key(AUTHENTICATION) => {
            fault(CredentialFault::AuthenticationHeader)
        }
        Ok(None) => fault(CredentialFault::Missing),
        Err(problem) => fault(problem),
    }
}

fn key<'request>(
    headers: &'request HeaderMap,
    header: KeyHeader,
    value: &'request str,
) -> Presented<'request> {
    Presented {
        credential: Credential::Key(header, value),
        fault: looks_like_token(value).then_some(CredentialFault::TokenInKeyHeader),
        token_ignored: headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(strip_bearer)
            .is_some_and(looks_like_token),
    }
}

fn bearer(value: &str, family: RouteFamily) -> Presented<'_> {
    let Some(token) = strip_bearer(value) else {
        return fault(CredentialFault::NotBearer);
    };
    if token.is_empty() {
        return fault(CredentialFault::EmptyBearer);
    }
    let credential = if family.takes_key_as_bearer() && !looks_like_token(token) {
        Credential::Key(KeyHeader::Bearer, token)
    } else {
        Credential::Token(token)
    };
    Presented {
        credential,
        fault: None,
        token_ignored: false,
    }
}

/// `eyJ…` is how every JWT begins, and no key has two dots: such a value is never tried as a key.
fn looks_like_token(value: &str) -> bool {
    value.starts_with("eyJ") || value.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// What follows the scheme `Bearer` (RFC 6750, 2.1; schemes ignore case). `Bearer` alone gives "".
fn strip_bearer(value: &str) -> Option<&str> {
    const SCHEME: &str = "bearer";
    let (scheme, rest) = value.trim_ascii().split_at_checked(SCHEME.len())?;
    let separated = rest.is_empty() || rest.starts_with(' ');
    (separated && scheme.eq_ignore_ascii_case(SCHEME)).then(|| rest.trim_ascii_start())
}

fn single<'request>(
    headers: &'request HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'request str>, CredentialFault> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.any(|other| other != first) {
        return Err(CredentialFault::Duplicate);
    }
    // Not `HeaderValue::to_str`, which looks at every byte by itself: tokens are long.
    std::str::from_utf8(first.as_bytes())
        .map(|text| Some(text.trim_ascii()))
        .map_err(|_| CredentialFault::NotText)
}

fn fault(problem: CredentialFault) -> Presented<'static> {
    Presented {
        credential: Credential::None,
        fault: Some(problem),
        token_ignored: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        headers
    }

    fn check(
        family: RouteFamily,
        lines: &[(&str, &str)],
        expected: Credential<'_>,
        fault: Option<CredentialFault>,
    ) {
        let headers = headers(lines);
        let presented = read(&headers, family);
        assert!(presented.credential == expected, "{lines:?} on {family:?}");
        assert_eq!(presented.fault, fault, "{lines:?} on {family:?}");
    }

    #[test]
    fn the_inference_sdk_sends_its_key_twice() {
        let sent = &[("api-key", "KEY"), ("authorization", "Bearer KEY")];
        check(
            RouteFamily::Inference,
            sent,
            Credential::Key(KeyHeader::ApiKey, "KEY"),
            None,
        );
    }

    #[test]
    fn a_bearer_without_dots_is_a_key_on_v1_and_models_only() {
        let sent = &[("authorization", "Bearer sk-123")];
        check(
            RouteFamily::V1,
            sent,
            Credential::Key(KeyHeader::Bearer, "sk-123"),
            None,
        );
        check(
            RouteFamily::Inference,
            sent,
            Credential::Key(KeyHeader::Bearer, "sk-123"),
            None,
        );
        check(
            RouteFamily::Classic,
            sent,
            Credential::Token("sk-123"),
            None,
        );
        check(
            RouteFamily::Project,
            sent,
            Credential::Token("sk-123"),
            None,
        );
    }

    #[test]
    fn what_looks_like_a_token_is_never_a_key() {
        for token in ["eyJhbGciOiJub25lIn0", "a.b.c", ".."] {
            let value = format!("Bearer {token}");
            check(
                RouteFamily::V1,
                &[("authorization", &value)],
                Credential::Token(token),
                None,
            );
        }
    }

    #[test]
    fn a_token_in_a_key_header_stays_a_key_and_is_noticed() {
        check(
            RouteFamily::Classic,
            &[("api-key", "eyJ0.e30.c2ln")],
            Credential::Key(KeyHeader::ApiKey, "eyJ0.e30.c2ln"),
            Some(CredentialFault::TokenInKeyHeader),
        );
    }

    #[test]
    fn x_api_key_is_read_on_anthropic_routes_only() {
        let sent = &[("x-api-key", "KEY")];
        check(
            RouteFamily::Anthropic,
            sent,
            Credential::Key(KeyHeader::XApiKey, "KEY"),
            None,
        );
        check(
            RouteFamily::V1,
            sent,
            Credential::None,
            Some(CredentialFault::Missing),
        );
    }

    #[test]
    fn the_misspelt_header_is_told_apart_from_nothing() {
        check(
            RouteFamily::V1,
            &[("authentication", "Bearer eyJ")],
            Credential::None,
            Some(CredentialFault::AuthenticationHeader),
        );
        check(
            RouteFamily::V1,
            &[],
            Credential::None,
            Some(CredentialFault::Missing),
        );
        check(
            RouteFamily::V1,
            &[("authorization", "Bearer ")],
            Credential::None,
            Some(CredentialFault::EmptyBearer),
        );
        check(
            RouteFamily::V1,
            &[("authorization", "eyJ0.e30.c2ln")],
            Credential::None,
            Some(CredentialFault::NotBearer),
        );
    }

    #[test]
    fn no_key_is_read_by_the_management_plane() {
        for family in [RouteFamily::Management, RouteFamily::Graph] {
            let sent = &[("api-key", "KEY"), ("authorization", "Bearer a.b.c")];
            check(family, sent, Credential::Token("a.b.c"), None);
            let missing = Some(CredentialFault::Missing);
            check(family, &[("api-key", "KEY")], Credential::None, missing);
        }
    }

    #[test]
    fn two_different_values_are_no_credential() {
        let sent = &[
            ("authorization", "Bearer a.b.c"),
            ("authorization", "Bearer d.e.f"),
        ];
        check(
            RouteFamily::V1,
            sent,
            Credential::None,
            Some(CredentialFault::Duplicate),
        );
    }

    #[test]
    fn families_are_told_by_whole_segments() {
        assert_eq!(
            RouteFamily::of_path("/openai/v1/chat/completions"),
            RouteFamily::V1
        );
        assert_eq!(RouteFamily::of_path("/openai/v1x"), RouteFamily::Classic);
        assert_eq!(RouteFamily::of_path("/modelsx"), RouteFamily::Unknown);
        assert_eq!(
            RouteFamily::of_path("/api/projects/p/deployments"),
            RouteFamily::Project
        );
    }
}
