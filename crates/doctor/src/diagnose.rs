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
use crate::weight::Weight;

/// What a cause must weigh to be named at all.
const THRESHOLD: f64 = 0.5;
/// What a cause weighs that no rule weighs and only the words make likely.
const UNWEIGHED: f64 = -1.5;
/// How likely words alone must make a cause for it to be named: one in eight, as a logarithm.
const SAID: f64 = -2.08;
/// How much the words count beside the rules.
const SHARE: f64 = 0.5;
/// How far a cause may lie behind the first to be named beside it.
const REACH: f64 = 7.0;
/// How far the first must be ahead to be called likely.
const LEAD: f64 = 1.0;
/// What it must weigh for that.
const LIKELY: f64 = 3.5;
/// How many causes a report names.
const FINDINGS: usize = 5;
/// How many facts a finding shows.
const EVIDENCE: usize = 6;

/// Weighs every rule. It cannot fail: where nothing is recognised, the report is empty.
///
/// Where the endpoint itself said why ([`Kind::Known`]), that is the finding, and it is proven.
pub fn diagnose(facts: &Facts) -> Report {
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
    let ranked = rank(&case);
    let Some(best) = ranked.first().map(|one| one.score) else {
        return Report::default();
    };
    let likely = shares(&ranked);
    let second = ranked.get(1).map_or(f64::NEG_INFINITY, |one| one.score);
    let findings: Vec<Finding> = ranked
        .into_iter()
        .take_while(|one| one.score >= best - REACH)
        .take(FINDINGS)
        .enumerate()
        .map(|(place, one)| one.finding(&case, place == 0, second))
        .collect();
    let next_checks = check::next(&case, &findings, &likely);
    Report {
        findings,
        next_checks,
    }
}

/// How likely each cause is among those that were ranked; together they are one.
fn shares(ranked: &[Ranked<'_>]) -> Vec<(RuleId, f64)> {
    let highest = ranked.first().map_or(0.0, |first| first.score);
    let odds = ranked
        .iter()
        .map(|one| (one.rule, (one.score - highest).exp()));
    let odds: Vec<(RuleId, f64)> = odds.collect();
    let total: f64 = odds.iter().map(|(_, odds)| odds).sum();
    odds.into_iter()
        .map(|(rule, odds)| (rule, odds / total))
        .collect()
}

/// The weights of all rules that have any, for figures and traces: label and score, best first.
pub fn scores(facts: &Facts) -> Vec<(RuleId, f64)> {
    let case = Case::new(facts);
    rank(&case)
        .into_iter()
        .map(|one| (one.rule, one.score))
        .collect()
}

struct Ranked<'f> {
    rule: RuleId,
    /// What the rule weighs, and what the words add: natural logarithms of odds.
    score: f64,
    /// By exclusion, whatever the words say.
    proven: bool,
    weight: Weight<'f>,
    words: Option<&'f Fact>,
}

fn rank<'f>(case: &Case<'f>) -> Vec<Ranked<'f>> {
    let mut ranked: Vec<Ranked<'f>> = RuleId::ALL
        .iter()
        .filter_map(|rule| {
            let mut weight = Weight::default();
            (rule.rule().weigh)(case, &mut weight);
            sign_in::weigh(case, *rule, &mut weight);
            let score = weight.score();
            let wording = case.wording(*rule);
            let counts = score >= THRESHOLD && !weight.grounds().is_empty();
            let said = wording.is_some_and(|(log, _)| log >= SAID);
            (counts || said).then_some(Ranked {
                rule: *rule,
                score: if counts { score } else { UNWEIGHED },
                proven: counts && weight.is_proven(),
                weight,
                words: wording.filter(|_| said).map(|(_, fact)| fact),
            })
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    let ahead = match ranked.as_slice() {
        [first, second, ..] => first.score - second.score >= LEAD,
        _ => true,
    };
    for (place, one) in ranked.iter_mut().enumerate() {
        one.proven &= place == 0 && ahead;
    }
    // What the rules exclude, and what a code of Entra says, no wording outweighs.
    let settled = case.any_sign_in().is_some() || ranked.first().is_some_and(|first| first.proven);
    if !settled {
        for one in &mut ranked {
            let log = case.wording(one.rule).map_or(0.0, |(log, _)| log);
            one.score += SHARE * log;
        }
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    ranked
}

impl Ranked<'_> {
    fn finding(self, case: &Case<'_>, first: bool, second: f64) -> Finding {
        let ahead = self.score - second >= LEAD;
        let certainty = match first {
            true if self.proven => Certainty::Proven,
            true if self.weight.score() >= LIKELY && ahead => Certainty::Likely,
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
