//! Secrets, prompts and e-mail addresses are dropped before anything else reads a text.
//!
//! One pass over the words of each line. A value is dropped because of the name before it
//! (`password=`, `api-key:`, `"content":`) or because of its own form (a token, a long random run, an
//! address). It is better to drop a harmless word than to keep a secret; identifiers that a diagnosis
//! needs (GUIDs, host names, data actions, versions, names of deployments) have forms of their own.

mod form;
mod names;
mod url;

use std::borrow::Cow;

use form::{looks_random, looks_secret};
use names::{Names, names};

/// What stands for something that was dropped.
pub(crate) const MARK: &str = "<redacted>";

/// Passes over one line until nothing changes any more. Most lines need one, and one more that finds nothing.
const PASSES: usize = 8;

/// The text without secrets, line by line: line numbers stay what they were. What it returns, it would leave
/// alone.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut private_block = false;
    for line in text.split_inclusive('\n') {
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (line, ""),
        };
        private_block |= begins_private_block(content);
        if private_block {
            out.push_str(MARK);
            private_block = !content.contains("-----END");
        } else {
            out.push_str(&settled(content));
        }
        out.push_str(end);
    }
    out
}

fn begins_private_block(line: &str) -> bool {
    line.contains("-----BEGIN") && !line.contains("PUBLIC")
}

/// A line without secrets. What is taken out may change how the rest reads, a quote that closes nothing for
/// one, so it is looked at again; a line that does not settle is dropped.
fn settled(line: &str) -> Cow<'_, str> {
    let mut line = Cow::Borrowed(line);
    for _ in 0..PASSES {
        let mut out = String::with_capacity(line.len());
        Line {
            rest: &url::without_credentials(&line),
            out: &mut out,
        }
        .redact();
        if out == line && !begins_private_block(&out) {
            return line;
        }
        line = Cow::Owned(out);
    }
    Cow::Borrowed(MARK)
}

/// One line on its way out.
struct Line<'t, 'o> {
    rest: &'t str,
    out: &'o mut String,
}

impl<'t> Line<'t, '_> {
    fn redact(mut self) {
        while let Some(word) = self.word() {
            self.out
                .push_str(if looks_secret(word) { MARK } else { word });
            if names::option(word) != Names::Nothing && self.rest.starts_with(' ') {
                self.argument();
                continue;
            }
            let names = match word {
                "text" if names::is_message_part(self.out) => Names::Prompt,
                "code" if names::is_grant(self.out, self.rest) => Names::Key,
                word => names(word),
            };
            if names == Names::Nothing {
                continue;
            }
            if let Some(assigned) = self.separator() {
                self.value(names, assigned);
            }
        }
    }

    /// The value of an option, which a blank divides from it.
    fn argument(&mut self) {
        let value = self.rest.trim_start_matches(' ');
        self.out
            .push_str(&self.rest[..self.rest.len() - value.len()]);
        self.rest = value;
        // Another option, or nothing: this one has no value.
        if !value.starts_with('-') {
            self.value(Names::Password, true);
        }
    }

    /// The next word; what stands before it goes out as it is.
    fn word(&mut self) -> Option<&'t str> {
        let start = self.rest.find(|c| !is_break(c));
        let (before, from) = self.rest.split_at(start.unwrap_or(self.rest.len()));
        self.out.push_str(before);
        let end = from.find(is_break).unwrap_or(from.len());
        self.rest = &from[end..];
        (!from.is_empty()).then(|| &from[..end])
    }

    /// Passes a `=` or `:` between a name and its value; whether it was `=`.
    fn separator(&mut self) -> Option<bool> {
        let quiet = |c: char| matches!(c, ' ' | '\t' | '"' | '\'' | '`' | '\\' | ']');
        let after_name = self.rest.trim_start_matches(quiet);
        let sign = after_name
            .chars()
            .next()
            .filter(|c| matches!(c, '=' | ':'))?;
        let after_sign = after_name.trim_start_matches(['=', ':']);
        let value = after_sign.trim_start_matches([' ', '\t', '[', '(', '\\']);
        let passed = self.rest.len() - value.len();
        self.out.push_str(&self.rest[..passed]);
        self.rest = value;
        Some(sign == '=')
    }

    fn value(&mut self, names: Names, assigned: bool) {
        if let Some((length, closed)) = quoted(self.rest) {
            let quote = &self.rest[..1];
            let inner = &self.rest[1..length - usize::from(closed)];
            self.out.push_str(quote);
            let keep = match names {
                Names::Header => self_describing(inner) || scheme_only(inner),
                _ => self_describing(inner),
            };
            self.out.push_str(if keep || inner.trim().is_empty() {
                inner
            } else {
                MARK
            });
            if closed {
                self.out.push_str(quote);
            }
            self.rest = &self.rest[length..];
            if matches!(names, Names::Prompt | Names::WholePrompt) {
                self.list_of_prompts();
            }
            return;
        }
        match names {
            Names::Header => self.header(),
            Names::Prompt | Names::Nothing => {}
            Names::WholePrompt => self.words(),
            Names::Password | Names::Key => {
                let end = self
                    .rest
                    .find(|c: char| {
                        c.is_whitespace() || matches!(c, ',' | ';' | '&' | '"' | '\'' | ')' | '}')
                    })
                    .unwrap_or(self.rest.len());
                let value = &self.rest[..end];
                let keep = value.is_empty()
                    || self_describing(value)
                    || is_state(value)
                    || (names == Names::Key
                        && (is_code(value) || (!assigned && !looks_like_a_key(value))));
                self.out.push_str(if keep { value } else { MARK });
                self.rest = &self.rest[end..];
            }
        }
    }

    /// The rest of a line, as far as somebody may have written it.
    fn words(&mut self) {
        let value = self.rest.trim();
        let structured =
            value.is_empty() || value.starts_with(['{', '[', '|', '>', '<', '$']) || is_code(value);
        if !structured && !is_state(value.split_whitespace().next().unwrap_or_default()) {
            self.out.push_str(MARK);
            self.rest = "";
        }
    }

    /// The rest of a header's line, up to the quote that may close it. The scheme may stay, and prose
    /// about the header.
    fn header(&mut self) {
        let end = self.rest.find(['"', '\'']).unwrap_or(self.rest.len());
        let value = &self.rest[..end];
        let mut words = value.split_whitespace();
        let scheme = words.clone().next().filter(|word| is_scheme(word));
        let prose = words.clone().count() > 1
            && value
                .split_whitespace()
                .all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        if let Some(scheme) = scheme {
            words.next();
            self.out.push_str(scheme);
            let rest = words.next();
            if let Some(first) = rest {
                self.out.push(' ');
                self.out
                    .push_str(if self_describing(first) { first } else { MARK });
            }
        } else if value.trim().is_empty()
            || prose
            || self_describing(value.trim())
            || is_state(value.trim())
        {
            self.out.push_str(value);
        } else {
            self.out.push_str(MARK);
        }
        self.rest = &self.rest[end..];
    }

    /// Further texts of a list: `"input": ["one", "two"]`.
    fn list_of_prompts(&mut self) {
        while let Some(next) = self.rest.trim_start().strip_prefix(',') {
            let text = next.trim_start();
            let Some((length, closed)) = quoted(text) else {
                return;
            };
            // The next member of an object is a name, which a colon follows.
            if text[length..].trim_start().starts_with(':') {
                return;
            }
            self.out.push_str(",\"");
            self.out.push_str(MARK);
            self.out.push_str(if closed { "\"" } else { "" });
            self.rest = &text[length..];
        }
    }
}

/// The length of the quoted text that begins here, its quotes included, and whether it is closed.
fn quoted(rest: &str) -> Option<(usize, bool)> {
    let quote = rest.bytes().next().filter(|b| matches!(b, b'"' | b'\''))?;
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if byte == quote => return Some((at + 1, true)),
            _ => {}
        }
    }
    Some((rest.len(), false))
}

/// Values that say themselves that they are none: placeholders and names of variables.
fn self_describing(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    value.chars().all(|c| "*.x_-<>{}$%#".contains(c))
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with("{") && value.ends_with('}') && !looks_random(value))
        || (value.starts_with(['$', '%']) && !looks_random(value))
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
        ]
        .iter()
        .any(|start| lower.starts_with(start) && !looks_random(value))
        || (["https://", "http://", "api://"]
            .iter()
            .any(|start| lower.starts_with(start))
            && !value.contains(['?', '@']))
}

/// States that are told where a value could stand.
fn is_state(value: &str) -> bool {
    const STATES: [&str; 26] = [
        "true",
        "false",
        "none",
        "null",
        "undefined",
        "unset",
        "missing",
        "empty",
        "blank",
        "expired",
        "invalid",
        "wrong",
        "required",
        "disabled",
        "enabled",
        "is",
        "are",
        "was",
        "not",
        "no",
        "the",
        "a",
        "header",
        "set",
        "has",
        "rejected",
    ];
    STATES.contains(
        &value
            .trim_end_matches(['.', ','])
            .to_ascii_lowercase()
            .as_str(),
    )
}

/// A name in a program: words joined by dots and underscores, or a call.
fn is_code(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['_', '.', '-']).collect();
    let words = parts
        .iter()
        .all(|part| part.chars().all(|c| c.is_ascii_alphabetic()));
    (value.len() <= 40 && parts.len() >= 2 && words)
        || value.contains('(')
        || value.ends_with("rovider")
        || value.ends_with("redential")
        || value.ends_with("[")
}

/// What is no prose: it holds digits or signs, or is too long for a word.
fn looks_like_a_key(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 1 && value.len() >= 6) || value.len() >= 20 || value.contains(['+', '~', '/', '='])
}

fn scheme_only(value: &str) -> bool {
    let mut words = value.split_whitespace();
    let scheme = words.next().is_some_and(is_scheme);
    scheme && words.next().is_none_or(self_describing)
}

fn is_scheme(word: &str) -> bool {
    ["bearer", "basic", "negotiate", "sharedkey"].contains(&word.to_ascii_lowercase().as_str())
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
mod tests;
