//! What a triage found, and its JSON.

use access::Timestamp;
use serde::Serialize;

use super::group::{Group, Key};
use super::{Amount, Example, Triage};
use crate::evidence::read_pieces;
use crate::wording::Table;
use crate::{Certainty, Fix, RuleId, diagnose};

/// The failures of logs.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What was read.
    pub amount: Amount,
    /// Failed calls of models on Azure.
    pub failures: u64,
    /// How many of them bear no time; `since` and `until` leave them in.
    pub undated: u64,
    /// Other failed calls: nothing ties them to models on Azure.
    pub unrelated: u64,
    /// The earliest and the latest of the failures.
    pub range: Option<(Timestamp, Timestamp)>,
    /// All causes, the most frequent first. `None`: what was recorded does not tell the cause.
    pub causes: Vec<(Option<RuleId>, u64)>,
    /// The largest groups.
    pub groups: Vec<Grouped>,
    /// How many groups there are besides.
    pub other_groups: u64,
    /// How many failures are in those, and in groups that were too many to be kept.
    pub other_failures: u64,
    /// Whether there were more groups than are kept, so that `other_groups` is less than there are.
    pub too_many_groups: bool,
    /// When the first interval of all counts begins.
    pub from: Option<Timestamp>,
    /// How long an interval is, in seconds.
    pub width: i64,
    /// Failures by interval.
    pub counts: Vec<u64>,
}

/// A group of failures.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// Why, if what was recorded tells.
    pub cause: Option<RuleId>,
    /// How sure the doctor is of that at best.
    pub certainty: Option<Certainty>,
    /// Who called, if known and asked for.
    pub principal: Option<String>,
    /// Which host or account was called, if known and asked for.
    pub endpoint: Option<String>,
    /// How many.
    pub count: u64,
    /// How many of them bear no time.
    pub undated: u64,
    /// Statuses, each with how often it was answered.
    pub statuses: Vec<(u16, u64)>,
    /// The first and the last.
    pub range: Option<(Timestamp, Timestamp)>,
    /// How many in each interval of the summary.
    pub counts: Vec<u64>,
    /// The first that was read.
    pub example: Example,
    /// How to mend it, with the example's values.
    pub fix: Option<Fix>,
}

pub(super) fn of(triage: &Triage, top: usize) -> Summary {
    let groups = &triage.groups;
    let mut sorted: Vec<(&Key, &Group)> = groups.kept.iter().collect();
    sorted.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(b.0)));
    let shown = sorted.iter().take(top).map(|(key, group)| Grouped {
        cause: key.cause,
        certainty: group.certainty,
        principal: key.principal.clone(),
        endpoint: key.endpoint.clone(),
        count: group.count,
        undated: group.undated,
        statuses: group
            .statuses
            .iter()
            .map(|(status, count)| (*status, *count))
            .collect(),
        range: group.first.zip(group.last),
        counts: group.histogram.counts(groups.intervals),
        example: group.example.clone(),
        fix: key.cause.and_then(|cause| fix(cause, group)),
    });
    let shown: Vec<Grouped> = shown.collect();
    let rest = &sorted[shown.len()..];
    let mut causes: Vec<_> = groups
        .causes
        .iter()
        .map(|(cause, count)| (*cause, *count))
        .collect();
    causes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let ranges = || {
        sorted
            .iter()
            .filter_map(|(_, group)| group.first.zip(group.last))
    };
    let range = ranges()
        .map(|(first, _)| first)
        .min()
        .zip(ranges().map(|(_, last)| last).max());
    Summary {
        amount: triage.amount,
        failures: triage.failures,
        undated: triage.undated,
        unrelated: triage.unrelated,
        range,
        causes,
        groups: shown,
        other_groups: rest.len() as u64,
        other_failures: rest.iter().map(|(_, group)| group.count).sum::<u64>() + groups.beyond,
        too_many_groups: groups.beyond > 0,
        from: groups
            .intervals
            .span()
            .map(|(first, _)| Timestamp(first.saturating_mul(groups.intervals.width()))),
        width: groups.intervals.width(),
        counts: groups.all.counts(groups.intervals),
    }
}

/// What mends the example of a group.
fn fix(cause: RuleId, group: &Group) -> Option<Fix> {
    let facts = read_pieces(Table::built_in(), &group.said);
    let findings = diagnose(&facts).findings;
    let finding = findings.into_iter().find(|finding| finding.rule == cause);
    finding.and_then(|finding| finding.fix.into_iter().next())
}

/// The title of failures whose cause was not recorded.
pub(super) const UNKNOWN: &str = "What was recorded does not tell the cause";

impl Grouped {
    /// What the cause is called.
    pub fn title(&self) -> &'static str {
        self.cause.map_or(UNKNOWN, RuleId::title)
    }
}

impl Summary {
    /// The summary as one JSON object of the schema `entrada.triage/v1`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(View::of(self)).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct View<'s> {
    schema: &'static str,
    read: ReadView,
    failures: u64,
    undated: u64,
    unrelated: u64,
    first: Option<String>,
    last: Option<String>,
    causes: Vec<CauseView>,
    groups: Vec<GroupView<'s>>,
    others: OthersView,
    histogram: HistogramView<'s>,
}

#[derive(Serialize)]
struct ReadView {
    files: u64,
    bytes: u64,
    records: u64,
    cut: u64,
}

#[derive(Serialize)]
struct CauseView {
    rule: Option<&'static str>,
    code: Option<&'static str>,
    title: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct GroupView<'s> {
    rule: Option<&'static str>,
    code: Option<&'static str>,
    title: &'static str,
    certainty: Option<&'static str>,
    principal: Option<&'s str>,
    endpoint: Option<&'s str>,
    count: u64,
    undated: u64,
    statuses: Vec<StatusView>,
    first: Option<String>,
    last: Option<String>,
    histogram: &'s [u64],
    example: ExampleView<'s>,
    fix: Option<FixView<'s>>,
    docs: Option<String>,
}

#[derive(Serialize)]
struct StatusView {
    status: u16,
    count: u64,
}

#[derive(Serialize)]
struct ExampleView<'s> {
    file: &'s str,
    line: u64,
    text: &'s str,
}

#[derive(Serialize)]
struct FixView<'s> {
    title: &'s str,
    command: &'s str,
}

#[derive(Serialize)]
struct OthersView {
    groups: u64,
    failures: u64,
    too_many_groups: bool,
}

#[derive(Serialize)]
struct HistogramView<'s> {
    from: Option<String>,
    seconds: i64,
    counts: &'s [u64],
}

impl<'s> View<'s> {
    fn of(summary: &'s Summary) -> Self {
        let Amount {
            files,
            bytes,
            records,
            cut,
        } = summary.amount;
        let causes = summary.causes.iter().map(|(cause, count)| CauseView {
            rule: cause.map(RuleId::as_str),
            code: cause.map(RuleId::code),
            title: cause.map_or(UNKNOWN, RuleId::title),
            count: *count,
        });
        let (first, last) = times(summary.range);
        Self {
            schema: "entrada.triage/v1",
            read: ReadView {
                files,
                bytes,
                records,
                cut,
            },
            failures: summary.failures,
            undated: summary.undated,
            unrelated: summary.unrelated,
            first,
            last,
            causes: causes.collect(),
            groups: summary.groups.iter().map(GroupView::of).collect(),
            others: OthersView {
                groups: summary.other_groups,
                failures: summary.other_failures,
                too_many_groups: summary.too_many_groups,
            },
            histogram: HistogramView {
                from: summary.from.map(|from| from.to_string()),
                seconds: summary.width,
                counts: &summary.counts,
            },
        }
    }
}

impl<'s> GroupView<'s> {
    fn of(group: &'s Grouped) -> Self {
        let (first, last) = times(group.range);
        let statuses = group.statuses.iter();
        Self {
            rule: group.cause.map(RuleId::as_str),
            code: group.cause.map(RuleId::code),
            title: group.title(),
            certainty: group.certainty.map(Certainty::as_str),
            principal: group.principal.as_deref(),
            endpoint: group.endpoint.as_deref(),
            count: group.count,
            undated: group.undated,
            statuses: statuses
                .map(|(status, count)| StatusView {
                    status: *status,
                    count: *count,
                })
                .collect(),
            first,
            last,
            histogram: &group.counts,
            example: ExampleView {
                file: &group.example.file,
                line: group.example.line,
                text: &group.example.text,
            },
            fix: group.fix.as_ref().map(|fix| FixView {
                title: &fix.title,
                command: &fix.command,
            }),
            docs: group.cause.map(|cause| cause.rule().page()),
        }
    }
}

fn times(range: Option<(Timestamp, Timestamp)>) -> (Option<String>, Option<String>) {
    range
        .map(|(first, last)| (first.to_string(), last.to_string()))
        .unzip()
}
