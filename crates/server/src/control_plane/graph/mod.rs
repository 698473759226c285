//! Microsoft Graph, as far as clients of Azure need it: who is who, and who belongs to which group.
//!
//! The directory is the configuration's: its users, applications, managed identities and groups. Whoever
//! has a token of the tenant for Graph may read it, as people may in Entra; who may change it, `changes` says.

mod changes;
mod directory;

use std::time::Instant;

use access::principal::PrincipalId;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::graph::{Collection, DirectoryObject, GroupsRequest, IdsRequest, MembershipRequest};

use self::directory::Directory;
use super::{Attempt, Denied, permit, read, remember};
use crate::app::App;
use crate::audit::Actor;
use crate::authenticate::{ConnectionMemo, Identity};
use crate::body::Body;
use crate::listen::Peer;
use crate::refusal;
use crate::route::table::{GraphRoute, Guard, ObjectKind};

/// Ids that one question may name: of objects, and of groups.
const MAX_IDS: usize = 1000;
const MAX_GROUPS: usize = 20;

/// Why Graph does not answer.
#[derive(Debug)]
pub(crate) enum GraphFault {
    /// Who calls is not known.
    Denied(Denied),
    /// No object has this id, or no route this path.
    NotFound(String),
    /// The question makes no sense.
    Bad(String),
    /// There is such an object already.
    Conflict(String),
    /// Nobody changes this here.
    Unchangeable(&'static str),
    /// The change could not be kept.
    Internal,
    /// The body did not come whole.
    Body,
}

impl From<Denied> for GraphFault {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

/// Answers a call to Graph; `path` starts below its prefix.
pub(crate) async fn answer(
    app: &App,
    request: Request<Incoming>,
    path: String,
    peer: Peer,
    memo: &ConnectionMemo,
) -> Response<Body> {
    let came = Instant::now();
    let (parts, incoming) = request.into_parts();
    let mut attempt = Attempt::graph(&parts, peer);
    let (response, told) = match judge(app, &mut attempt, &path, incoming, memo).await {
        Ok((status, body)) => (refusal::graph_reply(status, body, &attempt), None),
        Err(GraphFault::Denied(denied)) => {
            let answer = refusal::graph(&denied);
            let told = app.explanations.record_management(
                &denied,
                &attempt,
                answer.status(),
                &app.snapshot.load(),
                &app.authority,
                &app.settings,
            );
            (answer.into_graph_response(&told.id, &attempt), Some(told))
        }
        Err(fault) => (refusal::graph_fault(&fault, &attempt), None),
    };
    remember(app, &attempt, &response, told, came);
    response
}

async fn judge(
    app: &App,
    attempt: &mut Attempt<'_>,
    path: &str,
    incoming: Incoming,
    memo: &ConnectionMemo,
) -> Result<(StatusCode, String), GraphFault> {
    let caller = permit::authenticate(app, attempt, memo).await?;
    let unknown = || GraphFault::NotFound(path.chars().take(200).collect());
    let (row, names) = crate::route::graph(attempt.method, path).ok_or_else(unknown)?;
    let route = match row.guard {
        Guard::Directory(route) => route,
        Guard::DirectoryChange(change) => {
            changes::permitted(&app.snapshot.load(), &caller, attempt.now)?;
            let body = read(app, incoming).await.map_err(|_| GraphFault::Body)?;
            let principal = caller.principal.to_string();
            let name = app
                .snapshot
                .load()
                .world
                .principal(&principal)
                .map(|one| one.name.clone());
            let asked = changes::Asked {
                app,
                caller: &caller,
                actor: Actor {
                    name,
                    principal: Some(principal),
                    via: "graph",
                    address: attempt.peer,
                },
                names: &names,
                body,
                now: attempt.now,
            };
            return asked.perform(change).await;
        }
        _ => return Err(unknown()),
    };
    let body = read(app, incoming).await.map_err(|_| GraphFault::Body)?;
    let snapshot = app.snapshot.load_full();
    let question = Question {
        directory: Directory::new(&snapshot),
        caller: &caller,
        attempt,
        id: names.into_iter().next().unwrap_or_default(),
        body,
    };
    Ok((StatusCode::OK, question.answer(route)?))
}

struct Question<'q> {
    directory: Directory<'q>,
    caller: &'q Identity,
    attempt: &'q Attempt<'q>,
    /// What the path names.
    id: String,
    body: Bytes,
}

impl Question<'_> {
    fn answer(&self, route: GraphRoute) -> Result<String, GraphFault> {
        let directory = &self.directory;
        let own = self.caller.principal.to_string();
        match route {
            GraphRoute::Me => {
                if self.caller.claims.bearer == access::token::Bearer::Application {
                    let problem = "/me request is only valid with delegated authentication flow.";
                    return Err(GraphFault::Bad(problem.to_owned()));
                }
                json(&self.find(ObjectKind::User, &own)?)
            }
            GraphRoute::MyGroups => {
                let groups = directory.groups_of(&self.caller.principal, &self.caller.groups);
                self.collection(groups)
            }
            GraphRoute::List(kind) => {
                let filter = self.attempt.query.filter();
                let filter = filter.map_err(|_| unsupported_filter())?;
                let found = directory
                    .list(kind, &filter)
                    .ok_or_else(unsupported_filter)?;
                self.collection(found)
            }
            GraphRoute::ListApplications => {
                let filter = self.attempt.query.filter();
                let filter = filter.map_err(|_| unsupported_filter())?;
                let found = directory.applications(&filter);
                self.collection(found.ok_or_else(unsupported_filter)?)
            }
            GraphRoute::ReadApplication => {
                let found = directory.application(&self.id);
                json(
                    &found
                        .ok_or_else(|| GraphFault::NotFound(self.id.chars().take(200).collect()))?,
                )
            }
            GraphRoute::Read(kind) => json(&self.find(kind, &self.id)?),
            GraphRoute::GetByIds => {
                let asked: IdsRequest = self.json()?;
                if asked.ids.len() > MAX_IDS {
                    let problem = format!("At most {MAX_IDS} ids may be asked for at once.");
                    return Err(GraphFault::Bad(problem));
                }
                let found = asked.ids.iter();
                let found = found.filter_map(|id| directory.by_id(id));
                let wanted = |object: &DirectoryObject| {
                    let kind = object.kind.trim_start_matches("#microsoft.graph.");
                    asked.types.is_empty()
                        || asked.types.iter().any(|one| {
                            one.eq_ignore_ascii_case(kind)
                                || one.eq_ignore_ascii_case("directoryObject")
                        })
                };
                self.collection(found.filter(wanted).collect())
            }
            GraphRoute::TransitiveMemberOf(kind) => {
                let object = self.find(kind, &self.id)?;
                self.collection(directory.groups_of(&PrincipalId::new(&object.id), &[]))
            }
            GraphRoute::MemberGroups(kind) => {
                let object = self.find(kind, &self.id)?;
                let _asked: MembershipRequest = self.json()?;
                let groups = directory.groups_of(&PrincipalId::new(&object.id), &[]);
                self.collection(groups.into_iter().map(|group| group.id).collect())
            }
            GraphRoute::CheckMemberGroups(kind) => {
                let object = self.find(kind, &self.id)?;
                let asked: GroupsRequest = self.json()?;
                if asked.group_ids.len() > MAX_GROUPS {
                    let problem = format!("At most {MAX_GROUPS} groups may be asked for at once.");
                    return Err(GraphFault::Bad(problem));
                }
                let groups = directory.groups_of(&PrincipalId::new(&object.id), &[]);
                let asked_for = |group: &DirectoryObject| {
                    let mut asked = asked.group_ids.iter();
                    asked.any(|id| id.eq_ignore_ascii_case(&group.id))
                };
                let found = groups.into_iter().filter(asked_for);
                self.collection(found.map(|group| group.id).collect())
            }
            GraphRoute::Members => {
                let group = self.find(ObjectKind::Group, &self.id)?;
                self.collection(directory.members(&PrincipalId::new(&group.id)))
            }
        }
    }

    fn find(&self, kind: ObjectKind, name: &str) -> Result<DirectoryObject, GraphFault> {
        let found = self.directory.find(kind, name);
        found.ok_or_else(|| GraphFault::NotFound(name.chars().take(200).collect()))
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, GraphFault> {
        let bad = |_| GraphFault::Bad("Unable to read JSON request payload.".to_owned());
        serde_json::from_slice(&self.body).map_err(bad)
    }

    /// In one page: the directory is a configuration file's.
    fn collection<T: Serialize>(&self, value: Vec<T>) -> Result<String, GraphFault> {
        json(&Collection {
            context: format!(
                "{}/graph/v1.0/$metadata#directoryObjects",
                self.attempt.origin()
            ),
            next_link: None,
            value,
        })
    }
}

fn unsupported_filter() -> GraphFault {
    GraphFault::Bad("Invalid filter clause: it is not supported.".to_owned())
}

fn json(value: &impl Serialize) -> Result<String, GraphFault> {
    serde_json::to_string(value).map_err(|error| GraphFault::Bad(error.to_string()))
}
