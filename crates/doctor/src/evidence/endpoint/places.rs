//! Where URLs stand in a line.

use std::ops::Range;

/// The longest URL that is read.
const LIMIT: usize = 600;

/// Where the URLs of one line stand.
pub(crate) fn places(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let lower = line.to_ascii_lowercase();
    let mut from = 0;
    while let Some((at, length)) = next_host(&lower, from) {
        let (start, end) = extent(line, at, at + length);
        from = end.max(at + length);
        // A data action has the path of the API in it, and is no URL.
        let action = lower[start..].starts_with("microsoft.cognitiveservices/");
        if end - start <= LIMIT && !action {
            found.push(start..end);
        }
        if found.len() >= 20 {
            break;
        }
    }
    found
}

/// Parts of hosts that give a URL away.
const HOSTS: [&str; 29] = [
    "azure.com",
    "azure.us",
    "azure.cn",
    "azure-api.net",
    "azureml.ms",
    "api.openai.com",
    "api.cognitive.microsoft.com",
    "speech.microsoft.com",
    "api.anthropic.com",
    "models.github.ai",
    "microsoftonline.",
    "windows-ppe.net",
    "login.windows.net",
    "sts.windows.net",
    "chinacloudapi.cn",
    "graph.microsoft.com",
    "core.windows.net",
    "search.windows.net",
    "database.windows.net",
    "169.254.169.254",
    "localhost",
    "127.0.0.1",
    "platform.openai.com",
    "usgovcloudapi.net",
    "azure.net",
    "openai.azure",
    "ai.azure",
    "/openai/deployments/",
    "/openai/v1",
];

fn next_host(lower: &str, from: usize) -> Option<(usize, usize)> {
    let places = HOSTS.iter().filter_map(|host| {
        let at = lower.get(from..)?.find(host)?;
        Some((from + at, host.len()))
    });
    places.min_by_key(|(at, length)| (*at, usize::MAX - length))
}

/// The URL around a place: it ends at blanks and quotes, but `<placeholders>` belong to it.
fn extent(line: &str, start: usize, end: usize) -> (usize, usize) {
    let outside = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '|' | '[' | ']'
            )
    };
    let before = &line[..start];
    let left = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| !outside(*c) && *c != '=')
        .last()
        .map_or(start, |(at, _)| at);
    let mut right = end;
    for (at, c) in line[end..].char_indices() {
        if outside(c) {
            break;
        }
        right = end + at + c.len_utf8();
    }
    let trimmed = line[left..right].trim_end_matches(['.', ':', '}', '>', '!', '\\']);
    // A closing `>` or `}` belongs to the URL if it closes a placeholder.
    let trimmed_end = left + trimmed.len();
    let tail = &line[trimmed_end..right];
    let opens = trimmed.matches(['<', '{']).count() > trimmed.matches(['>', '}']).count();
    let right = if opens && tail.starts_with(['>', '}']) {
        trimmed_end + 1
    } else {
        trimmed_end
    };
    (left, right.max(end))
}
