//! From facts to findings: every rule weighs, the likeliest cause comes first.

use crate::RuleId;
use crate::bugs;
use crate::case::Case;
use crate::check;
use crate::fact::{Fact, Facts, Kind};
use crate::fix;
use crate::relevance;
use crate::report::{Certainty, Finding, Report};
use crate::sign_in;
use crate::signs;
use crate::weight::Weight;
use crate::wording::Table;

/// What a rule must weigh to name its cause.
const THRESHOLD: f64 = 0.5;
/// How likely a cause must be to be named by what was learnt alone.
const SAID: f64 = 0.125;
/// How likely a cause must be to be named at all.
const NAMED: f64 = 0.004;
/// How much the words must add for them to be shown beside a rule's own grounds.
const TELLING: f64 = 1.0;
/// How far the first rule must be ahead for what it excludes to hold.
const LEAD: f64 = 1.0;
/// How likely the first must be to be called that.
const LIKELY: f64 = 0.7;
/// How many causes a report names.
const FINDINGS: usize = 5;
/// How many facts a finding shows.
const EVIDENCE: usize = 6;

/// Weighs every rule. It cannot fail: where nothing is recognised, the report is empty.
///
/// Where the endpoint itself said why ([`Kind::Known`]), that is the finding, and it is proven.
pub fn diagnose(facts: &Facts) -> Report {
    diagnose_with(Table::built_in(), facts)
}

/// [`diagnose()`] with another table, to measure one that was fitted apart.
pub fn diagnose_with(table: &Table, facts: &Facts) -> Report {
    let case = Case::new(facts);
    let known = known(&case);
    if !known.is_empty() {
        return Report {
            findings: known,
            next_checks: Vec::new(),
        };
    }
    if !relevance::concerns_us(&case) {
        return Report::default();
    }
    let ranked = rank(&case, table);
    let likely: Vec<(RuleId, f64)> = ranked.iter().map(|one| (one.rule, one.likely)).collect();
    let findings: Vec<Finding> = ranked
        .into_iter()
        .take(FINDINGS)
        .enumerate()
        .map(|(place, one)| one.finding(&case, place == 0))
        .collect();
    let next_checks = check::next(&case, &findings, &likely);
    Report {
        findings,
        next_checks,
    }
}

/// How likely each cause is that could be named, the likeliest first, for figures and traces.
pub fn scores(facts: &Facts) -> Vec<(RuleId, f64)> {
    let ranked = rank(&Case::new(facts), Table::built_in());
    ranked
        .into_iter()
        .map(|one| (one.rule, one.likely))
        .collect()
}

/// What a table learns from, besides the words of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnable {
    /// The facts as words that no text has.
    pub signs: Vec<String>,
    /// What each rule weighs, and whether that names its cause.
    pub rules: Vec<(RuleId, f64, bool)>,
}

/// What a table can learn from these facts.
pub fn learnable(facts: &Facts) -> Learnable {
    let case = Case::new(facts);
    let weighed = weigh(&case);
    Learnable {
        signs: signs::of(&case),
        rules: weighed
            .iter()
            .map(|one| (one.rule, one.weight.score(), one.names()))
            .collect(),
    }
}

/// What a rule weighs.
struct Weighed<'f> {
    rule: RuleId,
    weight: Weight<'f>,
}

impl Weighed<'_> {
    /// Whether the rule names its cause by what it weighs.
    fn names(&self) -> bool {
        self.weight.score() >= THRESHOLD && !self.weight.grounds().is_empty()
    }
}

fn weigh<'f>(case: &Case<'f>) -> Vec<Weighed<'f>> {
    let weighed = RuleId::ALL.iter().map(|rule| {
        let mut weight = Weight::default();
        (rule.rule().weigh)(case, &mut weight);
        sign_in::weigh(case, *rule, &mut weight);
        Weighed {
            rule: *rule,
            weight,
        }
    });
    weighed.collect()
}

struct Ranked<'f> {
    rule: RuleId,
    /// How likely, by rules, words and signs; all causes together are one.
    likely: f64,
    /// By exclusion, whatever the words say.
    proven: bool,
    /// Whether the rule itself names it.
    named: bool,
    weight: Weight<'f>,
    words: Option<&'f Fact>,
}

fn rank<'f>(case: &Case<'f>, table: &Table) -> Vec<Ranked<'f>> {
    let weighed = weigh(case);
    let proven = proven(&weighed);
    // What the rules exclude, and what a code of Entra says, no wording outweighs.
    let coded = case.any_sign_in().is_some() && weighed.iter().any(Weighed::names);
    let settled = coded || proven.is_some();
    let signs = table.signs(&signs::of(case));
    let odds = |one: &Weighed<'f>| {
        if settled {
            return if one.names() {
                one.weight.score()
            } else {
                f64::NEG_INFINITY
            };
        }
        let words = case.wording(one.rule).map_or(0.0, |(points, _)| points);
        table.rule(one.rule, one.weight.score(), one.names()) + words + signs.of(one.rule)
    };
    let odds: Vec<f64> = weighed.iter().map(odds).collect();
    let highest = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = odds.iter().map(|odds| (odds - highest).exp()).sum();
    let ranked = weighed.into_iter().zip(odds).map(|(one, odds)| {
        let named = one.names();
        Ranked {
            rule: one.rule,
            likely: (odds - highest).exp() / total,
            proven: proven == Some(one.rule),
            named,
            words: case
                .wording(one.rule)
                .filter(|(points, _)| *points > if named { TELLING } else { 0.0 })
                .map(|(_, fact)| fact),
            weight: one.weight,
        }
    });
    let mut ranked: Vec<Ranked<'f>> = ranked
        .filter(|one| one.likely >= if one.named { NAMED } else { SAID })
        .filter(|one| one.named || one.words.is_some())
        .collect();
    ranked.sort_by(|a, b| b.likely.total_cmp(&a.likely));
    ranked
}

/// The cause that the rules leave as the only one.
fn proven(weighed: &[Weighed<'_>]) -> Option<RuleId> {
    let mut named: Vec<&Weighed<'_>> = weighed.iter().filter(|one| one.names()).collect();
    named.sort_by(|a, b| b.weight.score().total_cmp(&a.weight.score()));
    let (first, rest) = named.split_first()?;
    let ahead = rest
        .first()
        .is_none_or(|second| first.weight.score() - second.weight.score() >= LEAD);
    (first.weight.is_proven() && ahead).then_some(first.rule)
}

impl Ranked<'_> {
    fn finding(self, case: &Case<'_>, first: bool) -> Finding {
        let certainty = match first {
            true if self.proven => Certainty::Proven,
            true if self.named && self.likely >= LIKELY => Certainty::Likely,
            _ => Certainty::Possible,
        };
        let rule = self.rule.rule();
        let grounds = self.weight.grounds().into_iter();
        let (mut cause, mut fix) = ((rule.cause)(case), (rule.fix)(case));
        sign_in::explain(case, self.rule, &mut cause, &mut fix);
        fix::ways::extend(self.rule, case, &mut fix);
        Finding {
            rule: self.rule,
            certainty,
            cause,
            evidence: grounds.take(EVIDENCE).chain(self.words).cloned().collect(),
            fix,
            bugs: match self.rule {
                RuleId::SdkVersionBug => case.bugs_to_report(),
                _ => Vec::new(),
            },
        }
    }
}

/// What the endpoint knows needs no weighing.
fn known(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for fact in case.facts().iter() {
        let Kind::Known { cause, statement } = &fact.kind else {
            continue;
        };
        if findings.iter().any(|finding| finding.rule == *cause) {
            continue;
        }
        findings.push(Finding {
            rule: *cause,
            certainty: Certainty::Proven,
            cause: statement.clone(),
            evidence: std::iter::once(fact)
                .chain(case.observed())
                .take(EVIDENCE)
                .cloned()
                .collect(),
            fix: {
                let mut fix = (cause.rule().fix)(case);
                fix::ways::extend(*cause, case, &mut fix);
                fix
            },
            bugs: Vec::new(),
        });
    }
    let first = findings.first().map(|finding| finding.rule);
    findings.extend(first.and_then(|cause| client_bug(case, cause)));
    findings
}

/// What the endpoint saw may be the work of a bug of the client that called.
fn client_bug(case: &Case<'_>, cause: RuleId) -> Option<Finding> {
    let (fact, bug) = case.bug_behind(cause)?;
    Some(Finding {
        rule: RuleId::SdkVersionBug,
        certainty: Certainty::Possible,
        cause: bug.statement(),
        evidence: vec![fact.clone()],
        fix: bugs::upgrades([(bug.ecosystem, bug.name, bug.hit.fixed)]),
        bugs: vec![bug.known()],
    })
}
