//! One call to the inference endpoint while it is being judged: what was asked, and what is known so far.

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use access::Timestamp;
use access::operation::{DataAction, Operation};
use access::scope::Scope;
use http::request::Parts;

use super::api_version;
use crate::authenticate::{self, Caller, KnownToken, Presented, RouteFamily};
use crate::config::{Account, Deployment, World};
use crate::percent::decoded as percent_decoded;
use crate::route::table::Guard;
use crate::route::{self, Match};
use crate::snapshot::Snapshot;

/// Where a request goes: found from Host and path before anything is judged.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The account; the default one when the request names one that is not there.
    pub(crate) account: Arc<Account>,
    /// The name that no account bears.
    pub(crate) unknown_account: Option<String>,
    /// Called by a regional host name.
    pub(crate) regional_host: bool,
    /// Where the path below the account starts in the request's path.
    pub(crate) path_start: usize,
}

/// An attempt to do something.
pub(crate) struct Attempt<'request> {
    // What was asked.
    pub(crate) peer: IpAddr,
    pub(crate) world: &'request World,
    pub(crate) account: Arc<Account>,
    pub(crate) unknown_account: Option<String>,
    pub(crate) regional_host: bool,
    pub(crate) method: &'request str,
    pub(crate) path: &'request str,
    pub(crate) query: Option<&'request str>,
    pub(crate) api_version: Option<&'request str>,
    /// What the client says it is.
    pub(crate) user_agent: Option<&'request str>,
    pub(crate) family: RouteFamily,
    pub(crate) found: Option<Match<'request>>,
    pub(crate) presented: Presented<'request>,
    pub(crate) now: Timestamp,
    pub(crate) project: Option<Scope>,
    pub(crate) unknown_project: Option<String>,
    /// The deployment's name, from the path or the body.
    pub(crate) model: Option<Cow<'request, str>>,
    pub(crate) deployment: Option<Arc<Deployment>>,
    // What was learnt.
    pub(crate) token: Option<Rc<KnownToken>>,
    pub(crate) caller: Option<Caller>,
    pub(crate) data_action: Option<DataAction>,
    pub(crate) authorized: bool,
}

impl<'request> Attempt<'request> {
    /// The attempt that a request makes.
    pub(crate) fn new(
        parts: &'request Parts,
        target: Target,
        world: &'request World,
        peer: IpAddr,
        now: Timestamp,
    ) -> Self {
        let path = &parts.uri.path()[target.path_start..];
        let family = RouteFamily::of_path(path);
        let method = parts.method.as_str();
        let mut attempt = Self {
            peer,
            world,
            account: target.account,
            unknown_account: target.unknown_account,
            regional_host: target.regional_host,
            method,
            path,
            query: parts.uri.query(),
            api_version: api_version::of_query(parts.uri.query()),
            user_agent: parts
                .headers
                .get(http::header::USER_AGENT)
                .and_then(|value| value.to_str().ok()),
            family,
            found: route::data_plane(method, path),
            presented: authenticate::read(&parts.headers, family),
            now,
            project: None,
            unknown_project: None,
            model: None,
            deployment: None,
            token: None,
            caller: None,
            data_action: None,
            authorized: false,
        };
        attempt.read_path(parts);
        attempt
    }

    fn read_path(&mut self, parts: &'request Parts) {
        let Some(first) = self.found.and_then(|found| found.first) else {
            return;
        };
        if self.family == RouteFamily::Project {
            match self.account.project(first) {
                Some(project) => self.project = Some(project.scope.clone()),
                None => self.unknown_project = Some(first.to_owned()),
            }
        } else if self.path.starts_with("/openai/deployments/") {
            self.name_model(Some(percent_decoded(first)));
        }
        if self.operation() == Some(Operation::InferenceInfo)
            && self.family == RouteFamily::Inference
        {
            self.name_model(model_of_query(parts.uri.query()));
        }
    }

    /// The operation, when a route was found.
    pub(crate) fn operation(&self) -> Option<Operation> {
        match self.found?.row.guard {
            Guard::DataAction(operation) => Some(operation),
            _ => None,
        }
    }

    /// Whether the body names the deployment.
    pub(crate) fn model_is_in_body(&self) -> bool {
        self.needs_deployment()
            && !self.path.starts_with("/openai/deployments/")
            && self.method == "POST"
    }

    /// Whether the operation is one on a deployment, rather than on lists or stored things.
    pub(crate) fn needs_deployment(&self) -> bool {
        use Operation::*;
        match self.operation() {
            Some(
                ResponsesRead
                | ResponsesDelete
                | ResponsesInputItems
                | V1ResponsesRead
                | V1ResponsesDelete
                | V1ResponsesInputItems
                | ProjectResponsesRead
                | ProjectResponsesDelete
                | ProjectResponsesInputItems
                | ModelsListClassic
                | ModelsReadClassic
                | V1ModelsList
                | V1ModelsRead
                | ProjectModelsList
                | ProjectDeploymentsList
                | InferenceInfo,
            )
            | None => false,
            Some(_) => true,
        }
    }

    /// Says which deployment is meant.
    pub(crate) fn name_model(&mut self, model: Option<Cow<'request, str>>) {
        self.deployment = model
            .as_deref()
            .and_then(|name| self.account.deployment(name))
            .cloned();
        self.model = model;
    }

    /// The scope at which the call must be allowed.
    pub(crate) fn authorization_scope(&self, snapshot: &Snapshot) -> Scope {
        let mode = snapshot.world.endpoint.authorization_scope;
        let deployment = self.deployment.as_ref().map(|deployment| &*deployment.name);
        mode.of_call(
            &self.account.scope,
            self.project.as_ref().map(Scope::name),
            deployment,
        )
    }

    /// What the path names besides account and project: a response or a model.
    pub(crate) fn item(&self) -> &str {
        let found = self.found.as_ref();
        found
            .and_then(|found| found.second.or(found.first))
            .unwrap_or_default()
    }

    /// Method and path template, or the path as sent when no route has it.
    pub(crate) fn operation_text(&self) -> String {
        match self.operation() {
            Some(operation) => operation.to_string(),
            None => format!("{} {}", self.method, self.path),
        }
    }
}

fn model_of_query(query: Option<&str>) -> Option<Cow<'_, str>> {
    query?.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name == "model").then(|| percent_decoded(value))
    })
}
