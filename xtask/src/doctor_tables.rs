//! The doctor's tables for users: `docs/advisories.md` and `docs/sign-in-codes.md`.

use std::fmt::Write as _;

use doctor::advisories::{Advisory, all};
use doctor::sign_in;

use crate::generate::File;

/// Both pages.
pub(crate) fn files() -> Vec<File> {
    vec![
        File {
            path: "docs/advisories.md".to_owned(),
            content: advisories(),
        },
        File {
            path: "docs/sign-in-codes.md".to_owned(),
            content: sign_in_codes(),
        },
    ]
}

fn advisories() -> String {
    let mut text = "<!-- Generated from crates/doctor/advisories by `cargo xtask generate`. -->\n\n\
         # Known bugs of client libraries\n\n\
         Authentication bugs that a version has and a later one has not, in OSV format in `crates/doctor/advisories`.\n\
         `entrada doctor --project .` finds them by lock files, `entrada explain` by the text of an error too, and the\n\
         endpoint by the `User-Agent` of a call that it refuses.\n\n\
         Each was written in our words from the linked page. *Read* says what was read; `run` that the version before\n\
         and the one with the fix were run as well. A range from 0 means that the page does not say since when.\n\n\
         | id | packages, with the versions that have it | what happens | impact | read |\n|---|---|---|---|---|\n"
        .to_owned();
    for advisory in all() {
        let specific = &advisory.database_specific;
        let _ = writeln!(
            text,
            "| [{}]({}) | {} | {} | {} | {} |",
            advisory.id.trim_start_matches("ENTRADA-"),
            advisory.references[0].url,
            packages(advisory),
            advisory.summary.replace('|', "\\|"),
            specific.impact.as_str(),
            specific.read,
        );
    }
    text
}

fn packages(advisory: &Advisory) -> String {
    let each = advisory.affected.iter().map(|affected| {
        let ranges: Vec<String> = affected.ranges.iter().map(ToString::to_string).collect();
        format!(
            "`{}` ({}) {}",
            affected.package.name,
            affected.package.ecosystem.as_str(),
            ranges.join(", ")
        )
    });
    each.collect::<Vec<_>>().join("<br>")
}

fn sign_in_codes() -> String {
    let mut text = "<!-- Generated from crates/doctor/src/sign_in/codes.json by `cargo xtask generate`. -->\n\n\
         # Codes with which Entra refuses a sign-in\n\n\
         What each `AADSTS` code means, in our words, the cause that it shows and what mends it. `entrada rules AADSTS50076`\n\
         prints one; `entrada explain` finds them in any text. The link is the page that was read.\n\n\
         | code | meaning | cause | fix |\n|---|---|---|---|\n"
        .to_owned();
    for code in sign_in::all() {
        let fix = code.fix();
        let cause = code.cause();
        let _ = writeln!(
            text,
            "| [AADSTS{}]({}) | {} | [`{cause}`](rules/{cause}.md) | {}: `{}` |",
            code.code,
            code.source(),
            code.meaning,
            fix.title,
            fix.command.replace('|', "\\|").replace('`', ""),
        );
    }
    text
}
