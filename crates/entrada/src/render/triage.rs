//! What a triage found, for people and for tickets.

use std::fmt::Write;

use access::Timestamp;
use doctor::triage::{Grouped, Summary};

use super::markdown::{block, escaped};
use super::report::wrap;
use super::{ADVICE, BAD, FAINT, HEADING};

/// Lines of an example that people are shown.
const EXAMPLE_LINES: usize = 4;
/// Characters of such a line: what a terminal of 80 columns holds behind the margin.
const EXAMPLE_WIDTH: usize = 64;

/// At 80 columns, without colour too.
pub(crate) fn triage_for_people(summary: &Summary) -> String {
    let mut text = format!("{}\n", amount(summary));
    let _ = writeln!(text, "{HEADING}{}{HEADING:#}", found(summary));
    for line in notes(summary) {
        wrap(&mut text, "", "  ", &line);
    }
    if !summary.counts.is_empty() {
        let _ = writeln!(text, "\n{}  {}", bars(&summary.counts), when(summary));
    }
    for group in &summary.groups {
        text.push('\n');
        people(&mut text, group, summary);
    }
    if let Some(others) = others(summary) {
        let _ = writeln!(text, "\n{others}");
    }
    text
}

fn people(text: &mut String, group: &Grouped, summary: &Summary) {
    let share = percent(group.count, summary.failures);
    let code = group.cause.map_or("------", doctor::RuleId::code);
    let _ = writeln!(
        text,
        "{:>9}  {BAD}{code}{BAD:#} {HEADING}{}{HEADING:#} {FAINT}({share}){FAINT:#}",
        thousands(group.count),
        group.title()
    );
    let mut row = |name: &str, value: &str| {
        wrap(
            text,
            &format!("{:11}{name:<10}", ""),
            &" ".repeat(21),
            value,
        );
    };
    if let Some(cause) = group.cause {
        let certainty = group
            .certainty
            .map_or("possible", doctor::Certainty::as_str);
        row("cause", &format!("{cause}, {certainty}"));
    }
    if let Some(principal) = &group.principal {
        row("caller", principal);
    }
    if let Some(endpoint) = &group.endpoint {
        row("endpoint", endpoint);
    }
    if !group.statuses.is_empty() {
        row("status", &statuses(group));
    }
    if let Some((first, last)) = group.range {
        row("time", &span(first, last));
    }
    if group.counts.len() > 1 {
        row("", &bars(&group.counts));
    }
    row(
        "example",
        &format!("{}:{}", group.example.file, group.example.line),
    );
    for line in group.example.text.lines().take(EXAMPLE_LINES) {
        let line = line.trim();
        let shown: String = line.chars().take(EXAMPLE_WIDTH).collect();
        let more = if shown.len() < line.len() { "…" } else { "" };
        let _ = writeln!(text, "{:13}{FAINT}{shown}{more}{FAINT:#}", "");
    }
    if let Some(fix) = &group.fix {
        wrap(
            text,
            &format!("{:11}{:<10}", "", "fix"),
            &" ".repeat(21),
            &fix.title,
        );
        for line in fix.command.lines() {
            let _ = writeln!(text, "{:13}{ADVICE}{line}{ADVICE:#}", "");
        }
    }
}

/// For pasting into a ticket.
pub(crate) fn triage_markdown(summary: &Summary) -> String {
    let mut text = format!("### {}\n\n{}\n", found(summary), escaped(&amount(summary)));
    for line in notes(summary) {
        let _ = writeln!(text, "\n{}", escaped(&line));
    }
    if !summary.groups.is_empty() {
        text.push_str("\n| failures | cause | caller | endpoint | status | first | last |\n|---:|---|---|---|---|---|---|\n");
    }
    for group in &summary.groups {
        let name = |name: &Option<String>| name.as_deref().map_or("-".to_owned(), escaped);
        let cause = group
            .cause
            .map_or_else(String::new, |cause| format!(" `{cause}`"));
        let (first, last) = group
            .range
            .map_or(("-".into(), "-".into()), |(first, last)| {
                (minute(first), minute(last))
            });
        let _ = writeln!(
            text,
            "| {} | {}{cause} | {} | {} | {} | {first} | {last} |",
            thousands(group.count),
            escaped(group.title()),
            name(&group.principal),
            name(&group.endpoint),
            statuses(group),
        );
    }
    if let Some(others) = others(summary) {
        let _ = writeln!(text, "\n{}", escaped(&others));
    }
    for group in &summary.groups {
        let _ = writeln!(
            text,
            "\n**{}** ({}), for example {}:{}",
            escaped(group.title()),
            thousands(group.count),
            escaped(&group.example.file),
            group.example.line
        );
        block(&mut text, &group.example.text);
        if let Some(fix) = &group.fix {
            let _ = writeln!(text, "\n{}", escaped(&fix.title));
            block(&mut text, &fix.command);
        }
    }
    let _ = write!(text, "\n<sub>entrada {}</sub>\n", env!("CARGO_PKG_VERSION"));
    text
}

fn amount(summary: &Summary) -> String {
    let amount = summary.amount;
    let bytes = match amount.bytes {
        bytes @ 0..1_000 => format!("{bytes} bytes"),
        bytes @ 1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        bytes @ 1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        bytes => format!("{:.1} GB", bytes as f64 / 1e9),
    };
    format!(
        "{}, {bytes}, {} read.",
        counted(amount.files, "file", "files"),
        counted(amount.records, "record", "records")
    )
}

fn found(summary: &Summary) -> String {
    match summary.failures {
        0 => "No failed call of a model on Azure was found.".to_owned(),
        failures => {
            let causes = summary.causes.len() as u64;
            format!(
                "{} of {}",
                counted(failures, "failed call", "failed calls"),
                counted(causes, "cause", "causes")
            )
        }
    }
}

/// What is to be known besides.
fn notes(summary: &Summary) -> Vec<String> {
    let mut notes = Vec::new();
    if summary.unrelated > 0 {
        notes.push(format!(
            "{} had nothing to do with models on Azure and are left out.",
            counted(summary.unrelated, "other failed call", "other failed calls")
        ));
    }
    if summary.undated > 0 {
        notes.push(format!(
            "{} without a time: counted whatever --since and --until say.",
            counted(summary.undated, "failure", "failures")
        ));
    }
    if summary.amount.cut > 0 {
        notes.push(format!(
            "{} longer than 128 KiB: only the beginning was read.",
            counted(summary.amount.cut, "record was", "records were")
        ));
    }
    notes
}

fn others(summary: &Summary) -> Option<String> {
    (summary.other_failures > 0).then(|| {
        let least = if summary.too_many_groups {
            "at least "
        } else {
            ""
        };
        format!(
            "{} in {least}{}; --top shows more of them.",
            counted(summary.other_failures, "more failure", "more failures"),
            counted(summary.other_groups, "other group", "other groups")
        )
    })
}

fn when(summary: &Summary) -> String {
    let each = match summary.width {
        seconds @ ..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{} min", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    };
    let span = summary
        .range
        .map_or_else(String::new, |(first, last)| span(first, last));
    format!("{span}, {each} each")
}

/// From when to when, in UTC.
fn span(first: Timestamp, last: Timestamp) -> String {
    let (first, last) = (minute(first), minute(last));
    match first == last {
        true => format!("{first} UTC"),
        false if first[..10] == last[..10] => format!("{first} to {} UTC", &last[11..]),
        false => format!("{first} to {last} UTC"),
    }
}

/// `2026-11-23 10:00`
fn minute(time: Timestamp) -> String {
    let text = time.to_string();
    let text = text.get(..16).unwrap_or(&text);
    text.replace('T', " ")
}

/// Counts as bars, the highest as high as the line.
fn bars(counts: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let highest = counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: &u64| match count {
        0 => '·',
        count => {
            let level = (count * 8).div_ceil(highest).clamp(1, 8);
            BARS[usize::try_from(level - 1).unwrap_or(0)]
        }
    };
    counts.iter().map(bar).collect()
}

fn statuses(group: &Grouped) -> String {
    let told = group
        .statuses
        .iter()
        .map(|(status, count)| match group.statuses.len() {
            1 => status.to_string(),
            _ => format!("{status} ({})", thousands(*count)),
        });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        "-".to_owned()
    } else {
        told.join(", ")
    }
}

fn percent(part: u64, whole: u64) -> String {
    match part * 100 / whole.max(1) {
        0 => "less than 1 %".to_owned(),
        share => format!("{share} %"),
    }
}

fn counted(number: u64, one: &str, several: &str) -> String {
    let name = if number == 1 { one } else { several };
    format!("{} {name}", thousands(number))
}

/// `1,234,567`
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
