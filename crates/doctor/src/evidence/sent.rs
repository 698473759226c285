//! The credential that a shown request carries: which header, and the form of its value.
//!
//! It is told before secrets are dropped, from requests that are shown as they went out: the `>` lines
//! of `curl -v`, the headers of an HTTP archive. The value itself is not kept.

use access::token::decode;

/// What a request carries to say who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// All headers are shown, and none is a credential.
    Nothing,
    /// `Authorization: Bearer` with nothing after it.
    EmptyBearer,
    /// A bearer token that can be read.
    Token,
    /// A bearer value that begins like a token and cannot be one: cut off, quoted, or twice `Bearer`.
    BrokenToken,
    /// A bearer value that is no token: an API key.
    BearerKey,
    /// A token in `Authorization` without `Bearer` before it.
    NoScheme,
    /// A token in a header for keys.
    TokenAsKey,
    /// A key in a header for keys.
    Key,
    /// A credential in a header that no route reads, such as `Authentication`.
    ForeignHeader,
}

impl Sent {
    /// In words, for reports.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Self::Nothing => "no credential",
            Self::EmptyBearer => "`Bearer` without a token",
            Self::Token => "a bearer token",
            Self::BrokenToken => "a bearer token that is damaged",
            Self::BearerKey => "a bearer value that is no token",
            Self::NoScheme => "a token without `Bearer`",
            Self::TokenAsKey => "a token in the header for keys",
            Self::Key => "a key in the header for keys",
            Self::ForeignHeader => "a credential in a header that is not read",
        }
    }
}

/// What headers that were sent carry. `whole`: whether all of them are shown; exported archives leave
/// credentials out, so that there absence says nothing.
pub(super) fn carried<'h>(
    headers: impl Iterator<Item = (&'h str, &'h str)>,
    whole: bool,
) -> Option<Sent> {
    let mut carried = whole.then_some(Sent::Nothing);
    for (name, value) in headers {
        let value = value.trim();
        let form = match name.trim().to_ascii_lowercase().as_str() {
            "authorization" => authorization(value),
            "api-key" | "x-api-key" | "ocp-apim-subscription-key" if looks_like_token(value) => {
                Sent::TokenAsKey
            }
            "api-key" | "x-api-key" | "ocp-apim-subscription-key" => Sent::Key,
            "authentication" | "api_key" | "apikey" | "x-auth-token" | "token" => {
                Sent::ForeignHeader
            }
            _ => continue,
        };
        // What was hidden by who showed it has no form.
        if value.contains(['<', '*', '…']) || value.contains("REDACTED") {
            return None;
        }
        match carried {
            None | Some(Sent::Nothing) => carried = Some(form),
            // Two credentials: which one decides is not told by their forms.
            Some(_) => return None,
        }
    }
    carried
}

/// What the request lines of a `curl -v` transcript carry, with the first of these lines.
pub(super) fn transcript(text: &str) -> Option<(Sent, u32)> {
    let lines = || {
        text.lines()
            .zip(1u32..)
            .filter_map(|(line, number)| Some((line.strip_prefix("> ")?, number)))
    };
    let (_, first) = lines().find(|(line, _)| line.contains(" HTTP/"))?;
    let block = lines().skip_while(|(_, number)| *number < first);
    let headers = block.filter_map(|(line, _)| {
        line.split_once(": ")
            .or(line.strip_suffix(':').map(|name| (name, "")))
    });
    let sent = carried(headers, true)?;
    Some((sent, first))
}

fn authorization(value: &str) -> Sent {
    let Some(bearer) = strip_scheme(value) else {
        return match looks_like_token(value) {
            true => Sent::NoScheme,
            false if value.eq_ignore_ascii_case("bearer") => Sent::EmptyBearer,
            false => Sent::BearerKey,
        };
    };
    match bearer.trim() {
        "" => Sent::EmptyBearer,
        again if strip_scheme(again).is_some() => Sent::BrokenToken,
        token if decode(token).is_ok() && is_signed(token) => Sent::Token,
        token
            if looks_like_token(token.trim_matches(['"', '\'']))
                || token.contains(['"', '\'', '{', ' ']) =>
        {
            Sent::BrokenToken
        }
        token if token.matches('.').count() == 2 => Sent::BrokenToken,
        _ => Sent::BearerKey,
    }
}

fn strip_scheme(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case("bearer ").then_some(rest)
}

/// Tokens begin with `{"`, in base64.
fn looks_like_token(value: &str) -> bool {
    value.starts_with("eyJ")
}

/// Whether the signature has the length of one: Entra signs with RSA keys of 2048 bits and more.
fn is_signed(token: &str) -> bool {
    const SHORTEST: usize = 342;
    token
        .rsplit('.')
        .next()
        .is_some_and(|signature| signature.len() >= SHORTEST)
}

#[cfg(test)]
mod tests;
