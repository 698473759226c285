//! Secrets, prompts and e-mail addresses are dropped before anything else reads a text.
//!
//! One pass over the words of a text; what looks like a secret is replaced by a mark of the same
//! kind. It is better to drop a harmless word than to keep a secret: identifiers that diagnosis
//! needs (GUIDs, host names, data actions, versions, names of deployments) have forms of their own.

/// What stands for something that was dropped.
pub(crate) const MARK: &str = "<redacted>";

/// The text without secrets, line by line: line numbers stay what they were.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut private_block = false;
    for line in text.split_inclusive('\n') {
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (line, ""),
        };
        if content.contains("-----BEGIN") {
            private_block = !content.contains("PUBLIC") || private_block;
        }
        if private_block {
            out.push_str(MARK);
            private_block = !content.contains("-----END");
        } else {
            redact_line(content, &mut out);
        }
        out.push_str(end);
    }
    out
}

fn redact_line(line: &str, out: &mut String) {
    let mut rest = line;
    let mut wary = Wary::No;
    while !rest.is_empty() {
        let word_end = rest.find(is_break).unwrap_or(rest.len());
        if word_end == 0 {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            let separator = &rest[..length];
            wary = wary.past(separator);
            if let (Wary::Value | Wary::Prompt, "\"" | "'") = (wary, separator)
                && let Some(end) = quoted(rest)
            {
                let inner = &rest[length..end];
                out.push_str(separator);
                out.push_str(if harmless(inner, wary) { inner } else { MARK });
                rest = &rest[end..];
                wary = Wary::No;
                continue;
            }
            out.push_str(separator);
            rest = &rest[length..];
            continue;
        }
        let word = &rest[..word_end];
        rest = &rest[word_end..];
        let secret = match wary {
            Wary::Value
                if word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic") =>
            {
                out.push_str(word);
                continue;
            }
            Wary::Value => !harmless(word, wary) || looks_secret(word),
            _ => looks_secret(word),
        };
        out.push_str(if secret { MARK } else { word });
        wary = Wary::after(word);
    }
}

/// Whether the next value is expected to be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wary {
    No,
    /// A word that names a secret was read.
    Name,
    /// And then `=` or `:`.
    Value,
    /// A word that names something a person wrote.
    PromptName,
    /// And then `:`.
    Prompt,
}

impl Wary {
    fn after(word: &str) -> Self {
        if names_secret(word) {
            Self::Name
        } else if ["content", "prompt", "input", "messages", "instructions"].contains(&word) {
            Self::PromptName
        } else {
            Self::No
        }
    }

    fn past(self, separator: &str) -> Self {
        match (self, separator) {
            (Self::Name, "=" | ":") => Self::Value,
            (Self::PromptName, ":") => Self::Prompt,
            // Between a name and its value stand quotes, brackets and blanks.
            (same, " " | "\t" | "\"" | "'" | "`" | "\\") => same,
            (same @ (Self::Value | Self::Prompt), "=" | ":") => same,
            _ => Self::No,
        }
    }
}

fn names_secret(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let name = lower.trim_end_matches(['_', '-']);
    [
        "key",
        "secret",
        "password",
        "passwd",
        "pwd",
        "token",
        "sig",
        "signature",
        "authorization",
        "cookie",
        "apikey",
        "accountkey",
        "sharedaccesskey",
        "connectionstring",
        "credential",
        "assertion",
        "code_verifier",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
        && !name.ends_with("max_token")
        && !["monkey", "keytoken"].contains(&name)
}

/// Where the quoted text that begins here ends: the place of its closing quote.
fn quoted(rest: &str) -> Option<usize> {
    let quote = rest.as_bytes().first().copied()?;
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if byte == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Values that follow a secret's name and are none: nothing, placeholders, names of variables.
fn harmless(value: &str, wary: Wary) -> bool {
    let value = value.trim();
    if wary == Wary::Prompt {
        return value.is_empty();
    }
    let lower = value.to_ascii_lowercase();
    let placeholder = value.is_empty()
        || value.chars().all(|c| "*.x_-<>{}$%#".contains(c))
        || value.starts_with(['<', '{', '$', '%', '(', '['])
        || [
            "true",
            "false",
            "none",
            "null",
            "undefined",
            "unset",
            "missing",
            "set",
            "is",
            "not",
            "dummy",
            "empty",
        ]
        .contains(&lower.as_str())
        || [
            "your",
            "my-",
            "my_",
            "placeholder",
            "redacted",
            "process.env",
            "os.environ",
            "os.getenv",
            "env.",
            "https://",
            "http://",
            "api://",
        ]
        .iter()
        .any(|start| lower.starts_with(start));
    // A name in code: words of letters only, joined by dots and underscores.
    let parts = value.split(['_', '.', '-']);
    let name = value.len() <= 40
        && parts.clone().count() >= 2
        && parts
            .clone()
            .all(|part| part.chars().all(|c| c.is_ascii_alphabetic()));
    let call = value.contains("()") || lower.ends_with("provider") || lower.ends_with("credential");
    // A status word in prose: `api-key: header is absent`.
    let prose = value.len() <= 12 && value.chars().all(|c| c.is_ascii_lowercase());
    placeholder || name || call || prose
}

/// What looks like a secret on its own.
fn looks_secret(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    if word.len() >= 20
        && (lower.starts_with("eyj") || lower.starts_with("sk-") || lower.starts_with("ghp_"))
    {
        return true;
    }
    if let Some((user, host)) = word.trim_end_matches(['.', '!']).split_once('@') {
        let top = host
            .rsplit_once('.')
            .map(|(_, top)| top)
            .unwrap_or_default();
        let named = top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
        return !user.is_empty() && !host.contains('/') && named;
    }
    if word.contains('~') && word.len() >= 30 {
        return true;
    }
    word.split([
        '-', '_', '.', '/', ':', '=', '+', '@', '%', '&', '?', ',', '*',
    ])
    .any(random)
}

/// A run of letters and digits that no person would choose.
fn random(run: &str) -> bool {
    let run = run.as_bytes();
    if run.len() < 20 || !run.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = run.len() - digits;
    let both_cases =
        run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase);
    // Names in camel case change their case at words, random text changes it at every second letter.
    let changes = run
        .windows(2)
        .filter(|pair| pair[0].is_ascii_alphabetic() && pair[1].is_ascii_alphabetic())
        .filter(|pair| pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase())
        .count();
    (digits >= 3 && letters >= 3) || (both_cases && changes * 3 >= run.len())
}

fn is_break(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\''
                | '`'
                | ':'
                | '='
                | ','
                | ';'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '|'
                | '\\'
                | '&'
                | '?'
                | '#'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text), expected);
    }

    #[test]
    fn secrets_are_dropped_wherever_they_stand() {
        check("api_key=\"abc def\"", "api_key=\"<redacted>\"");
        check(
            "AZURE_CLIENT_SECRET=aB1~xyzxyzxyz",
            "AZURE_CLIENT_SECRET=<redacted>",
        );
        check(
            "Authorization: Bearer abcdef123456",
            "Authorization: Bearer <redacted>",
        );
        check("{'password': 'it\\'s'}", "{'password': '<redacted>'}");
        check("0123456789abcdef0123456789abcdef", "<redacted>");
        check("call ada.l@contoso.com, please", "call <redacted>, please");
        check("sig=abc%2Fdef&se=1", "sig=<redacted>&se=1");
        check(
            "{\"role\":\"user\",\"content\":\"my prompt\"}",
            "{\"role\":\"user\",\"content\":\"<redacted>\"}",
        );
        check(
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nok",
            "<redacted>\n<redacted>\n<redacted>\nok",
        );
    }

    #[test]
    fn what_a_diagnosis_needs_stays() {
        for text in [
            "The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action`",
            "https://my-account.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
            "azure_ad_token_provider=token_provider",
            "api_key=os.environ[",
            "AZURE_OPENAI_API_KEY=",
            "api-key: <key>",
            "token: missing",
            "AZURE_TOKEN_CREDENTIALS=prod",
            "requests carry no api-key header",
            "RemoteCertificateNameMismatch",
            "VisualStudioCodeCredentialUnavailableException",
            "@azure/identity@4.13.1 and azure-identity@1.27.0",
        ] {
            check(text, text);
        }
    }
}
