//! What the words are learnt from: `cases/sayings.txt` and `cases/answers.txt`, composed to reports,
//! and cases.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use doctor::RuleId;
use serde_json::Value;

/// How many reports are composed of a cause at least, and how often each of its sayings occurs.
const REPORTS: usize = 60;
const TIMES: usize = 3;
/// As how much of a real case a composed report counts.
const COMPOSED: f64 = 0.1;

/// A report and its cause.
#[derive(Clone)]
pub(crate) struct Report {
    /// What a person would paste.
    pub(crate) text: String,
    /// The cause, by its place in [`RuleId::ALL`].
    pub(crate) cause: usize,
    /// As how much of a real case it counts.
    pub(crate) counts: f64,
}

/// What people say, and how services answer.
#[derive(Default)]
pub(crate) struct Corpus {
    neutral: Vec<String>,
    causes: Vec<Cause>,
    wrappings: Vec<String>,
    answers: BTreeMap<String, Vec<Answer>>,
    sign_in: BTreeMap<String, String>,
    endpoints: Vec<String>,
    clients: Vec<String>,
    pins: Vec<String>,
}

struct Cause {
    label: String,
    /// The answers in which it shows itself, with their weights.
    answers: Vec<(String, usize)>,
    sayings: Vec<String>,
}

struct Answer {
    status: u16,
    code: String,
    message: String,
}

impl Corpus {
    /// Reads the two files.
    pub(crate) fn read(root: &Path) -> Result<Self, Box<dyn Error>> {
        let mut corpus = Self::default();
        corpus.sayings(&std::fs::read_to_string(root.join("cases/sayings.txt"))?)?;
        corpus.answers(&std::fs::read_to_string(root.join("cases/answers.txt"))?)?;
        Ok(corpus)
    }

    fn sayings(&mut self, text: &str) -> Result<(), String> {
        for line in content(text) {
            let Some(heading) = line.strip_prefix("## ") else {
                match self.causes.last_mut() {
                    Some(cause) => cause.sayings.push(line.to_owned()),
                    None => self.neutral.push(line.to_owned()),
                }
                continue;
            };
            let mut words = heading.split_whitespace();
            let label = words.next().unwrap_or_default();
            if label == "-" {
                continue;
            }
            let answers = words.filter_map(|word| {
                let (answer, weight) = word.split_once('=')?;
                Some((answer.to_owned(), weight.parse().ok()?))
            });
            self.causes.push(Cause {
                label: label.to_owned(),
                answers: answers.collect(),
                sayings: Vec::new(),
            });
        }
        let unknown = self
            .causes
            .iter()
            .find(|cause| RuleId::parse(&cause.label).is_none());
        unknown.map_or(Ok(()), |cause| {
            Err(format!("`{}` is no cause", cause.label))
        })
    }

    fn answers(&mut self, text: &str) -> Result<(), String> {
        let mut section = "";
        for line in content(text) {
            if let Some(heading) = line.strip_prefix("## ") {
                section = heading;
                continue;
            }
            let parts = || {
                line.split_once(": ")
                    .ok_or(format!("`{line}` has no colon"))
            };
            match section {
                "wrappings" => self.wrappings.push(line.to_owned()),
                "endpoints" => self.endpoints.push(line.to_owned()),
                "clients" => self.clients.push(line.to_owned()),
                "pins" => self.pins.push(line.to_owned()),
                "sign-in" => {
                    let (label, text) = parts()?;
                    self.sign_in.insert(label.to_owned(), text.to_owned());
                }
                _ => {
                    let (name, rest) = parts()?;
                    let mut fields = rest.splitn(3, " | ");
                    let mut field = || fields.next().unwrap_or_default().to_owned();
                    let answer = Answer {
                        status: field().parse().unwrap_or_default(),
                        code: field(),
                        message: field(),
                    };
                    self.answers
                        .entry(name.to_owned())
                        .or_default()
                        .push(answer);
                }
            }
        }
        Ok(())
    }

    /// Composes reports: every saying several times, with another of the same cause, with remarks
    /// that say nothing, under the answers that the cause shows itself in. The same every time.
    pub(crate) fn compose(&self) -> Vec<Report> {
        let mut dice = Dice(0x5eed);
        let mut reports = Vec::new();
        for cause in &self.causes {
            let Some(id) = RuleId::ALL.iter().position(|id| id.as_str() == cause.label) else {
                continue;
            };
            let count = REPORTS.max(cause.sayings.len() * TIMES);
            for nth in 0..count {
                let saying = &cause.sayings[nth % cause.sayings.len()];
                let text = self.report(cause, saying, &mut dice);
                reports.push(Report {
                    text,
                    cause: id,
                    counts: COMPOSED,
                });
            }
        }
        reports
    }

    fn report(&self, cause: &Cause, saying: &str, dice: &mut Dice) -> String {
        let mut remarks = vec![saying];
        if dice.below(100) < 35 {
            remarks.push(dice.pick(&cause.sayings));
        }
        for _ in 0..[0, 0, 1, 1, 2][dice.below(5)] {
            remarks.push(dice.pick(&self.neutral));
        }
        dice.shuffle(&mut remarks);
        let mut lines = Vec::new();
        if dice.below(100) < 75 {
            lines.push(format!("client: {}", dice.pick(&self.clients)));
        }
        if dice.below(100) < 88 {
            lines.push(format!("endpoint: {}", dice.pick(&self.endpoints)));
        }
        let (status, answer) = self.answer(cause, dice);
        if status != 0 {
            lines.push(format!("status: {status}"));
        }
        lines.extend([String::new(), answer, String::new()]);
        lines.extend(remarks.iter().map(|remark| format!("- {remark}")));
        // Which versions are in use says little by itself: people add that to any failure.
        if dice.below(100) < 15 {
            for _ in 0..=dice.below(3) {
                lines.push(dice.pick(&self.pins).to_owned());
            }
        }
        lines.join("\n") + "\n"
    }

    fn answer(&self, cause: &Cause, dice: &mut Dice) -> (u16, String) {
        let total: usize = cause.answers.iter().map(|(_, weight)| weight).sum();
        let mut at = dice.below(total.max(1));
        let chosen = cause.answers.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        });
        let name = chosen.map_or("", |(name, _)| name.as_str());
        if name == "sign-in" {
            let text = self.sign_in.get(&cause.label).cloned();
            return (0, text.unwrap_or_else(|| "AADSTS".to_owned()));
        }
        let Some(answer) = self.answers.get(name).map(|all| dice.choose(all)) else {
            return (0, String::new());
        };
        let wrapping = if answer.code == "-" {
            "{message}"
        } else {
            dice.pick(&self.wrappings)
        };
        let text = wrapping
            .replace("{status}", &answer.status.to_string())
            .replace("{code}", &answer.code)
            .replace("{message}", &answer.message);
        (answer.status, text)
    }
}

/// The cases of a file.
pub(crate) fn cases(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let cases = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok(cases)
}

/// A case as a person would paste it, where its cause is known.
pub(crate) fn report(case: &Value, counts: f64) -> Option<Report> {
    let label = case["root_cause"].as_str()?;
    let cause = RuleId::ALL.iter().position(|id| id.as_str() == label)?;
    let text = crate::score::paste_of(case);
    Some(Report {
        text,
        cause,
        counts,
    })
}

/// What each rule's page shows as its example: little evidence, and no doubt.
pub(crate) fn examples() -> impl Iterator<Item = Report> {
    RuleId::ALL.iter().enumerate().map(|(cause, id)| Report {
        text: id.rule().fires.to_owned(),
        cause,
        counts: 1.0,
    })
}

/// Lines without remarks and blank ones.
fn content(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("# "))
}

/// Numbers that are the same every time (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    fn choose<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn pick<'a>(&mut self, all: &'a [String]) -> &'a str {
        self.choose(all).as_str()
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}
