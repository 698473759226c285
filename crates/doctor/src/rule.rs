//! What a rule is: one cause, its page, how it is recognised, how it is mended.

use crate::RuleId;
use crate::case::Case;
use crate::fix::Fix;
use crate::weight::Weight;

/// A cause that the doctor knows. Rules are constants, one per file of `rules/`; the file's
/// comment is the page that users read.
#[derive(Debug)]
pub struct Rule {
    /// The cause's name: stable, and what findings and headers carry.
    pub label: &'static str,
    /// Family and number, never reused.
    pub code: &'static str,
    /// The cause in one line.
    pub title: &'static str,
    /// The page, as Markdown.
    pub doc: &'static str,
    /// A report that this rule explains, as a person would paste it.
    pub fires: &'static str,
    /// A similar report with another cause.
    pub silent: &'static str,
    pub(crate) weigh: for<'f> fn(&Case<'f>, &mut Weight<'f>),
    pub(crate) cause: fn(&Case<'_>) -> String,
    pub(crate) fix: fn(&Case<'_>) -> Vec<Fix>,
}

impl Rule {
    /// Where the page is, from the root of the project.
    pub fn page(&self) -> String {
        format!("docs/rules/{}.md", self.label)
    }

    /// One section of the page, without its heading.
    pub fn section(&self, heading: &str) -> &'static str {
        let start = self.doc.find(&format!("## {heading}\n"));
        let Some(start) = start else { return "" };
        let body = &self.doc[start..];
        let body = &body[body.find('\n').unwrap_or(0)..];
        body.find("\n## ").map_or(body, |end| &body[..end]).trim()
    }
}

/// Declares the rule of a file: its page, its names, its cases and its three functions.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        $code:literal $label:literal: $title:literal,
        fires: $fires:literal,
        silent: $silent:literal,
    ) => {
        $(#[doc = $doc])+
        pub(crate) static RULE: $crate::rule::Rule = $crate::rule::Rule {
            label: $label,
            code: $code,
            title: $title,
            doc: concat!($($doc, "\n"),+),
            fires: $fires,
            silent: $silent,
            weigh,
            cause,
            fix,
        };
    };
}
pub(crate) use declare_rule;

/// What every rule's file needs.
pub(crate) mod prelude {
    pub(crate) use super::declare_rule;
    pub(crate) use crate::case::{Asked, Case, Likeness};
    pub(crate) use crate::clues::{
        client, credential, deployment, endpoint, feature, form, identity, network, role, service,
        symptom, token, topic,
    };
    pub(crate) use crate::evidence::audience::{Cloud, Resource};
    pub(crate) use crate::evidence::client::{Language, Protocol};
    pub(crate) use crate::evidence::endpoint::{Endpoint, Flaw, Host, Path, Use};
    pub(crate) use crate::evidence::role::{Reach, Stance};
    pub(crate) use crate::evidence::sent::Sent;
    pub(crate) use crate::evidence::topic::Says;
    pub(crate) use crate::evidence::variable::Purpose;
    pub(crate) use crate::evidence::version::VersionKind;
    pub(crate) use crate::fact::{Kind, Name};
    pub(crate) use crate::fix::{self, Fix};
    pub(crate) use crate::situation::Situation::*;
    pub(crate) use crate::weight::Weight;
    pub(crate) use wire::refusals::Shape;
}

impl RuleId {
    /// The label, such as `token-wrong-audience`.
    pub fn as_str(self) -> &'static str {
        self.rule().label
    }

    /// The code, such as `TOK003`.
    pub fn code(self) -> &'static str {
        self.rule().code
    }

    /// The cause in one line.
    pub fn title(self) -> &'static str {
        self.rule().title
    }

    /// The rule of this label or code.
    pub fn parse(text: &str) -> Option<Self> {
        let known = |id: &&Self| id.as_str() == text || id.code().eq_ignore_ascii_case(text);
        Self::ALL.iter().find(known).copied()
    }
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
