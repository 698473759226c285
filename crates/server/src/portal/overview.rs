//! The first page: which accounts there are, and how to call them.

use askama::Template;

use super::page::{self, Frame, Section};
use super::snippet::{self, Called, Snippet};
use super::visit::{Answer, Visit};
use crate::authenticate::RouteFamily;
use crate::config::{Account, ModelKind};

/// What reading an account needs, as on the management plane.
pub(super) const READ_ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/read";

#[derive(Template)]
#[template(path = "portal/overview.html")]
struct OverviewPage {
    frame: Frame,
    accounts: Vec<AccountCard>,
    chosen: Option<Chosen>,
    is_local: bool,
}

struct AccountCard {
    name: String,
    place: String,
    deployments: usize,
    is_chosen: bool,
}

/// The account whose addresses are shown.
struct Chosen {
    name: String,
    id: String,
    scope: String,
    endpoints: Vec<Endpoint>,
    languages: Vec<Language>,
    snippet: Snippet,
    keys: bool,
}

struct Endpoint {
    surface: &'static str,
    clients: &'static str,
    url: String,
}

struct Language {
    id: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// `GET /portal?account=NAME&language=ID`
pub(super) fn show(visit: &Visit<'_>) -> Answer {
    let world = visit.world();
    let seen = world.accounts.iter();
    let seen = seen.filter(|account| visit.may(READ_ACCOUNT, &account.scope));
    let seen: Vec<_> = seen.collect();
    let wanted = visit.query.value("account");
    let chosen = seen
        .iter()
        .find(|account| wanted.is_some_and(|wanted| account.name.eq_ignore_ascii_case(wanted)))
        .or(seen.first());
    let cards = seen.iter().map(|account| AccountCard {
        name: account.name.to_string(),
        place: format!("{}, {}", group_of(account), account.location),
        deployments: account.deployments.len(),
        is_chosen: chosen.is_some_and(|chosen| chosen.name == account.name),
    });
    page::page(&OverviewPage {
        frame: visit.frame(Section::Overview),
        accounts: cards.collect(),
        chosen: chosen.map(|account| choose(visit, account)),
        is_local: visit.app.local.is_some(),
    })
}

fn group_of(account: &Account) -> &str {
    account.scope.as_str().split('/').nth(4).unwrap_or_default()
}

fn choose(visit: &Visit<'_>, account: &Account) -> Chosen {
    let base = format!("{}/{}", visit.browser.origin.as_str(), account.name);
    let audience = visit.app.authority.recommended_audience(RouteFamily::V1);
    let chat = account
        .deployments
        .iter()
        .find(|deployment| deployment.model.kind() == ModelKind::Chat);
    let deployment = chat.or(account.deployments.first());
    let called = Called {
        base: &base,
        scope: format!("{audience}/.default"),
        deployment: deployment.map_or("DEPLOYMENT", |deployment| &deployment.name),
    };
    let language = visit.query.value("language").unwrap_or_default();
    let snippet = snippet::of(language, &called);
    Chosen {
        name: account.name.to_string(),
        id: account.scope.to_string(),
        endpoints: endpoints(account, &base),
        languages: snippet::LANGUAGES
            .iter()
            .map(|(id, name)| Language {
                id,
                name,
                is_chosen: *id == snippet.language,
            })
            .collect(),
        snippet,
        keys: account.local_auth,
        scope: called.scope,
    }
}

fn endpoints(account: &Account, base: &str) -> Vec<Endpoint> {
    let mut endpoints = vec![
        Endpoint {
            surface: "OpenAI v1",
            clients: "OpenAI and its relatives",
            url: format!("{base}/openai/v1/"),
        },
        Endpoint {
            surface: "Azure OpenAI",
            clients: "AzureOpenAI, with an api-version",
            url: format!("{base}/"),
        },
        Endpoint {
            surface: "Model inference",
            clients: "Azure AI Inference",
            url: format!("{base}/models"),
        },
        Endpoint {
            surface: "Anthropic",
            clients: "Anthropic",
            url: format!("{base}/anthropic"),
        },
    ];
    endpoints.extend(account.projects.iter().map(|project| Endpoint {
        surface: "Project",
        clients: "Azure AI Projects",
        url: format!("{base}/api/projects/{}", project.name),
    }));
    endpoints
}
