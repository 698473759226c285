//! Workload identity: token files as Kubernetes would project them.
//!
//! `WorkloadIdentityCredential` reads a file and exchanges its token for one of Entra's. For every
//! federated credential of the local workload issuer there is such a file, rewritten before its token
//! expires.

use std::fs;
use std::path::{Path, PathBuf};

use access::Timestamp;
use thiserror::Error;

use crate::private_file::{self, PrivateFileError};
use crate::token_service::directory::{FederatedCredential, Principal};
use crate::token_service::{IssueError, TokenService};

/// How long a token in a file is valid, in seconds. Whoever writes them should do so twice as often.
const LIFETIME: i64 = 3600;

/// A token file, and what goes with it in the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadToken {
    /// `AZURE_TENANT_ID`.
    pub tenant_id: String,
    /// `AZURE_CLIENT_ID`.
    pub client_id: String,
    /// `AZURE_FEDERATED_TOKEN_FILE`.
    pub file: PathBuf,
    /// When it must have been rewritten.
    pub expires: Timestamp,
}

/// Why token files could not be written.
#[derive(Debug, Error)]
pub enum WorkloadError {
    /// A file or the folder.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// A token could not be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A client id that is no name for a file.
    #[error("`{0}` is not a client id")]
    ClientId(String),
}

/// The token file of a client, whether it is there or not.
pub fn workload_token_path(folder: &Path, client_id: &str) -> PathBuf {
    folder
        .join("workload")
        .join(format!("{}.jwt", client_id.to_ascii_lowercase()))
}

/// Writes the token file of every client that has a federated credential of the local workload issuer.
/// Each file is replaced whole; readers see the old token or the new one.
///
/// # Errors
/// The first file that could not be written. Files written before it stay.
pub fn write_workload_tokens(
    service: &TokenService,
    folder: &Path,
    now: Timestamp,
) -> Result<Vec<WorkloadToken>, WorkloadError> {
    let directory = service.directory();
    let mut written = Vec::new();
    for tenant in &directory.tenants {
        for principal in tenant.principals() {
            let Some((client_id, credential)) = local_credential(service, principal) else {
                continue;
            };
            if !client_id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                return Err(WorkloadError::ClientId(client_id.to_owned()));
            }
            let file = workload_token_path(folder, client_id);
            make_folder(&file)?;
            let token =
                service.workload_token(&credential.subject, &credential.audience, LIFETIME, now)?;
            private_file::write(&file, token.as_bytes())?;
            written.push(WorkloadToken {
                tenant_id: tenant.id.clone(),
                client_id: client_id.to_owned(),
                file,
                expires: now.plus(LIFETIME),
            });
        }
    }
    Ok(written)
}

/// A principal's first federated credential of the local issuer, with its client id.
fn local_credential<'d>(
    service: &TokenService,
    principal: Principal<'d>,
) -> Option<(&'d str, &'d FederatedCredential)> {
    let credentials = match principal {
        Principal::User(_) => return None,
        Principal::Application(application) => &application.federated,
        Principal::ManagedIdentity(identity) => &identity.federated,
    };
    let issuer = &service.settings().workload_issuer;
    let credential = credentials
        .iter()
        .find(|credential| credential.issuer == *issuer)?;
    Some((principal.client_id()?, credential))
}

fn make_folder(file: &Path) -> Result<(), PrivateFileError> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| PrivateFileError::Io {
            path: folder.to_owned(),
            error,
        })
}
