//! What is known about a failure, and where each piece of it came from.

use wire::refusals::{Shape, Sign};

use crate::RuleId;
use crate::clues::Clue;
use crate::evidence::audience::Audience;
use crate::evidence::client::Client;
use crate::evidence::endpoint::Endpoint;
use crate::evidence::names;
use crate::evidence::role::RoleMention;
use crate::evidence::sent::Sent;
use crate::evidence::token::TokenClaims;
use crate::evidence::topic::Says;
use crate::evidence::variable::Variable;
use crate::evidence::version::ApiVersion;
use crate::wording::Wording;

/// How many facts one diagnosis weighs; what comes later is left out.
const LIMIT: usize = 2_000;
/// How much of a line stands in a report.
const EXCERPT: usize = 160;

/// Where a fact came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A line of the text that was given, by number from 1, with what stands there. Secrets are out
    /// of it before it gets here.
    Text {
        /// The line, counted from 1.
        line: u32,
        /// What stands there, cut to a readable length.
        excerpt: String,
    },
    /// A member of something structured, for example `claims.aud` or `header api-key`.
    Field {
        /// Its name.
        name: String,
    },
    /// A line of one of several files.
    File {
        /// The file's name as it was given.
        path: String,
        /// The line, counted from 1; 0 for the whole file.
        line: u32,
        /// What stands there, cut to a readable length.
        excerpt: String,
    },
    /// The endpoint itself, which knows why it refused.
    Server,
}

impl Origin {
    /// A line of text.
    pub fn text(line: u32, content: &str) -> Self {
        let content = content.trim();
        let excerpt = match content.char_indices().nth(EXCERPT) {
            Some((end, _)) => format!("{}…", &content[..end]),
            None => content.to_owned(),
        };
        Self::Text { line, excerpt }
    }

    /// A named member.
    pub fn field(name: impl Into<String>) -> Self {
        Self::Field { name: name.into() }
    }
}

/// One thing that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What.
    pub kind: Kind,
    /// From where.
    pub origin: Origin,
}

/// What can be known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// The HTTP status of the answer.
    Status(u16),
    /// A refusal of the wire catalogue.
    Refused {
        /// Which.
        shape: Shape,
        /// Its values by name.
        values: Vec<(&'static str, String)>,
        /// Whether its message was seen or only its code.
        sign: Sign,
    },
    /// Who called.
    Client(Client),
    /// A URL that was configured or called.
    Endpoint(Endpoint),
    /// An api-version that was used.
    ApiVersion(ApiVersion),
    /// A resource for which a token was or should be requested.
    Audience(Audience),
    /// A role that somebody has, lacks or speaks of.
    Role(RoleMention),
    /// A circumstance in words.
    Clue(&'static Clue),
    /// A subject that sentences speak of, and what they say of it.
    About(&'static Clue, Says),
    /// The claims of a token that was in the evidence.
    Claims(Box<TokenClaims>),
    /// A value that commands can be filled in with.
    Value(Name, String),
    /// A package and its version.
    Package {
        /// As in OSV: `PyPI`, `npm`, `NuGet`, `Maven`, `Go`, `crates.io`.
        ecosystem: String,
        /// The package.
        name: String,
        /// Its version, if it is pinned.
        version: Option<String>,
    },
    /// A known bug of a package that is used in an affected version.
    Advisory {
        /// The advisory's id.
        id: &'static str,
        /// What it says.
        summary: &'static str,
        /// The first good version.
        fixed: Option<String>,
    },
    /// An error in the text that is the text of a known bug.
    BugText {
        /// The advisory's id.
        id: &'static str,
        /// What it says.
        summary: &'static str,
    },
    /// The credential that a shown request carries.
    Sent(Sent),
    /// An environment variable that the client asks for or that is set.
    Variable(Variable),
    /// A deployment that exists.
    Deployed {
        /// Its name.
        name: String,
        /// The model that it holds.
        model: String,
    },
    /// A deployment's or a model's name that somebody speaks of.
    Named(names::Mention),
    /// What the words of a text make likely.
    Wording(Wording),
    /// Something that bears on the cause, in words.
    Observed(String),
    /// The endpoint knows the cause.
    Known {
        /// The cause.
        cause: RuleId,
        /// What it saw.
        statement: String,
    },
}

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Name {
    /// The account's (resource's) name.
    Account,
    /// The ARM id of the account.
    AccountId,
    /// The project's name.
    Project,
    /// A deployment that was asked for.
    Deployment,
    /// A deployment that exists.
    ExistingDeployment,
    /// A model.
    Model,
    /// The object id, or the name, of who called.
    Principal,
    /// The data action that was missing.
    DataAction,
    /// The management action that was missing.
    Action,
    /// The scope of an ARM refusal.
    Scope,
    /// The method and path of the call.
    Operation,
    /// The tenant of the token.
    TokenTenant,
    /// The tenant of the resource.
    ResourceTenant,
    /// The role that would do.
    Role,
    /// The audience that was wanted.
    Audience,
    /// The api-version that was asked for.
    ApiVersion,
    /// The address a call came from.
    Address,
    /// The header a credential came in.
    Header,
    /// The AADSTS code.
    SignInCode,
    /// Seconds to wait.
    RetryAfter,
    /// The right URL or path.
    RightPath,
}

/// Everything that is known about one failure.
///
/// Facts come from readers ([`crate::evidence`]), from the endpoint's own knowledge
/// ([`crate::known`]) or one by one through [`Facts::learn`]. What is not among them is unknown,
/// never "no".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    facts: Vec<Fact>,
}

impl Facts {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact; a fact that is there already is not added again.
    pub fn learn(&mut self, kind: Kind, origin: Origin) {
        let known = self.facts.iter().any(|fact| fact.kind == kind);
        if !known && self.facts.len() < LIMIT {
            self.facts.push(Fact { kind, origin });
        }
    }

    /// Adds all facts of another source.
    pub fn extend(&mut self, other: Facts) {
        for fact in other.facts {
            self.learn(fact.kind, fact.origin);
        }
    }

    /// The same facts, each saying that it came from this file.
    #[must_use]
    pub fn of_file(mut self, path: &str) -> Self {
        for fact in &mut self.facts {
            fact.origin = match std::mem::replace(&mut fact.origin, Origin::Server) {
                Origin::Text { line, excerpt } => Origin::File {
                    path: path.to_owned(),
                    line,
                    excerpt,
                },
                Origin::Field { name } => Origin::Field {
                    name: format!("{path}: {name}"),
                },
                origin => origin,
            };
        }
        self
    }

    /// All facts, in the order in which they were learnt.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}
