//! Whom each client trusts: which variables with certificate authorities it reads, and which not.
//!
//! By what is commonly known of httpx and requests (openai and anthropic call with the one, azure-identity fetches
//! tokens with the other), Node, OpenSSL for .NET on Linux, Go's `crypto/x509`, Java's JSSE and curl: inferred, not
//! measured (ARCHITECTURE.md).

use super::examination::Examination;
use super::sdk::Sdk;
use super::step::Note;
use crate::evidence::client::{Language, Protocol};

/// The variables that name certificate authorities.
const AUTHORITIES: [&str; 4] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

/// What a client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trust {
    /// For its calls.
    calls: &'static [&'static str],
    /// For fetching tokens.
    tokens: &'static [&'static str],
    /// What it trusts besides.
    otherwise: &'static str,
}

const HTTPX: &[&str] = &["SSL_CERT_FILE"];
const REQUESTS: &[&str] = &["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

fn trust(sdk: &Sdk) -> Trust {
    let alike = |variables, otherwise| Trust {
        calls: variables,
        tokens: variables,
        otherwise,
    };
    match sdk.language {
        Language::Python => {
            let requests = [Protocol::Inference, Protocol::Project];
            let by_requests = sdk.protocols.iter().all(|one| requests.contains(one));
            Trust {
                calls: if by_requests { REQUESTS } else { HTTPX },
                tokens: REQUESTS,
                otherwise: "certifi's list",
            }
        }
        Language::JavaScript => alike(&["NODE_EXTRA_CA_CERTS"], "Node's own list"),
        Language::DotNet => alike(HTTPX, "the system's store; off Linux, nothing else"),
        Language::Go => alike(HTTPX, "the system's store; off Linux, nothing else"),
        Language::Java => alike(
            &[],
            "the Java runtime's cacerts, or javax.net.ssl.trustStore",
        ),
        Language::Rust | Language::Shell => {
            alike(&["CURL_CA_BUNDLE", "SSL_CERT_FILE"], "the system's store")
        }
    }
}

impl Examination {
    /// What the client of `--sdk` makes of the authorities that the environment names.
    pub(super) fn authorities(&self) -> Vec<Note> {
        let Some(sdk) = self.target().sdk else {
            return Vec::new();
        };
        let is_set = |name: &&str| self.plain(name).is_some();
        let set: Vec<&str> = AUTHORITIES.into_iter().filter(is_set).collect();
        if set.is_empty() {
            return Vec::new();
        }
        let trust = trust(sdk);
        let read = |names: &[&str]| names.iter().any(|name| set.contains(name));
        let reads = |name: &str| trust.calls.contains(&name) || trust.tokens.contains(&name);
        let mut notes: Vec<Note> = set
            .iter()
            .filter(|name| !reads(name))
            .map(|name| Note::notable(format!("{name} is set, and {} does not read it", sdk.title)))
            .collect();
        let told = |names: &[&str]| names.join(" or ");
        if trust.calls.is_empty() || !(read(trust.calls) || read(trust.tokens)) {
            let besides = match trust.calls {
                [] => String::new(),
                names => format!(" and {}", told(names)),
            };
            notes.push(Note::notable(format!(
                "{} trusts {}{besides}",
                sdk.title, trust.otherwise
            )));
        } else if read(trust.calls) != read(trust.tokens) {
            let (with, missing) = match read(trust.calls) {
                true => (
                    "its calls trust",
                    format!("tokens are fetched with {}", told(trust.tokens)),
                ),
                false => (
                    "its credential trusts",
                    format!("its calls are made with {}", told(trust.calls)),
                ),
            };
            notes.push(Note::notable(format!(
                "of {} only {with} what is set: {missing}",
                sdk.title
            )));
        }
        notes
    }

    /// A certificate's file that the library of `--sdk` does not read.
    pub(super) fn certificate_form(&self) -> Option<Note> {
        let path = self
            .plain("AZURE_CLIENT_CERTIFICATE_PATH")?
            .to_ascii_lowercase();
        let is = |ending: &str| path.ends_with(ending);
        let words = match self.target().sdk?.language {
            Language::JavaScript if is(".pfx") || is(".p12") => {
                "AZURE_CLIENT_CERTIFICATE_PATH names a PKCS#12 file, and @azure/identity reads PEM only"
            }
            Language::DotNet if !is(".pfx") && !is(".pem") => {
                "AZURE_CLIENT_CERTIFICATE_PATH ends neither in .pfx nor in .pem, and Azure.Identity reads no other"
            }
            _ => return None,
        };
        Some(Note::notable(words.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_reads_variables_of_its_own() {
        for (id, calls, tokens) in [
            ("python-openai", HTTPX, REQUESTS),
            ("python-anthropic", HTTPX, REQUESTS),
            ("azure-ai-inference", REQUESTS, REQUESTS),
            ("azure-ai-projects", REQUESTS, REQUESTS),
            (
                "js-openai",
                &["NODE_EXTRA_CA_CERTS"],
                &["NODE_EXTRA_CA_CERTS"],
            ),
            ("dotnet-openai", HTTPX, HTTPX),
            ("go-openai", HTTPX, HTTPX),
            ("java-openai", &[], &[]),
        ] {
            let found = trust(Sdk::find(id).unwrap());
            assert_eq!((found.calls, found.tokens), (calls, tokens), "{id}");
        }
    }
}
