//! What the program finds in its environment, and what it does not find any more.

use std::collections::{BTreeMap, BTreeSet};

use server::bypasses_interception;
use wire::entrada::EnvironmentAnswer;

use super::host::Host;
use super::sign_in::Folders;
use crate::args::CredentialKind;
use crate::commands::env::{CONFLICTING, variables};
use crate::exit::Failure;

/// How the names of variables begin that hold real sign-ins and real keys.
const OWNERS: [&str; 9] = [
    "ANTHROPIC_",
    "ARM_",
    "AZD_",
    "AZURE_",
    "AZUREAI_",
    "IDENTITY_",
    "IMDS_",
    "MSI_",
    "OPENAI_",
];

/// And what is in the names.
const CREDENTIALS: [&str; 10] = [
    "ACCESS_KEY",
    "ASSERTION",
    "CERTIFICATE",
    "CONNECTION_STRING",
    "CREDENTIAL",
    "KEY",
    "PASSWORD",
    "SECRET",
    "SAS",
    "TOKEN",
];

/// Further ones, by their whole names: other proxies, and what no rule tells.
const FURTHER: [&str; 5] = [
    "ALL_PROXY",
    "all_proxy",
    "SYSTEM_ACCESSTOKEN",
    "ARM_CLIENT_ID",
    "ARM_TENANT_ID",
];

/// Real endpoints stay as they are: that they need no change is what transparent mode is for.
const KEPT: [&str; 1] = ["OPENAI_BASE_URL"];

/// Addresses that programs reach without a proxy.
const DIRECT: [&str; 2] = ["localhost", "127.0.0.1"];

/// Variables set and unset for the program.
pub(super) struct Changes {
    pub(super) set: BTreeMap<&'static str, String>,
    pub(super) unset: BTreeSet<String>,
}

/// The environment that the program would have without us.
#[derive(Default)]
pub(super) struct Given(BTreeMap<String, String>);

impl Given {
    pub(super) fn here() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((
                name.into_string().ok()?,
                value.to_string_lossy().into_owned(),
            ))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }
}

impl Changes {
    pub(super) fn new(
        credential: CredentialKind,
        host: &Host,
        answer: &EnvironmentAnswer,
        folders: &Folders,
        given: &Given,
    ) -> Result<Self, Failure> {
        let client = host.client();
        let mut set = variables(credential, client, answer)?;
        // Azure's own authority is where it always is, and answers whether it is one.
        set.remove("AZURE_AUTHORITY_HOST");
        set.remove("AZURE_CORE_INSTANCE_DISCOVERY");
        set.insert("ENTRADA_DATA", client.data().root().display().to_string());
        let bundle = client.data().interception_bundle().display().to_string();
        for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"] {
            set.insert(name, bundle.clone());
        }
        let authorities = client.data().interception_authorities();
        set.insert("NODE_EXTRA_CA_CERTS", authorities.display().to_string());
        set.insert("AZURE_CONFIG_DIR", folders.az.display().to_string());
        set.insert("AZD_CONFIG_DIR", folders.azd.display().to_string());
        // az asks there, whatever the program itself asks.
        let identity = format!("{}/msi/token", client.addresses().http);
        set.insert("IDENTITY_ENDPOINT", identity);
        set.insert("IDENTITY_HEADER", answer.identity_header.clone());
        proxy(&mut set, host.proxy(), given);
        node(&mut set, folders, given);
        endpoints(&mut set, answer, given);
        let unset = unset(&set, given);
        Ok(Self { set, unset })
    }
}

/// Everything goes to the proxy but this machine, and what the program reached directly before, unless it is
/// Azure's.
fn proxy(set: &mut BTreeMap<&'static str, String>, proxy: &str, given: &Given) {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] {
        set.insert(name, proxy.to_owned());
    }
    let mut direct: Vec<&str> = DIRECT.to_vec();
    for name in ["NO_PROXY", "no_proxy"] {
        let entries = given.get(name).unwrap_or_default();
        let entries = entries.split([',', ' ']).filter(|entry| !entry.is_empty());
        direct.extend(entries.filter(|entry| !bypasses_interception(entry)));
    }
    let mut seen = BTreeSet::new();
    direct.retain(|entry| seen.insert(*entry));
    for name in ["NO_PROXY", "no_proxy"] {
        set.insert(name, direct.join(","));
    }
}

/// Node reads the proxy from the environment only if it is told to, and before version 22.21 not at all.
fn node(set: &mut BTreeMap<&'static str, String>, folders: &Folders, given: &Given) {
    set.insert("NODE_USE_ENV_PROXY", "1".to_owned());
    let module = folders.node.display().to_string();
    let module = module.replace('\\', "\\\\").replace('"', "\\\"");
    let ours = format!("--require=\"{module}\"");
    let options = given.get("NODE_OPTIONS").unwrap_or_default();
    set.insert(
        "NODE_OPTIONS",
        format!("{options} {ours}").trim().to_owned(),
    );
}

/// The endpoints that SDKs read, under Azure's names; those that were set stay.
fn endpoints(set: &mut BTreeMap<&'static str, String>, answer: &EnvironmentAnswer, given: &Given) {
    for name in [
        "AZURE_OPENAI_ENDPOINT",
        "AZURE_AI_INFERENCE_ENDPOINT",
        "ANTHROPIC_FOUNDRY_BASE_URL",
    ] {
        set.remove(name);
    }
    let mut offer = |name: &'static str, value: String| {
        if given.get(name).is_none() {
            set.insert(name, value);
        }
    };
    if let Some(account) = &answer.default_account {
        offer(
            "AZURE_OPENAI_ENDPOINT",
            format!("https://{account}.openai.azure.com"),
        );
        let foundry = format!("https://{account}.services.ai.azure.com");
        offer("AZURE_AI_INFERENCE_ENDPOINT", format!("{foundry}/models"));
        if given.get("ANTHROPIC_FOUNDRY_RESOURCE").is_none() {
            offer("ANTHROPIC_FOUNDRY_BASE_URL", format!("{foundry}/anthropic"));
        }
    }
    if let Some(subscription) = answer.subscriptions.first() {
        offer("AZURE_SUBSCRIPTION_ID", subscription.id.clone());
    }
}

fn unset(set: &BTreeMap<&'static str, String>, given: &Given) -> BTreeSet<String> {
    let always = CONFLICTING
        .iter()
        .chain(&FURTHER)
        .map(|name| (*name).to_owned());
    let secret = given.0.keys().filter(|name| is_credential(name)).cloned();
    let kept = |name: &String| set.contains_key(name.as_str()) || KEPT.contains(&name.as_str());
    always.chain(secret).filter(|name| !kept(name)).collect()
}

/// Whether a variable of this name holds something that opens somebody's real resources.
fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let of_azure = OWNERS.iter().any(|owner| name.starts_with(owner));
    of_azure && CREDENTIALS.iter().any(|what| name.contains(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(variables: &[(&str, &str)]) -> Given {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Given(variables.iter().map(owned).collect())
    }

    #[test]
    fn what_opens_real_resources_is_taken_away() {
        let real = [
            "AZURE_OPENAI_API_KEY",
            "AZURE_OPENAI_KEY",
            "OPENAI_API_KEY",
            "ANTHROPIC_API_KEY",
            "AZURE_CLIENT_SECRET",
            "AZURE_CLIENT_CERTIFICATE_PASSWORD",
            "AZURE_INFERENCE_CREDENTIAL",
            "AZURE_API_KEY",
            "AZURE_AD_TOKEN",
            "ARM_CLIENT_SECRET",
            "ARM_OIDC_REQUEST_TOKEN",
            "AZURE_STORAGE_CONNECTION_STRING",
            "AZURE_DEVOPS_EXT_PAT_TOKEN",
            "azure_openai_api_key",
        ];
        let variables: Vec<_> = real.iter().map(|name| (*name, "x")).collect();
        let unset = unset(&BTreeMap::new(), &given(&variables));
        for name in real {
            assert!(unset.contains(name), "{name}");
        }
        for name in [
            "AZURE_LOCATION",
            "OPENAI_BASE_URL",
            "AZURE_OPENAI_ENDPOINT",
            "TOKENIZERS_PARALLELISM",
            "PATH",
        ] {
            assert!(!is_credential(name), "{name}");
            assert!(!unset.contains(name), "{name}");
        }
    }

    #[test]
    fn what_is_not_azures_is_still_reached_directly() {
        let mut set = BTreeMap::new();
        let before = given(&[
            (
                "NO_PROXY",
                "localhost, .internal.example,.azure.com,10.0.0.0/8",
            ),
            ("no_proxy", "*,vllm.local"),
        ]);
        proxy(&mut set, "http://127.0.0.1:8445", &before);
        let direct = "localhost,127.0.0.1,.internal.example,10.0.0.0/8,vllm.local";
        assert_eq!(set["NO_PROXY"], direct);
        assert_eq!(set["no_proxy"], direct);
        assert_eq!(set["https_proxy"], "http://127.0.0.1:8445");
    }

    #[test]
    fn options_of_node_stay_and_a_path_is_quoted() {
        let folders = Folders {
            az: "az".into(),
            azd: "azd".into(),
            node: "/a b/\"c\".cjs".into(),
        };
        let mut set = BTreeMap::new();
        node(
            &mut set,
            &folders,
            &given(&[("NODE_OPTIONS", "--max-old-space-size=4096")]),
        );
        let expected = r#"--max-old-space-size=4096 --require="/a b/\"c\".cjs""#;
        assert_eq!(set["NODE_OPTIONS"], expected);
    }
}
