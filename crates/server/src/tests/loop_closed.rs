//! The loop at scale: every route refuses for every reason that a caller can give it, every common
//! client shows the refusal in its own words, and the doctor may be unsure but never proves a cause
//! that is not the one.

use std::collections::BTreeMap;

use doctor::evidence::read;
use doctor::{Certainty, diagnose};

use super::matrix::{bearer, request_for};
use super::shown::{CLIENTS, Shown};
use super::{Answer, TestServer};
use crate::route::table::{DATA_PLANE, Row};

/// How many refusals there must be, and how often the doctor must name the cause first: most clients
/// show a message that many causes share, and nothing of what was sent.
const REFUSALS: usize = 300;
const FIRST: f64 = 0.3;
/// How often the cause is among the first three.
const AMONG_THREE: f64 = 0.5;

/// What was sent with a call.
type Headers = Vec<(&'static str, String)>;

#[test]
fn no_refusal_in_any_clients_words_is_given_a_false_proof() {
    let server = TestServer::start();
    let mut tally = Tally::default();
    for row in DATA_PLANE {
        for headers in credentials(&server, row) {
            let (path, body) = request_for(row);
            tally.judge(&server, row.method, &path, &headers, body);
        }
        for path in wrong_paths(row) {
            let good = vec![("Authorization", bearer(&server, row, "developer"))];
            let (_, body) = request_for(row);
            tally.judge(&server, row.method, &path, &good, body);
        }
    }
    tally.check();
}

/// One way to fail each; what it makes of a route, the endpoint says.
fn credentials(server: &TestServer, row: &Row) -> Vec<Headers> {
    let good = bearer(server, row, "developer");
    let jwt = good.trim_start_matches("Bearer ").to_owned();
    let mut all: Vec<Headers> = vec![
        vec![],
        vec![("Authentication", good.clone())],
        vec![("api-key", jwt.clone())],
        vec![("api-key", "contoso-local-key-3".to_owned())],
        vec![(
            "Authorization",
            "Bearer 0123456789abcdef0123456789abcdef".to_owned(),
        )],
        vec![("Authorization", format!("Bearer {good}"))],
        vec![("Authorization", format!("Bearer \"{jwt}\""))],
        vec![("Authorization", good[..good.len() - 40].to_owned())],
        vec![("Authorization", "Bearer ".to_owned())],
        vec![("Authorization", jwt)],
    ];
    for audience in [
        "https://ml.azure.com",
        "https://management.azure.com",
        "https://graph.microsoft.com",
    ] {
        let token = format!("Bearer {}", server.token("developer", audience));
        all.push(vec![("Authorization", token)]);
    }
    for principal in ["nobody", "owner", "contributor", "other-resource"] {
        all.push(vec![("Authorization", bearer(server, row, principal))]);
    }
    all
}

/// Addresses that are wrong in one way each.
fn wrong_paths(row: &Row) -> Vec<String> {
    let (path, _) = request_for(row);
    let bare = path.split('?').next().unwrap_or_default().to_owned();
    let mut all = vec![format!("/openai{path}"), format!("{bare}/x")];
    if path.contains('?') {
        all.push(bare.clone());
        all.push(format!("{bare}?api-version=2020-01-01"));
        all.push(format!("{bare}?api-version=latest"));
    }
    if row.path.contains("{deployment}") {
        all.push(
            path.replace("gpt-4o", "none")
                .replace("text-embedding-3-small", "none"),
        );
    }
    all
}

#[derive(Default)]
struct Tally {
    refusals: usize,
    shown: usize,
    first: usize,
    among_three: usize,
    proven: usize,
    /// Proven and wrong, with the text that led there.
    false_proofs: Vec<String>,
    /// By cause and what was named instead.
    missed: BTreeMap<(String, String), usize>,
}

impl Tally {
    fn judge(
        &mut self,
        server: &TestServer,
        method: &str,
        path: &str,
        headers: &Headers,
        body: &str,
    ) {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer: Answer = server.send(method, path, &headers, body);
        // What is not refused, or for no reason of the catalogue, is another test's.
        let Some(truth) = answer.header("x-entrada-cause").map(str::to_owned) else {
            return;
        };
        self.refusals += 1;
        let shown = Shown {
            method,
            path,
            headers: &headers,
            answer: &answer,
        };
        for (client, show) in CLIENTS {
            let text = show(&shown);
            let report = diagnose(&read(&text));
            let found: Vec<&str> = report
                .findings
                .iter()
                .map(|finding| finding.rule.as_str())
                .collect();
            self.shown += 1;
            self.first += usize::from(found.first() == Some(&truth.as_str()));
            self.among_three += usize::from(found.iter().take(3).any(|rule| *rule == truth));
            if found.first() != Some(&truth.as_str()) {
                let instead = found.first().copied().unwrap_or("nothing").to_owned();
                *self.missed.entry((truth.clone(), instead)).or_default() += 1;
            }
            for finding in report
                .findings
                .iter()
                .filter(|one| one.certainty == Certainty::Proven)
            {
                self.proven += 1;
                if finding.rule.as_str() != truth {
                    self.false_proofs
                        .push(format!("{client}: {} for {truth}\n{text}", finding.rule));
                }
            }
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a few thousand refusals")]
    fn check(&self) {
        let rate = |count: usize| count as f64 / self.shown as f64;
        let figures = format!(
            "{} refusals shown {} times: first {:.3}, among three {:.3}, proven {} of which {} wrong; missed {:#?}",
            self.refusals,
            self.shown,
            rate(self.first),
            rate(self.among_three),
            self.proven,
            self.false_proofs.len(),
            self.missed
        );
        assert!(
            self.false_proofs.is_empty(),
            "{figures}\n{}",
            self.false_proofs[0]
        );
        assert!(self.refusals >= REFUSALS, "{figures}");
        assert!(
            rate(self.first) >= FIRST && rate(self.among_three) >= AMONG_THREE,
            "{figures}"
        );
    }
}
