//! Folders of their own for `az` and `azd`, in which they are signed in already.
//!
//! What `az login --identity` leaves behind is one file, and no token is in it: tokens come from the
//! `IDENTITY_ENDPOINT` of the environment. So the file is written, and nobody waits for a login.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wire::entrada::EnvironmentAnswer;

use crate::exit::Failure;

/// The folders of one principal.
pub(super) struct Folders {
    pub(super) az: PathBuf,
    pub(super) azd: PathBuf,
    /// A module that leads Node's own `fetch` through the proxy.
    pub(super) node: PathBuf,
}

/// Makes the folders below the data folder, where they are not there yet.
pub(super) fn folders(data: &Path, answer: &EnvironmentAnswer) -> Result<Folders, Failure> {
    let root = data.join("run");
    let own = root.join(&answer.principal_id);
    let folders = Folders {
        az: own.join("az"),
        azd: own.join("azd"),
        node: root.join("fetch-through-proxy.cjs"),
    };
    fs::create_dir_all(&folders.az)?;
    fs::create_dir_all(&folders.azd)?;
    let profile = folders.az.join("azureProfile.json");
    if !is_for(&profile, answer) {
        write(&profile, &azure_profile(answer).to_string())?;
    }
    let azd = folders.azd.join("config.json");
    if !azd.exists() {
        // azd asks az for its tokens.
        write(
            &azd,
            &json!({ "auth": { "useAzCliAuth": "true" } }).to_string(),
        )?;
    }
    write(&folders.node, include_str!("fetch_through_proxy.cjs"))?;
    Ok(folders)
}

/// Whole or not at all: programs that were started before may read it now.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Whether a profile knows the subscriptions that there are; then it stays as `az account set` left it.
fn is_for(profile: &Path, answer: &EnvironmentAnswer) -> bool {
    let text = fs::read_to_string(profile).unwrap_or_default();
    let Ok(known) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return false;
    };
    let known = known["subscriptions"].as_array();
    let ids = |entry: &Value| (entry["id"].clone(), entry["tenantId"].clone());
    let mut known: Vec<_> = known.into_iter().flatten().map(ids).collect();
    let fresh = azure_profile(answer);
    let fresh = fresh["subscriptions"].as_array();
    let fresh: Vec<_> = fresh.into_iter().flatten().map(ids).collect();
    known.retain(|one| fresh.contains(one));
    known.len() == fresh.len()
}

fn azure_profile(answer: &EnvironmentAnswer) -> Value {
    let tenant = &answer.tenant_id;
    let entry = |number: usize, id: &str, name: &str| {
        json!({
            "id": id, "name": name, "state": "Enabled", "isDefault": number == 0,
            "tenantId": tenant, "homeTenantId": tenant, "environmentName": "AzureCloud",
            "managedByTenants": [],
            "user": {
                "name": "systemAssignedIdentity", "type": "servicePrincipal",
                "assignedIdentityInfo": "MSI",
            },
        })
    };
    let subscriptions = answer.subscriptions.iter().enumerate();
    let mut entries: Vec<Value> = subscriptions
        .map(|(number, one)| entry(number, &one.id, &one.name))
        .collect();
    if entries.is_empty() {
        entries.push(entry(0, tenant, "N/A(tenant level account)"));
    }
    json!({ "installationId": answer.principal_id, "subscriptions": entries })
}
