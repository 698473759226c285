//! `$filter`: the part of OData's language that ARM and Graph clients use.
//!
//! A filter is a list of terms that must all hold:
//!
//! ```
//! use wire::odata::{Filter, Term};
//!
//! let filter = Filter::parse("atScope() and assignedTo('6c2f')").unwrap();
//! assert_eq!(filter.call("assignedto"), Some("6c2f"));
//! let filter = Filter::parse("servicePrincipalNames/any(c:c eq 'http://it''s')").unwrap();
//! assert_eq!(filter.0, [Term::Equal { name: "servicePrincipalNames".into(), value: "http://it's".into() }]);
//! ```
//!
//! What is not understood is an error: a filter that is overlooked shows too much.

/// Terms that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(pub Vec<Term>);

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// `name eq 'value'`, and for lists `name/any(x:x eq 'value')`.
    Equal {
        /// The property, as spelled.
        name: String,
        /// What it must be.
        value: String,
    },
    /// `startswith(name,'value')`.
    StartsWith {
        /// The property, as spelled.
        name: String,
        /// What it must begin with.
        value: String,
    },
    /// `name()` or `name('value')`.
    Call {
        /// The function, as spelled.
        name: String,
        /// Its argument; empty if there is none.
        value: String,
    },
}

/// The filter is not one that is understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the filter `{0}` is not supported")]
pub struct FilterError(String);

/// The longest filter that is read, in bytes.
const MAX_LENGTH: usize = 4096;

impl Filter {
    /// Reads a decoded filter. The empty text is the filter that lets everything pass.
    ///
    /// # Errors
    /// The filter is not understood.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let fault = || FilterError(text.chars().take(200).collect());
        if text.len() > MAX_LENGTH {
            return Err(fault());
        }
        let mut terms = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (term, more) = term(rest).ok_or_else(fault)?;
            terms.push(term);
            rest = more.trim_start();
            if !rest.is_empty() {
                rest = after_word(rest, "and").ok_or_else(fault)?;
                if rest.is_empty() {
                    return Err(fault());
                }
            }
        }
        Ok(Self(terms))
    }

    /// The argument of a function, if the filter has it; names are compared ignoring case.
    pub fn call(&self, function: &str) -> Option<&str> {
        self.0.iter().find_map(|term| match term {
            Term::Call { name, value } if name.eq_ignore_ascii_case(function) => Some(&**value),
            _ => None,
        })
    }
}

fn term(text: &str) -> Option<(Term, &str)> {
    let (name, rest) = name(text)?;
    if let Some(rest) = rest.strip_prefix('(') {
        return call(name, rest.trim_start());
    }
    let rest = after_word(rest.trim_start(), "eq")?;
    let (value, rest) = literal(rest)?;
    let name = name.to_owned();
    Some((Term::Equal { name, value }, rest))
}

fn call<'text>(name: &str, rest: &'text str) -> Option<(Term, &'text str)> {
    if let Some(list) = name.strip_suffix("/any") {
        // `c:c eq 'value')`
        let (variable, rest) = rest.split_once(':')?;
        let rest = after_word(rest.trim_start(), variable.trim())?;
        let (value, rest) = literal(after_word(rest, "eq")?)?;
        let name = list.to_owned();
        return Some((Term::Equal { name, value }, closed(rest)?));
    }
    if name.eq_ignore_ascii_case("startswith") {
        let (property, rest) = rest.split_once(',')?;
        let (value, rest) = literal(rest.trim_start())?;
        let name = property.trim().to_owned();
        return Some((Term::StartsWith { name, value }, closed(rest)?));
    }
    let (value, rest) = match literal(rest) {
        Some(found) => found,
        None => (String::new(), rest),
    };
    let name = name.to_owned();
    Some((Term::Call { name, value }, closed(rest)?))
}

fn name(text: &str) -> Option<(&str, &str)> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || "_./".contains(c);
    let end = text.find(|c| !in_name(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// `'text'` with doubled quotes, or a bare word (`true`, a number, a GUID).
fn literal(text: &str) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('\'') else {
        let in_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = text.find(|c| !in_word(c)).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    loop {
        let (before, after) = rest.split_once('\'')?;
        value += before;
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

fn closed(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix(')')
}

/// What follows a word that stands alone.
fn after_word<'text>(text: &'text str, word: &str) -> Option<&'text str> {
    let (found, rest) = text.split_at_checked(word.len())?;
    let alone = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (alone && found.eq_ignore_ascii_case(word)).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(name: &str, value: &str) -> Term {
        let (name, value) = (name.to_owned(), value.to_owned());
        Term::Equal { name, value }
    }

    fn function(name: &str, value: &str) -> Term {
        let (name, value) = (name.to_owned(), value.to_owned());
        Term::Call { name, value }
    }

    #[test]
    fn filters_that_clients_send_are_read() {
        for (text, expected) in [
            ("", vec![]),
            ("atScope()", vec![function("atScope", "")]),
            (
                "atScope() and assignedTo('6c2f')",
                vec![function("atScope", ""), function("assignedTo", "6c2f")],
            ),
            ("principalId eq '6c2f'", vec![equal("principalId", "6c2f")]),
            ("roleName eq 'it''s'", vec![equal("roleName", "it's")]),
            (
                "type eq 'CustomRole' AND atScopeAndBelow()",
                vec![equal("type", "CustomRole"), function("atScopeAndBelow", "")],
            ),
            (
                "servicePrincipalNames/any(c:c eq 'x')",
                vec![equal("servicePrincipalNames", "x")],
            ),
            (
                "startswith(displayName,'And ')",
                vec![Term::StartsWith {
                    name: "displayName".to_owned(),
                    value: "And ".to_owned(),
                }],
            ),
            (
                "accountEnabled eq true",
                vec![equal("accountEnabled", "true")],
            ),
        ] {
            assert_eq!(Filter::parse(text).unwrap().0, expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in [
            "atScope() or assignedTo('x')",
            "atScope() and",
            "not atScope()",
            "principalId ne 'x'",
            "principalId eq",
            "principalId eq 'x",
            "atScope",
            "atScope(",
            "names/any",
            "names/any(c:d eq 'x')",
            "()",
            "'x' eq 'x'",
            "a eq 'b' c eq 'd'",
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
        assert!(Filter::parse(&"a".repeat(5000)).is_err());
    }
}
