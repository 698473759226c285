//! What clients send.

use serde_json::json;

/// Bytes of a request's body.
const BODY: usize = 1024;

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// A chat completion; the deployment is in the path.
    Chat,
    /// The same, to a deployment whose model server has several models: the body is read and its
    /// model rewritten.
    Rewritten,
    /// The same, answered as a stream of events.
    Stream,
    /// `/openai/v1`: the deployment is in the body.
    V1,
    /// A chat completion with the account's key instead of a token.
    Key,
}

/// The account's key in Entrada's configuration.
pub(crate) const KEY: &str = "ladder-key-0123456789abcdef0123456789abcdef";

/// A request but for its credential: the head's beginning, and its end with the body.
pub(crate) struct Parts {
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Traffic {
    /// The request for this host.
    pub(crate) fn parts(self, host: &str) -> Parts {
        let path = match self {
            Self::V1 => "/openai/v1/chat/completions",
            Self::Rewritten => {
                "/openai/deployments/rewritten/chat/completions?api-version=2024-10-21"
            }
            Self::Chat | Self::Stream | Self::Key => {
                "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
            }
        };
        let body = self.body();
        let name = if self == Self::Key {
            "api-key: "
        } else {
            "authorization: Bearer "
        };
        Parts {
            before: format!(
                "POST {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
                 content-type: application/json\r\nuser-agent: ladder/1\r\n\
                 content-length: {}\r\n{name}",
                body.len()
            ),
            after: format!("\r\n\r\n{body}"),
        }
    }

    fn body(self) -> String {
        let with = |text: &str| {
            let mut body = json!({
                "model": "gpt-4o",
                "messages": [{"role": "user", "content": text}],
                "max_tokens": 160,
            });
            if self == Self::Stream {
                body["stream"] = true.into();
            }
            body.to_string()
        };
        let rest = BODY - with("").len();
        with(&"please ".repeat(BODY)[..rest])
    }
}

impl Parts {
    /// The whole request with this credential.
    pub(crate) fn with(&self, credential: &str) -> Vec<u8> {
        [
            self.before.as_bytes(),
            credential.as_bytes(),
            self.after.as_bytes(),
        ]
        .concat()
    }

    /// The request without any credential.
    pub(crate) fn without_credential(&self) -> Vec<u8> {
        let line = self.before.rfind("\r\n").unwrap_or_default();
        [&self.before.as_bytes()[..line], self.after.as_bytes()].concat()
    }
}
