//! What is deployed in the account, and the deployment that is called.

use serde_json::Value;

use super::unread;
use crate::RuleId;
use crate::evidence::client::Protocol;
use crate::fact::Name;
use crate::live::ask::{Answer, Purpose};
use crate::live::endpoint::spoken;
use crate::live::examination::Examination;
use crate::live::step::{Note, Step};
use crate::live::surroundings::named;
use crate::live::token::sentence;
use crate::report::Certainty;

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::live) struct Deployment {
    pub(in crate::live) name: String,
    pub(in crate::live) model: String,
    pub(in crate::live) format: String,
    pub(in crate::live) state: String,
}

impl Examination {
    pub(super) fn deployments(&self) -> (Option<Vec<Deployment>>, Vec<Note>) {
        let asked = self.answers_for(&Purpose::Deployments);
        let Some((_, answer)) = asked.first() else {
            return (None, Vec::new());
        };
        if let Some(note) = unread(
            answer,
            "Microsoft.CognitiveServices/accounts/deployments/read",
        ) {
            return (None, vec![note]);
        }
        let Answer::Response(response) = answer else {
            return (None, Vec::new());
        };
        let read = |one: &Value| Deployment {
            name: named(one["name"].as_str().unwrap_or_default()),
            model: named(
                one["properties"]["model"]["name"]
                    .as_str()
                    .unwrap_or_default(),
            ),
            format: named(
                one["properties"]["model"]["format"]
                    .as_str()
                    .unwrap_or_default(),
            ),
            state: named(
                one["properties"]["provisioningState"]
                    .as_str()
                    .unwrap_or_default(),
            ),
        };
        (Some(response.list().iter().map(read).collect()), Vec::new())
    }

    /// The deployment that is called, among those that exist.
    pub(super) fn deployment_asked(&mut self) -> Vec<Note> {
        let Some(deployments) = self
            .account
            .as_ref()
            .and_then(|account| account.deployments.clone())
        else {
            return Vec::new();
        };
        const SHOWN: usize = 6;
        let names: Vec<&str> = deployments
            .iter()
            .take(SHOWN)
            .map(|one| one.name.as_str())
            .collect();
        let listed = match deployments.len() {
            0 => "nothing is deployed".to_owned(),
            count if count > SHOWN => format!(
                "deployments: {} and {} more",
                names.join(", "),
                count - SHOWN
            ),
            _ => format!("deployments: {}", names.join(", ")),
        };
        let mut notes = vec![Note::seen(listed.clone())];
        let Some(asked) = self.target().deployment().map(str::to_owned) else {
            return notes;
        };
        let known = deployments
            .iter()
            .find(|one| one.name.eq_ignore_ascii_case(&asked));
        match known {
            Some(deployment) if !["Succeeded", ""].contains(&deployment.state.as_str()) => {
                let words = format!("the deployment {asked} is {}", deployment.state);
                notes.push(Note::wrong(words.clone()));
                self.fault(
                    Step::Account,
                    RuleId::DeploymentJustCreated,
                    Certainty::Proven,
                )
                .says(format!("{}, not Succeeded.", sentence(&words)));
            }
            Some(deployment) => notes.extend(self.family_of(&deployment.clone())),
            None => {
                let plain = |name: &str| name.to_ascii_lowercase().replace('.', "");
                let of_model = deployments
                    .iter()
                    .find(|one| plain(&one.model) == plain(&asked));
                let (rule, words) = match of_model {
                    Some(own) => (
                        RuleId::DeploymentNameVsModelName,
                        format!(
                            "{asked} is a model's name; its deployment is called {}",
                            own.name
                        ),
                    ),
                    None if deployments.is_empty() => (
                        RuleId::ModelNotDeployedOrUnknown,
                        format!("there is no deployment {asked}, and no other either"),
                    ),
                    None => (
                        RuleId::DeploymentNotFound,
                        format!("there is no deployment {asked}"),
                    ),
                };
                if let Some(one) = of_model.or(deployments.first()) {
                    self.value(Name::ExistingDeployment, &one.name, Step::Account);
                }
                notes.insert(0, Note::wrong(words.clone()));
                self.fault(Step::Account, rule, Certainty::Proven)
                    .says(format!("{}.", sentence(&words)))
                    .shown_by(listed);
            }
        }
        notes
    }

    /// Whether the client's API serves the deployment's model.
    fn family_of(&mut self, deployment: &Deployment) -> Vec<Note> {
        let protocol = self.target().protocol();
        let served = match protocol {
            Protocol::AzureOpenAi => deployment.format.eq_ignore_ascii_case("OpenAI"),
            Protocol::Anthropic => deployment.format.eq_ignore_ascii_case("Anthropic"),
            _ => !deployment.format.eq_ignore_ascii_case("Anthropic"),
        };
        if served || deployment.format.is_empty() {
            return Vec::new();
        }
        let words = format!(
            "{} is a model of {}, which {} does not serve",
            deployment.name,
            deployment.format,
            spoken(protocol)
        );
        self.fault(
            Step::Account,
            RuleId::EndpointWrongForSdk,
            Certainty::Likely,
        )
        .says(format!("{}.", sentence(&words)));
        vec![Note::wrong(words)]
    }

    /// The deployment that is called, as the Resource Manager describes it.
    pub(in crate::live) fn deployment(&self) -> Option<&Deployment> {
        let deployments = self.account.as_ref()?.deployments.as_ref()?;
        let asked = self.target().deployment()?;
        deployments
            .iter()
            .find(|one| one.name.eq_ignore_ascii_case(asked))
    }
}
