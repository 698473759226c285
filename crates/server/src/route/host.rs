//! Host names: which account one means, and which are answered at all.

use super::table::{Guard, PublicRoute};

/// Suffixes under which an account's name is the first label: the real service's and local ones.
const ACCOUNT_SUFFIXES: &[&str] = &[
    ".openai.localhost",
    ".services.ai.localhost",
    ".cognitiveservices.localhost",
    ".openai.azure.com",
    ".services.ai.azure.com",
    ".cognitiveservices.azure.com",
];

/// What a Host header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostName<'host> {
    /// Names this server without naming an account.
    Server,
    /// Names this server as Microsoft Graph, whose paths then need no prefix.
    Graph,
    /// Names an account.
    Account(&'host str),
    /// A regional endpoint, `{region}.api.cognitive.microsoft.com`, which takes no tokens.
    Regional,
    /// Entra's authority, in transparent mode.
    Authority,
    /// Azure Resource Manager by its own name, in transparent mode.
    Management,
    /// The metadata service of virtual machines, in transparent mode.
    Metadata,
    /// Anything else: refused, so that a page in a browser cannot rebind its name to us.
    Foreign,
}

impl HostName<'_> {
    /// Whether one of Azure's own names answers a route that belongs to no account.
    pub(crate) fn serves(self, guard: Guard) -> bool {
        matches!(
            (self, guard),
            (Self::Authority, Guard::Public(PublicRoute::TokenService, _))
                | (
                    Self::Metadata,
                    Guard::Public(PublicRoute::ManagedIdentity, _)
                )
        )
    }
}

/// Reads a Host header (or `:authority`); `allowed` are further names of this server.
pub(crate) fn read<'host>(host: &'host str, allowed: &[String]) -> HostName<'host> {
    let name = without_port(host);
    if name.eq_ignore_ascii_case("graph.localhost") {
        return HostName::Graph;
    }
    if [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "login.localhost",
        "management.localhost",
    ]
    .iter()
    .any(|own| name.eq_ignore_ascii_case(own))
        || allowed.iter().any(|own| name.eq_ignore_ascii_case(own))
    {
        return HostName::Server;
    }
    for suffix in ACCOUNT_SUFFIXES {
        if let Some(account) = strip_suffix_ignore_case(name, suffix)
            && is_label(account)
        {
            return HostName::Account(account);
        }
    }
    for suffix in [".api.cognitive.microsoft.com", ".api.cognitive.localhost"] {
        if strip_suffix_ignore_case(name, suffix).is_some_and(|region| !region.is_empty()) {
            return HostName::Regional;
        }
    }
    HostName::Foreign
}

/// Whether it is one label of a name, as accounts are called: HTTP alone would let a `/` pass.
fn is_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(fits)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') =>
        {
            name
        }
        _ => host,
    }
}

fn strip_suffix_ignore_case<'text>(text: &'text str, suffix: &str) -> Option<&'text str> {
    let cut = text.len().checked_sub(suffix.len())?;
    let (head, tail) = text.split_at_checked(cut)?;
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read() {
        let check =
            |host, expected| assert_eq!(read(host, &["gw.example".to_owned()]), expected, "{host}");
        check("localhost:8443", HostName::Server);
        check("127.0.0.1", HostName::Server);
        check("[::1]:8080", HostName::Server);
        check("gw.example:443", HostName::Server);
        check("Management.localhost:8443", HostName::Server);
        check("Graph.localhost:8443", HostName::Graph);
        check("contoso.openai.azure.com", HostName::Account("contoso"));
        check(
            "Contoso.Services.AI.localhost:8443",
            HostName::Account("Contoso"),
        );
        check("a.b.openai.azure.com", HostName::Foreign);
        check(".openai.azure.com", HostName::Foreign);
        check("co/ntoso.openai.azure.com", HostName::Foreign);
        check("eastus.api.cognitive.microsoft.com", HostName::Regional);
        check("evil.example", HostName::Foreign);
        check("localhost.evil.example", HostName::Foreign);
        check("", HostName::Foreign);
    }
}
