//! The codes with which Entra refuses a sign-in (`AADSTS…`): what each means, which cause it shows,
//! and what mends it.
//!
//! `sign_in/codes.json` was written from the page that its `source` names, in our words; a code with
//! a source of its own is not on that page. Microsoft changes codes without notice, so a code that is
//! not in the table says nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::RuleId;
use crate::case::Case;
use crate::fact::{Fact, Kind};
use crate::fix::{self, Fix};
use crate::weight::Weight;
use wire::refusals::Shape;

/// What a code weighs for its cause.
const POINTS: f64 = 5.0;
/// What the codes that were seen take from a cause that none of them shows.
const OTHER: f64 = 2.0;

/// A code of Entra.
#[derive(Debug, Deserialize)]
pub struct SignInCode {
    /// The number behind `AADSTS`.
    pub code: String,
    /// Microsoft's name, where it has one.
    pub name: Option<String>,
    /// What it means, as the end of a sentence.
    pub meaning: String,
    cause: String,
    fix: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    source: String,
    fixes: HashMap<String, Step>,
    codes: Vec<SignInCode>,
}

#[derive(Deserialize)]
struct Step {
    title: String,
    command: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("sign_in/codes.json"))
        .expect("a test parses the embedded table")
});

/// Every code that is explained, by number.
pub fn all() -> &'static [SignInCode] {
    &TABLE.codes
}

/// A code by its number, with or without `AADSTS` in front.
///
/// ```
/// let code = doctor::sign_in::find("AADSTS50076").unwrap();
/// assert_eq!(code.cause(), doctor::RuleId::CredentialMfaOrConditionalAccess);
/// ```
pub fn find(code: &str) -> Option<&'static SignInCode> {
    let number = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    all().iter().find(|known| known.code == number)
}

impl SignInCode {
    /// The cause that it shows.
    pub fn cause(&self) -> RuleId {
        RuleId::parse(&self.cause).expect("a test checks every cause of the table")
    }

    /// What mends it.
    pub fn fix(&self) -> Fix {
        let step = &TABLE.fixes[&self.fix];
        fix::run(step.title.as_str(), step.command.as_str())
    }

    /// Where the explanation comes from.
    pub fn source(&self) -> &'static str {
        let own = find(&self.code).and_then(|known| known.source.as_deref());
        own.unwrap_or(&TABLE.source)
    }

    fn statement(&self) -> String {
        format!("AADSTS{}: {}.", self.code, self.meaning)
    }
}

impl<'f> Case<'f> {
    /// The codes that are seen and explained, with their facts.
    fn sign_in_codes(&self) -> impl Iterator<Item = (&'f Fact, &'static SignInCode)> {
        self.facts().iter().filter_map(|fact| {
            let Kind::Refused {
                shape: Shape::SignInRefused,
                values,
                ..
            } = &fact.kind
            else {
                return None;
            };
            let (_, code) = values.iter().find(|(name, _)| *name == "code")?;
            Some((fact, find(code)?))
        })
    }
}

/// Weighs a cause by the codes that show it, unless its rule has given them as much already.
pub(crate) fn weigh<'f>(case: &Case<'f>, rule: RuleId, weight: &mut Weight<'f>) {
    let shown = case.sign_in_codes().find(|(_, code)| code.cause() == rule);
    // What Entra says is the cause, whatever else may be the matter.
    let others = case.sign_in_codes().any(|_| true)
        && case.sign_in_codes().all(|(fact, _)| weight.of(fact) <= 1.0);
    weight.lean(-OTHER, shown.is_none() && others);
    if let Some((fact, _)) = shown {
        let missing = POINTS - weight.of(fact);
        if missing > 0.0 {
            weight.add(missing, Some(fact));
        }
    }
}

/// Adds to a finding what the codes that were seen mean for it, and what mends them.
pub(crate) fn explain(case: &Case<'_>, rule: RuleId, cause: &mut String, fixes: &mut Vec<Fix>) {
    let shown = case
        .sign_in_codes()
        .filter(|(_, code)| code.cause() == rule);
    for (place, (_, code)) in shown.enumerate() {
        let statement = code.statement();
        if !cause.contains(&statement) {
            cause.push(' ');
            cause.push_str(&statement);
        }
        let fix = code.fix();
        let known = fixes
            .iter()
            .any(|one| one.command.lines().next() == fix.command.lines().next());
        if !known {
            fixes.insert(place.min(fixes.len()), fix);
        }
    }
}

#[cfg(test)]
mod tests;
