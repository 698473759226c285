//! What a diagnosis says, and its JSON.

use serde::Serialize;

use crate::RuleId;
use crate::evidence::names::{self, Part};
use crate::evidence::topic::Says;
use crate::evidence::variable::Stance as VariableStance;
use crate::fact::{Fact, Kind, Name, Origin};
use crate::fix::{Fix, FixKind};

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// It fits, and so do others.
    Possible,
    /// It fits best by far.
    Likely,
    /// The evidence excludes the other causes.
    Proven,
}

impl Certainty {
    /// `proven`, `likely` or `possible`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Proven => "proven",
        }
    }
}

/// A cause that explains the failure, with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The cause.
    pub rule: RuleId,
    /// How sure it is.
    pub certainty: Certainty,
    /// What happened, with the values of this case.
    pub cause: String,
    /// The facts it rests on, the weightiest first; never empty.
    pub evidence: Vec<Fact>,
    /// How to mend it, the best first.
    pub fix: Vec<Fix>,
    /// The known bugs of client libraries that it speaks of, the worst first.
    pub bugs: Vec<KnownBug>,
}

/// A known bug of a package in the version that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBug {
    /// The package's name in its registry.
    pub package: String,
    /// The version that is used.
    pub version: String,
    /// The first version to upgrade to.
    pub fixed: &'static str,
    /// What is known of it.
    pub advisory: &'static str,
    /// In one line, without a full stop.
    pub summary: &'static str,
    /// `failure`, `identity`, `secret` or `message`.
    pub impact: &'static str,
    /// Where this comes from.
    pub source: &'static str,
}

/// The single question or command that would separate the remaining causes best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextCheck {
    /// What it tells.
    pub question: String,
    /// What to run or to look at.
    pub command: String,
    /// The causes that its answer separates.
    pub separates: Vec<RuleId>,
}

/// The findings, best first, and what to look at next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The causes, the likeliest first. Empty where nothing is recognised.
    pub findings: Vec<Finding>,
    /// What would make it surer, the most telling first.
    pub next_checks: Vec<NextCheck>,
}

impl Report {
    /// The report as one JSON object of the schema `entrada.report/v1`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(ReportView::of(self)).unwrap_or_default()
    }
}

impl Fact {
    /// The fact in words, for people. No secret is in it: readers drop them first.
    pub fn statement(&self) -> String {
        match &self.kind {
            Kind::Status(code) => format!("the answer's status is {code}"),
            Kind::Refused { shape, values, .. } => refusal_statement(shape.id(), values),
            Kind::Client(client) => format!("the client is {}", client.name),
            Kind::Endpoint(endpoint) => format!("the URL is {}", endpoint.url),
            Kind::ApiVersion(version) => format!("the api-version is `{}`", version.text),
            Kind::Audience(audience) => {
                format!("a token for {:?} is spoken of", audience.resource)
            }
            Kind::Role(role) => format!("the role {} is {}", role.name, stance(role.stance)),
            Kind::Clue(clue) => clue.says.to_owned(),
            Kind::About(subject, says) => match says {
                Says::Mentioned => format!("{} is spoken of", subject.says),
                Says::Right => format!("{} was checked", subject.says),
                Says::Lacking => format!("{} is missing or empty", subject.says),
                Says::Wrong => format!("{} is another than it should be", subject.says),
                Says::Works => format!("with a change of {} it works", subject.says),
            },
            Kind::Claims(claims) => format!("the token is for `{}`", claims.audience_name()),
            Kind::Value(name, value) => format!("{} is `{value}`", value_name(*name)),
            Kind::Package { name, version, .. } => match version {
                Some(version) => format!("the project uses {name} {version}"),
                None => format!("the project uses {name}, unpinned"),
            },
            Kind::Advisory { id, summary, .. } => format!("{id}: {summary}"),
            Kind::BugText { id, summary } => format!("the text is that of {id}: {summary}"),
            Kind::Sent(sent) => format!("the request carries {}", sent.says()),
            Kind::Variable(variable) => match variable.stance {
                VariableStance::Asked => {
                    format!("the client asks for the variable {}", variable.name)
                }
                VariableStance::Set => format!("the variable {} is set", variable.name),
            },
            Kind::Deployed { name, model } => format!("a deployment `{name}` of `{model}` exists"),
            Kind::Named(mention) => named(mention),
            Kind::Wording(_) => "its words are those of other reports with this cause".to_owned(),
            Kind::Observed(statement) | Kind::Known { statement, .. } => statement.clone(),
        }
    }
}

fn named(mention: &names::Mention) -> String {
    let name = &mention.name;
    match mention.part {
        Part::Asked => format!("`{name}` is what the call asks for"),
        Part::Deployment => format!("a deployment `{name}` is said to exist"),
        Part::Model => format!("a model `{name}` is said to be deployed"),
    }
}

fn refusal_statement(id: &str, values: &[(&'static str, String)]) -> String {
    let told: Vec<String> = values
        .iter()
        .filter(|(_, value)| !value.is_empty() && value.len() < 200)
        .take(4)
        .map(|(name, value)| format!("{} `{value}`", name.replace('_', " ")))
        .collect();
    if told.is_empty() {
        format!("the service's answer is {id}")
    } else {
        format!("the service's answer is {id} ({})", told.join(", "))
    }
}

fn stance(stance: crate::evidence::role::Stance) -> &'static str {
    use crate::evidence::role::Stance;
    match stance {
        Stance::Held => "held by the caller",
        Stance::Absent => "not held by the caller",
        Stance::Mentioned => "spoken of",
    }
}

fn value_name(name: Name) -> &'static str {
    match name {
        Name::Account => "the resource",
        Name::AccountId => "the resource's id",
        Name::Project => "the project",
        Name::Deployment => "the deployment asked for",
        Name::ExistingDeployment => "an existing deployment",
        Name::Model => "the model",
        Name::Principal => "the caller",
        Name::DataAction => "the data action",
        Name::Action => "the action",
        Name::Scope => "the scope",
        Name::Operation => "the operation",
        Name::TokenTenant => "the token's tenant",
        Name::ResourceTenant => "the resource's tenant",
        Name::Role => "the role that would do",
        Name::Audience => "the audience",
        Name::ApiVersion => "the api-version",
        Name::Address => "the caller's address",
        Name::Header => "the header",
        Name::SignInCode => "the AADSTS code",
        Name::RetryAfter => "the seconds to wait",
        Name::RightPath => "the right path",
    }
}

#[derive(Serialize)]
struct ReportView<'r> {
    schema: &'static str,
    findings: Vec<FindingView<'r>>,
    next_checks: Vec<CheckView<'r>>,
}

#[derive(Serialize)]
struct FindingView<'r> {
    rule: &'static str,
    code: &'static str,
    certainty: &'static str,
    title: &'static str,
    cause: &'r str,
    evidence: Vec<EvidenceView<'r>>,
    fix: Vec<FixView<'r>>,
    docs: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<BugView<'r>>,
}

#[derive(Serialize)]
struct BugView<'r> {
    id: &'r str,
    package: &'r str,
    version: &'r str,
    fixed: &'r str,
    impact: &'r str,
    summary: &'r str,
    source: &'r str,
}

#[derive(Serialize)]
struct EvidenceView<'r> {
    fact: String,
    origin: OriginView<'r>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum OriginView<'r> {
    Text {
        line: u32,
        excerpt: &'r str,
    },
    Field {
        name: &'r str,
    },
    File {
        path: &'r str,
        line: u32,
        excerpt: &'r str,
    },
    Server,
}

#[derive(Serialize)]
struct FixView<'r> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    title: &'r str,
    command: &'r str,
}

#[derive(Serialize)]
struct CheckView<'r> {
    question: &'r str,
    command: &'r str,
    separates: Vec<&'static str>,
}

impl<'r> ReportView<'r> {
    fn of(report: &'r Report) -> Self {
        Self {
            schema: "entrada.report/v1",
            findings: report.findings.iter().map(FindingView::of).collect(),
            next_checks: report
                .next_checks
                .iter()
                .map(|check| CheckView {
                    question: &check.question,
                    command: &check.command,
                    separates: check.separates.iter().map(|id| id.as_str()).collect(),
                })
                .collect(),
        }
    }
}

impl<'r> FindingView<'r> {
    fn of(finding: &'r Finding) -> Self {
        let rule = finding.rule.rule();
        Self {
            rule: rule.label,
            code: rule.code,
            certainty: finding.certainty.as_str(),
            title: rule.title,
            cause: &finding.cause,
            evidence: finding
                .evidence
                .iter()
                .map(|fact| EvidenceView {
                    fact: fact.statement(),
                    origin: match &fact.origin {
                        Origin::Text { line, excerpt } => OriginView::Text {
                            line: *line,
                            excerpt,
                        },
                        Origin::Field { name } => OriginView::Field { name },
                        Origin::File {
                            path,
                            line,
                            excerpt,
                        } => OriginView::File {
                            path,
                            line: *line,
                            excerpt,
                        },
                        Origin::Server => OriginView::Server,
                    },
                })
                .collect(),
            fix: finding
                .fix
                .iter()
                .map(|fix| FixView {
                    kind: fix.kind.as_str(),
                    language: match fix.kind {
                        FixKind::Code(language) => Some(language.as_str()),
                        _ => None,
                    },
                    title: &fix.title,
                    command: &fix.command,
                })
                .collect(),
            docs: rule.page(),
            advisories: finding.bugs.iter().map(BugView::of).collect(),
        }
    }
}

impl<'r> BugView<'r> {
    fn of(bug: &'r KnownBug) -> Self {
        Self {
            id: bug.advisory,
            package: &bug.package,
            version: &bug.version,
            fixed: bug.fixed,
            impact: bug.impact,
            summary: bug.summary,
            source: bug.source,
        }
    }
}
