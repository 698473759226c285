//! Step 6, the account, as Azure Resource Manager describes it.

mod deployments;

use serde_json::Value;

use super::ask::{Answer, Check, Purpose, Response, TroubleKind};
use super::credential::{id, told};
use super::examination::Examination;
use super::step::{Note, Step};
use super::surroundings::named;
use crate::RuleId;
use crate::fact::Name;
use crate::report::Certainty;
pub(super) use deployments::Deployment;

/// Versions that are documented and stable.
const SUBSCRIPTIONS_VERSION: &str = "2022-12-01";
const ACCOUNTS_VERSION: &str = "2025-09-01";
/// How many subscriptions are searched.
const SUBSCRIPTIONS: usize = 40;

/// What is known of the account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    /// Its ARM id.
    pub(super) id: String,
    pub(super) name: String,
    /// What is deployed; `None` where it could not be read.
    pub(super) deployments: Option<Vec<Deployment>>,
}

impl Examination {
    pub(super) fn wanted_of_account(&self) -> Vec<Check> {
        if !self.target().managed || self.chosen.is_none() {
            return Vec::new();
        }
        let get = |path: String, purpose: Purpose| self.management(path, purpose);
        let mut wanted = Vec::new();
        match &self.target().account_id {
            Some(id) => {
                let path = format!("{id}?api-version={ACCOUNTS_VERSION}");
                wanted.extend(get(path, Purpose::Account).filter(|_| is_account_id(id)));
            }
            None => {
                let path = format!("/subscriptions?api-version={SUBSCRIPTIONS_VERSION}");
                wanted.extend(get(path, Purpose::Subscriptions));
                let subscriptions = self.subscriptions();
                wanted.extend(subscriptions.iter().take(SUBSCRIPTIONS).filter_map(|(id, _)| {
                    get(
                        format!(
                            "/subscriptions/{id}/providers/Microsoft.CognitiveServices/accounts?api-version={ACCOUNTS_VERSION}"
                        ),
                        Purpose::Accounts,
                    )
                }));
            }
        }
        if let Some(id) = self
            .found()
            .and_then(|account| account["id"].as_str().map(str::to_owned))
        {
            let path = format!("{id}/deployments?api-version={ACCOUNTS_VERSION}");
            wanted.extend(get(path, Purpose::Deployments).filter(|_| is_account_id(&id)));
        }
        wanted
    }

    /// Id and state of every subscription that the caller sees.
    fn subscriptions(&self) -> Vec<(String, String)> {
        let listed = self
            .response(&Purpose::Subscriptions)
            .filter(|response| response.ok());
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let listed = listed.map(Response::list).unwrap_or_default().iter();
        listed
            .map(|one| (text(one, "subscriptionId"), text(one, "state")))
            .filter(|(subscription, _)| id(Some(subscription)).is_some())
            .collect()
    }

    /// The account's own description, if one that was read is the endpoint's.
    fn found(&self) -> Option<Value> {
        if self.target().account_id.is_some() {
            let read = self
                .response(&Purpose::Account)
                .filter(|response| response.ok())?;
            return read.json.clone();
        }
        let lists = self.answers_for(&Purpose::Accounts);
        let accounts: Vec<&Value> = lists
            .iter()
            .filter_map(|(_, answer)| match answer {
                Answer::Response(response) if response.ok() => Some(response.list()),
                _ => None,
            })
            .flatten()
            .collect();
        let url = &self.target().url;
        let by_endpoint = || {
            accounts
                .iter()
                .find(|account| answers_at(account, &url.host, &url.text, url.is_loopback()))
        };
        let by_name = || {
            let name = url.account()?;
            let same = |value: &Value| {
                value
                    .as_str()
                    .is_some_and(|one| one.eq_ignore_ascii_case(name))
            };
            accounts.iter().find(|account| {
                same(&account["properties"]["customSubDomainName"])
                    || (url.is_loopback() && same(&account["name"]))
            })
        };
        let only = || (url.is_loopback() && accounts.len() == 1).then(|| &accounts[0]);
        by_name()
            .or_else(by_endpoint)
            .or_else(only)
            .map(|account| (*account).clone())
    }

    pub(super) fn evaluate_account(&mut self) -> Vec<Note> {
        if !self.target().managed {
            return vec![Note::unknown(
                "no Resource Manager is known for this endpoint (--arm URL names one)",
            )];
        }
        if self.chosen.is_none() {
            return vec![Note::unknown(
                "without a token, the Resource Manager cannot be asked",
            )];
        }
        let Some(account) = self.found() else {
            let note = self.not_found();
            // Its roles can be looked up by its id alone.
            if let Some(id) = self
                .target()
                .account_id
                .clone()
                .filter(|id| is_account_id(id))
            {
                self.value(Name::AccountId, &id, Step::Account);
                self.account = Some(Account {
                    name: id.rsplit('/').next().unwrap_or_default().to_owned(),
                    id,
                    deployments: None,
                });
            }
            return note;
        };
        let (Some(id), name) = (
            account["id"].as_str().filter(|id| is_account_id(id)),
            account["name"].as_str().unwrap_or_default(),
        ) else {
            return vec![Note::unknown("the Resource Manager's answer is no account")];
        };
        let account_id = id.to_owned();
        let name = named(name);
        self.value(Name::AccountId, &account_id, Step::Account);
        self.value(Name::Account, &name, Step::Account);
        let (deployments, unread) = self.deployments();
        let mut notes = vec![Note::seen(format!(
            "{name}: kind {}, {}",
            named(account["kind"].as_str().unwrap_or_default()),
            named(account["location"].as_str().unwrap_or_default()),
        ))];
        notes.extend(self.subscription_state(&account_id));
        notes.extend(self.settings(&account["properties"]));
        self.account = Some(Account {
            id: account_id,
            name,
            deployments,
        });
        notes.extend(unread);
        notes.extend(self.deployment_asked());
        notes
    }

    fn not_found(&self) -> Vec<Note> {
        let purposes = [Purpose::Account, Purpose::Subscriptions, Purpose::Accounts];
        for purpose in purposes {
            for (_, answer) in self.answers_for(&purpose) {
                if let Some(note) = unread(answer, "Microsoft.CognitiveServices/accounts/read") {
                    return vec![note];
                }
            }
        }
        vec![Note::unknown(match self.subscriptions().len() {
            0 => "the caller sees no subscription; Microsoft.Resources/subscriptions/read on the resource's would show it".to_owned(),
            count => format!(
                "in {count} subscriptions that the caller sees, no account has this host (--account ID names it; reading needs Microsoft.CognitiveServices/accounts/read)"
            ),
        })]
    }

    fn subscription_state(&mut self, account: &str) -> Vec<Note> {
        let own = account.split('/').nth(2).unwrap_or_default();
        let subscriptions = self.subscriptions();
        let state = subscriptions
            .iter()
            .find(|(id, _)| id.eq_ignore_ascii_case(own))
            .map(|(_, state)| state.as_str());
        match state {
            Some("Disabled" | "Deleted" | "Warned" | "PastDue") => {
                let state = state.unwrap_or_default().to_owned();
                let certainty = match state.as_str() {
                    "Disabled" | "Deleted" => Certainty::Proven,
                    _ => Certainty::Possible,
                };
                self.fault(Step::Account, RuleId::SubscriptionDisabled, certainty)
                    .says(format!(
                        "The subscription of the resource is in state `{state}`."
                    ));
                vec![Note::wrong(format!("its subscription is {state}"))]
            }
            _ => Vec::new(),
        }
    }

    /// Keys, networks, host name.
    fn settings(&mut self, properties: &Value) -> Vec<Note> {
        let mut notes = Vec::new();
        let text = |value: &Value| value.as_str().map(named);
        let keys_off = properties["disableLocalAuth"].as_bool().unwrap_or(false);
        let keys: Vec<String> = self
            .keys_set()
            .iter()
            .map(|one| one.name.to_owned())
            .collect();
        if keys_off {
            notes.push(Note::seen("keys are off: tokens only"));
            if !keys.is_empty() {
                let words = format!("{} set, and the account takes no keys", keys.join(", "));
                notes.push(Note::wrong(words.clone()));
                let fault = self.fault(
                    Step::Account,
                    RuleId::KeySentInsteadOfToken,
                    Certainty::Likely,
                );
                fault.says(format!("{words}: a client that sends the key is refused."));
                for (name, _) in super::surroundings::VARIABLES {
                    if keys.iter().any(|key| key == name) {
                        fault.unsets(name);
                    }
                }
            }
        } else {
            notes.push(Note::seen("keys and tokens are taken"));
        }
        if properties["customSubDomainName"]
            .as_str()
            .is_none_or(str::is_empty)
        {
            notes.push(Note::wrong("it has no custom subdomain"));
            self.fault(
                Step::Account,
                RuleId::CustomSubdomainMissing,
                Certainty::Proven,
            )
            .says("The account has no custom subdomain, and tokens need one.");
        }
        let public_off = properties["publicNetworkAccess"]
            .as_str()
            .is_some_and(|value| value.eq_ignore_ascii_case("disabled"));
        let private = self.resolves_private();
        if public_off {
            notes.extend(self.public_access_off(private, properties));
        }
        let denies = text(&properties["networkAcls"]["defaultAction"])
            .is_some_and(|action| action.eq_ignore_ascii_case("deny"));
        if denies && private != Some(true) {
            let rules = properties["networkAcls"]["ipRules"]
                .as_array()
                .map_or(0, Vec::len);
            notes.push(Note::notable(format!(
                "its network rules admit {rules} address ranges and named subnets only"
            )));
            self.fault(Step::Account, RuleId::FirewallRules, Certainty::Possible)
                .says("The account's network rules admit listed addresses only, and this one may not be among them.");
        }
        notes
    }

    fn public_access_off(&mut self, private: Option<bool>, properties: &Value) -> Vec<Note> {
        if private == Some(true) {
            return vec![Note::seen(
                "public access is off, and the name leads to a private address",
            )];
        }
        let endpoints = properties["privateEndpointConnections"].as_array();
        let approved = endpoints.is_some_and(|endpoints| {
            endpoints.iter().any(|one| {
                let status = &one["properties"]["privateLinkServiceConnectionState"]["status"];
                status
                    .as_str()
                    .is_none_or(|status| status.eq_ignore_ascii_case("approved"))
            })
        });
        let (rule, words) = match approved {
            true => (
                RuleId::PrivateDns,
                "public access is off and a private endpoint exists, but the name does not lead to it from here",
            ),
            false => (
                RuleId::PublicNetworkDisabled,
                "public access is off, and no private endpoint is approved",
            ),
        };
        self.fault(Step::Account, rule, Certainty::Proven)
            .says(format!("{}.", super::token::sentence(words)));
        vec![Note::wrong(words)]
    }
}

/// Whether an account says that it answers at this host, or for local stand-ins at this URL.
fn answers_at(account: &Value, host: &str, url: &str, local: bool) -> bool {
    let properties = &account["properties"];
    let named = properties["endpoints"].as_object();
    let all = named
        .into_iter()
        .flat_map(|endpoints| endpoints.values())
        .chain(std::iter::once(&properties["endpoint"]));
    let same = |text: &str| {
        if local {
            let plain = |url: &str| url.trim_end_matches('/').to_ascii_lowercase();
            return plain(text) == plain(url);
        }
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let own = rest.split(['/', ':']).next().unwrap_or(rest);
        own.eq_ignore_ascii_case(host)
    };
    let mut texts = all.filter_map(Value::as_str);
    texts.any(same)
}

/// Whether a text is the ARM id of an account: it becomes part of paths.
pub(super) fn is_account_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.()/".contains(c);
    let lower = id.to_ascii_lowercase();
    id.starts_with("/subscriptions/")
        && id.chars().all(plain)
        && !id.contains("..")
        && id.len() < 500
        && lower.contains("/providers/microsoft.cognitiveservices/accounts/")
        && lower.split('/').count() == 9
}

/// Why an answer of the Resource Manager or of Graph cannot be read, and which permission would do.
pub(super) fn unread(answer: &Answer, permission: &str) -> Option<Note> {
    match answer {
        Answer::Failed(trouble) => Some(Note::unknown(match trouble.kind {
            TroubleKind::Token => format!("no token for it: {}", told(&trouble.words)),
            _ => told(&trouble.words),
        })),
        Answer::Response(response) if response.ok() => None,
        Answer::Response(response) if response.status == 403 => Some(Note::unknown(format!(
            "the caller may not read it: {permission} is missing"
        ))),
        Answer::Response(response) => {
            let code = response
                .json
                .as_ref()
                .and_then(|json| json["error"]["code"].as_str());
            let code = code.map_or(String::new(), |code| format!(" {}", named(code)));
            Some(Note::unknown(format!(
                "it answers {}{code} ({permission})",
                response.status
            )))
        }
        _ => Some(Note::unknown("it gave no answer")),
    }
}
