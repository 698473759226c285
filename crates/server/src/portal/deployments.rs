//! Deployments: which models can be called, and by which APIs.

use access::operation::ModelFormat;
use askama::Template;

use super::overview::READ_ACCOUNT;
use super::page::{self, Frame, Section};
use super::visit::{Answer, Visit};
use crate::config::{Backend, Deployment, ModelKind};

const READ_DEPLOYMENTS: &str = "Microsoft.CognitiveServices/accounts/deployments/read";

#[derive(Template)]
#[template(path = "portal/deployments.html")]
struct DeploymentsPage {
    frame: Frame,
    accounts: Vec<AccountRows>,
}

struct AccountRows {
    name: String,
    /// Nothing if the person may not list them.
    rows: Option<Vec<Row>>,
}

struct Row {
    name: String,
    model: String,
    version: String,
    format: String,
    kind: &'static str,
    apis: Vec<&'static str>,
    backend: &'static str,
}

/// `GET /portal/deployments`
pub(super) fn show(visit: &Visit<'_>) -> Answer {
    let accounts = visit.world().accounts.iter();
    let accounts = accounts.filter(|account| visit.may(READ_ACCOUNT, &account.scope));
    let accounts = accounts.map(|account| AccountRows {
        name: account.name.to_string(),
        rows: visit.may(READ_DEPLOYMENTS, &account.scope).then(|| {
            let deployments = account.deployments.iter();
            deployments.map(|deployment| row(deployment)).collect()
        }),
    });
    page::page(&DeploymentsPage {
        frame: visit.frame(Section::Deployments),
        accounts: accounts.collect(),
    })
}

fn row(deployment: &Deployment) -> Row {
    let model = &deployment.model;
    let apis = match (&model.format, model.kind()) {
        (ModelFormat::Anthropic, _) => vec!["Anthropic"],
        (ModelFormat::OpenAi, _) => vec!["OpenAI v1", "Azure OpenAI", "Model inference"],
        (ModelFormat::Other(_), _) => vec!["OpenAI v1", "Model inference"],
    };
    Row {
        name: deployment.name.to_string(),
        model: model.name.clone(),
        version: model.version.clone(),
        format: model.format.as_str().to_owned(),
        kind: match model.kind() {
            ModelKind::Chat => "chat",
            ModelKind::Completion => "completion",
            ModelKind::Embedding => "embedding",
        },
        apis,
        backend: match *deployment.backend {
            Backend::Simulated(_) => "simulated",
            Backend::Upstream(_) => "model server",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::READ_DEPLOYMENTS;
    use crate::route::table::{Guard, management_rows};

    #[test]
    fn the_page_asks_for_what_the_management_plane_asks_for() {
        let mut rows = management_rows().filter(|row| row.method == "GET");
        let listed = rows.find(|row| row.path.ends_with("{account}/deployments"));
        let Guard::Action(_, action) = listed.unwrap().guard else {
            panic!("deployments are listed without an action");
        };
        assert_eq!(action, READ_DEPLOYMENTS);
    }
}
