//! `entrada env`: the environment that lets a program run as a principal, with no code change.

use std::collections::BTreeMap;

use wire::entrada::EnvironmentAnswer;

use crate::args::{CredentialKind, Env, ShellKind};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{print, tell};

/// Variables that would make a client choose another credential or another service.
pub(crate) const CONFLICTING: &[&str] = &[
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_OPENAI_AD_TOKEN",
    "AZURE_OPENAI_API_KEY",
    "AZURE_PASSWORD",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "AZURE_REGIONAL_AUTHORITY_NAME",
    "AZURE_TENANT_ID",
    "AZURE_TOKEN_CREDENTIALS",
    "AZURE_USERNAME",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
];

pub(crate) fn run(env: &Env) -> Outcome {
    let client = Client::find(&env.data)?;
    let answer: EnvironmentAnswer = client.get(&format!(
        "/entrada/environment?principal={}",
        encoded(&env.principal)
    ))?;
    let set = variables(env.credential, &client, &answer)?;
    let unset: Vec<&str> = CONFLICTING
        .iter()
        .copied()
        .filter(|name| !set.contains_key(name))
        .collect();
    if env.credential == CredentialKind::Secret {
        tell(
            "ClientSecretCredential needs one line of code: disable_instance_discovery=True (JavaScript: disableInstanceDiscovery: true)",
        );
    }
    print(render(
        env.shell.unwrap_or_else(current_shell),
        &set,
        &unset,
    )?)?;
    Ok(Answer::Yes)
}

pub(crate) fn variables(
    credential: CredentialKind,
    client: &Client,
    answer: &EnvironmentAnswer,
) -> Result<BTreeMap<&'static str, String>, Failure> {
    let mut set = BTreeMap::new();
    let (https, http) = (&client.addresses().https, &client.addresses().http);
    let authority = client.data().certificate_authority().display().to_string();
    let bundle = client.data().certificate_bundle().display().to_string();
    for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"] {
        set.insert(name, bundle.clone());
    }
    set.insert("NODE_EXTRA_CA_CERTS", authority);
    // The Azure CLI: a folder of its own, so that nobody's real sign-in is used or lost, and no question
    // to Microsoft whether this authority is one of theirs.
    let folder = client.data().file("azure-cli").display().to_string();
    set.insert("AZURE_CONFIG_DIR", folder);
    set.insert("AZURE_CORE_INSTANCE_DISCOVERY", "false".to_owned());
    set.insert("AZURE_CORE_COLLECT_TELEMETRY", "false".to_owned());
    set.insert("AZURE_OPENAI_ENDPOINT", https.clone());
    set.insert("AZURE_AI_INFERENCE_ENDPOINT", format!("{https}/models"));
    set.insert("ANTHROPIC_FOUNDRY_BASE_URL", format!("{https}/anthropic"));
    match credential {
        CredentialKind::ManagedIdentity => {
            set.insert("IDENTITY_ENDPOINT", format!("{http}/msi/token"));
            set.insert("IDENTITY_HEADER", answer.identity_header.clone());
        }
        CredentialKind::Workload => {
            let (Some(client_id), Some(file)) = (&answer.client_id, &answer.federated_token_file)
            else {
                return Err(Failure::new(
                    "this principal has no federated credential of the local issuer",
                )
                .hint(
                    "`workload` of the sample has one; see [[application.federated_credential]]",
                ));
            };
            set.insert("AZURE_TENANT_ID", answer.tenant_id.clone());
            set.insert("AZURE_CLIENT_ID", client_id.clone());
            set.insert("AZURE_FEDERATED_TOKEN_FILE", file.clone());
            set.insert("AZURE_AUTHORITY_HOST", https.clone());
        }
        CredentialKind::Secret => {
            let (Some(client_id), Some(secret)) = (&answer.client_id, &answer.client_secret) else {
                return Err(Failure::new("this principal has no client secret").hint(
                    "applications have one; --credential managed-identity works for everybody",
                ));
            };
            set.insert("AZURE_TENANT_ID", answer.tenant_id.clone());
            set.insert("AZURE_CLIENT_ID", client_id.clone());
            set.insert("AZURE_CLIENT_SECRET", secret.clone());
            set.insert("AZURE_AUTHORITY_HOST", https.clone());
        }
    }
    Ok(set)
}

pub(crate) fn current_shell() -> ShellKind {
    match std::env::var("SHELL") {
        Ok(shell) if shell.ends_with("fish") => ShellKind::Fish,
        Ok(_) => ShellKind::Sh,
        Err(_) if cfg!(windows) => ShellKind::Powershell,
        Err(_) => ShellKind::Sh,
    }
}

pub(crate) fn render(
    shell: ShellKind,
    set: &BTreeMap<&str, String>,
    unset: &[&str],
) -> Result<String, Failure> {
    let mut text = String::new();
    match shell {
        ShellKind::Json => {
            text = serde_json::to_string_pretty(set)?;
            text.push('\n');
        }
        ShellKind::Sh => {
            text += &format!("unset {}\n", unset.join(" "));
            for (name, value) in set {
                text += &format!("export {name}={}\n", sh_quoted(value));
            }
        }
        ShellKind::Fish => {
            text += &format!("set -e {}\n", unset.join(" "));
            for (name, value) in set {
                text += &format!(
                    "set -gx {name} '{}'\n",
                    value.replace('\\', "\\\\").replace('\'', "\\'")
                );
            }
        }
        ShellKind::Powershell => {
            for name in unset {
                text += &format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue\n");
            }
            for (name, value) in set {
                text += &format!("$Env:{name} = '{}'\n", value.replace('\'', "''"));
            }
        }
    }
    Ok(text)
}

fn sh_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// A query value: names may hold spaces and signs.
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            text.push(byte as char);
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_every_shell() {
        let set = BTreeMap::from([("NAME", "it's a $path".to_owned())]);
        assert!(
            render(ShellKind::Sh, &set, &["X"])
                .unwrap()
                .contains("export NAME='it'\\''s a $path'")
        );
        assert!(
            render(ShellKind::Fish, &set, &["X"])
                .unwrap()
                .contains("set -gx NAME 'it\\'s a $path'")
        );
        assert!(
            render(ShellKind::Powershell, &set, &["X"])
                .unwrap()
                .contains("$Env:NAME = 'it''s a $path'")
        );
        assert_eq!(encoded("a b/ü@x"), "a%20b%2F%C3%BC@x");
    }
}
