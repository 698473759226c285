//! Codes of Entra where `AADSTS` does not stand before them: the `error_codes` of its answer, and the
//! address of its page about an error.

use wire::refusals::{Shape, Sign};

use crate::fact::{Facts, Kind, Name, Origin};

/// What stands before a code.
const BEFORE: [&str; 3] = ["\"error_codes\":[", "\"error_codes\": [", "/error?code="];
/// How many codes of one text are read.
const CODES: usize = 12;

/// Learns the codes of a line.
pub(super) fn read(facts: &mut Facts, number: u32, line: &str) {
    for before in BEFORE {
        for (at, _) in line.match_indices(before).take(CODES) {
            let rest = line[at + before.len()..].trim_start();
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            if (4..=8).contains(&end) {
                learn(facts, &rest[..end], Origin::text(number, line));
            }
        }
    }
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
