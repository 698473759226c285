//! What the examination asks for, and what it is answered. Whoever performs the checks keeps the tokens;
//! the examination learns their claims only.

use std::net::IpAddr;

use serde_json::Value;

use super::source::Source;
use super::step::Step;
use crate::evidence::token::TokenClaims;

/// Something to find out. Whoever performs it knows the hosts; a check names no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// The variables of [`super::surroundings::VARIABLES`].
    Surroundings,
    /// A token of this source for the endpoint.
    Credential(Source),
    /// The addresses of a place's host.
    Resolve(Place),
    /// A connection to a place, with TLS where the place has it, and nothing sent.
    Connect(Place),
    /// A request.
    Request(Request),
}

/// A service that checks are made at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The endpoint that is examined.
    Endpoint,
    /// Entra.
    Authority,
    /// Azure Resource Manager.
    Management,
    /// Microsoft Graph.
    Directory,
}

/// A request to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where to.
    pub place: Place,
    /// `GET` or `POST`. Only the call itself, and questions that Graph takes as `POST`, are no `GET`.
    pub method: &'static str,
    /// Path and query behind the place's origin.
    pub path: String,
    /// Whose token goes along, made for that place; nobody's for a request without one.
    pub bearer: Option<Source>,
    /// A body of JSON.
    pub body: Option<String>,
    /// Headers of the API that is spoken.
    pub headers: Vec<(&'static str, &'static str)>,
    /// What the answer is for.
    pub purpose: Purpose,
}

/// What an answer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// What the endpoint says to a stranger.
    Stranger,
    /// Which subscriptions there are.
    Subscriptions,
    /// Which accounts a subscription has.
    Accounts,
    /// One account.
    Account,
    /// What is deployed in it.
    Deployments,
    /// What the caller is assigned in the subscription, inherited and through groups included.
    Assignments,
    /// What is denied at the account.
    Denies,
    /// What the caller could activate.
    Eligible,
    /// One role's definition.
    Definition,
    /// Which groups the caller is in.
    Groups,
    /// The call itself.
    Call {
        /// Whether the answer was asked for as a stream.
        streamed: bool,
    },
}

impl Check {
    /// The step that it belongs to.
    pub fn step(&self) -> Step {
        match self {
            Self::Surroundings => Step::Environment,
            Self::Credential(_) => Step::Credential,
            Self::Resolve(_) | Self::Connect(_) => Step::Network,
            Self::Request(request) => match request.purpose {
                Purpose::Stranger => Step::Endpoint,
                Purpose::Subscriptions
                | Purpose::Accounts
                | Purpose::Account
                | Purpose::Deployments => Step::Account,
                Purpose::Assignments
                | Purpose::Denies
                | Purpose::Eligible
                | Purpose::Definition
                | Purpose::Groups => Step::Roles,
                Purpose::Call { .. } => Step::Call,
            },
        }
    }
}

/// What a check was answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To [`Check::Surroundings`].
    Surroundings(Vec<Variable>),
    /// To [`Check::Credential`].
    Credential(CredentialAnswer),
    /// To [`Check::Resolve`].
    Resolved(Vec<IpAddr>),
    /// To [`Check::Connect`].
    Connected(Connection),
    /// To [`Check::Request`].
    Response(Response),
    /// To any: it could not be done.
    Failed(Trouble),
}

/// A variable that is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub setting: Setting,
    /// The file that sets it; `None` is the environment.
    pub file: Option<String>,
}

/// What stands in a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// Something that may be shown.
    Plain(String),
    /// The name of a file, and whether it can be read.
    File {
        /// The name.
        path: String,
        /// Why not, if not.
        trouble: Option<String>,
    },
    /// A secret: not what it is, but what it looks like.
    Secret(SecretForm),
}

/// What a secret looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum SecretForm {
    /// A token; its claims, where they can be read.
    Token(Box<TokenClaims>),
    /// Nothing, a placeholder or blanks around it.
    Unusable(&'static str),
    /// Anything else.
    Opaque,
}

/// What a source of tokens answered.
#[derive(Debug, Clone, PartialEq)]
pub enum CredentialAnswer {
    /// A token. Claims are there where it can be read.
    Token(Option<Box<TokenClaims>>),
    /// This source is not set up here, and chains pass on to the next.
    Absent(String),
    /// It is set up, and gives no token: its own words. `ends_chain` says whether chains stop here.
    Refused {
        /// Its own words.
        words: String,
        /// Whether chains stop here.
        ends_chain: bool,
    },
    /// It is set up, but only the library itself can ask it.
    Recognised(String),
}

/// A connection that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// To which address; `None` through a proxy.
    pub address: Option<IpAddr>,
    /// Through which proxy, without user and password.
    pub proxy: Option<String>,
    /// The certificate, where there is TLS.
    pub certificate: Option<Certificate>,
}

/// A certificate that a server showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Who issued it.
    pub issuer: String,
    /// Its last second.
    pub expires: Option<access::Timestamp>,
    /// The variable whose file made it trusted; `None` where the system trusts it.
    pub trusted_by: Option<&'static str>,
}

/// An answer to a request.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers that a diagnosis reads, lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it stands, cut to a bounded length.
    pub body: String,
    /// The body as JSON; for lists of the Resource Manager, all pages.
    pub json: Option<Value>,
    /// Events that came, where a stream was asked for and given.
    pub events: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// In words.
    pub words: String,
    /// Who issued a certificate that was not trusted.
    pub issuer: Option<String>,
}

/// Kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// The name has no address.
    Name,
    /// No connection.
    Connection,
    /// The proxy did not connect.
    Proxy,
    /// No TLS.
    Tls,
    /// No answer in time.
    Time,
    /// The answer broke off or is none.
    Broken,
    /// No token for it.
    Token,
    /// It may not be asked: plain HTTP, or no permission.
    Forbidden,
}

impl Response {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The members of a list of the Resource Manager or of Graph.
    pub(crate) fn list(&self) -> &[Value] {
        let value = self.json.as_ref().and_then(|json| json["value"].as_array());
        value.map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
