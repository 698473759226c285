//! Names that say what stands behind them is a secret, or somebody's words.

/// What a word says of the value that follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Nothing.
    Nothing,
    /// A header whose whole value is a secret.
    Header,
    /// A password or the like: whatever follows is one.
    Password,
    /// A key or a token: what follows is one unless it is code or prose.
    Key,
    /// Something that a person wrote, in quotes.
    Prompt,
    /// Something that a person wrote, with or without quotes.
    WholePrompt,
}

/// What a word says of the value that follows it.
pub(super) fn names(word: &str) -> Names {
    const HEADERS: [&str; 10] = [
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "api-key",
        "x-api-key",
        "ocp-apim-subscription-key",
        "x-identity-header",
        "identity_header",
        "x-functions-key",
    ];
    const PASSWORDS: [&str; 14] = [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "signature",
        "sig",
        "assertion",
        "code_verifier",
        "connectionstring",
        "connection_string",
        "accountkey",
        "sharedaccesskey",
        "sas_token",
    ];
    const PROMPTS: [&str; 5] = ["content", "input", "messages", "instructions", "arguments"];
    let lower = word.to_ascii_lowercase();
    let ends = |list: &[&str]| list.iter().any(|ending| lower.ends_with(ending));
    if HEADERS.contains(&lower.as_str()) {
        Names::Header
    } else if ends(&PASSWORDS) {
        Names::Password
    } else if PROMPTS.contains(&lower.as_str()) {
        Names::Prompt
    } else if lower.ends_with("prompt") {
        Names::WholePrompt
    } else if (ends(&["key", "token"]) && !lower.ends_with("max_token"))
        || ["credential", "cred"].contains(&lower.as_str())
    {
        Names::Key
    } else {
        Names::Nothing
    }
}

/// What an option of a command line says of the word behind it.
pub(super) fn option(word: &str) -> Names {
    match word {
        "-u" | "-p" | "--user" | "--proxy-user" => Names::Password,
        _ if !word.starts_with("--") => Names::Nothing,
        _ => match names(word) {
            Names::Password | Names::Key => Names::Password,
            _ => Names::Nothing,
        },
    }
}

/// Whether a member called `text` is a part of a message: its neighbour says so.
pub(super) fn is_message_part(before: &str) -> bool {
    const NEAR: usize = 40;
    let mut from = before.len().saturating_sub(NEAR);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let near: String = before[from..]
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | ','))
        .collect();
    [
        "type:text,text",
        "type:input_text,text",
        "type:output_text,text",
    ]
    .iter()
    .any(|end| near.ends_with(end))
}

/// Whether the `code` of a URL grants something: that of Entra's page about an error is a number.
pub(super) fn is_grant(before: &str, behind: &str) -> bool {
    let value = behind.trim_start_matches('=');
    let value = value.split(|c: char| !c.is_alphanumeric()).next();
    let number = value.is_none_or(|value| value.bytes().all(|b| b.is_ascii_digit()));
    !number && (before.ends_with("?code") || before.ends_with("&code"))
}
