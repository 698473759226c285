//! Codes of Entra where `AADSTS` does not stand before them: the `error_codes` of its answer, and the
//! address of its page about an error.

use wire::refusals::{Shape, Sign};

use crate::fact::{Facts, Kind, Name, Origin};

/// What stands before a code.
const BEFORE: [&str; 3] = ["\"error_codes\":[", "\"error_codes\": [", "/error?code="];
/// What its pages for people put before a code; other services number their errors so as well.
const ON_PAGES: &str = "error code: ";
/// How many codes of one text are read.
const CODES: usize = 12;

/// Learns the codes of a line.
pub(super) fn read(facts: &mut Facts, number: u32, line: &str) {
    for before in BEFORE {
        for (at, _) in line.match_indices(before).take(CODES) {
            if let Some(code) = digits(&line[at + before.len()..]) {
                learn(facts, code, Origin::text(number, line));
            }
        }
    }
    let lower = line.to_ascii_lowercase();
    for (at, _) in lower.match_indices(ON_PAGES).take(CODES) {
        let code = digits(&lower[at + ON_PAGES.len()..]);
        if let Some(code) = code.filter(|code| crate::sign_in::find(code).is_some()) {
            learn(facts, code, Origin::text(number, line));
        }
    }
}

/// A number of as many digits as codes have.
fn digits(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    (4..=8).contains(&end).then(|| &rest[..end])
}

fn learn(facts: &mut Facts, code: &str, origin: Origin) {
    let known = facts.iter().any(|fact| match &fact.kind {
        Kind::Refused { shape, values, .. } => {
            *shape == Shape::SignInRefused
                && values
                    .iter()
                    .any(|(name, value)| *name == "code" && value == code)
        }
        _ => false,
    });
    if known {
        return;
    }
    facts.learn(
        Kind::Value(Name::SignInCode, code.to_owned()),
        origin.clone(),
    );
    facts.learn(
        Kind::Refused {
            shape: Shape::SignInRefused,
            values: vec![("code", code.to_owned())],
            sign: Sign::Code,
        },
        origin,
    );
}
