//! The data folder: what the server keeps between starts, and where other commands find it.
//!
//! ```text
//! ca.pem bundle.pem …     certificates for clients (written by `tls`)
//! intercept-ca.pem …      the same for transparent mode (its key is in no file)
//! operator-token  0600    opens Entrada's own routes
//! token-keys.json, …-key  0600  sign tokens, seal refresh tokens, select managed identities (`token_service`, `identity`)
//! account-keys     0600    keys of accounts that were made at run time are derived from it
//! server.json             where the running server listens
//! entrada.db              changes made at run time and the journal (not with --ephemeral)
//! audit-key        0600   binds the rows of the journal, unless `[audit] key_file` is elsewhere
//! ```

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::listen::Addresses;
use crate::private_file::{self, PrivateFileError};
use crate::secret::Secret;

/// A data folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
}

/// What went wrong with the data folder.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// The folder, or a file that everybody may read.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        #[source]
        error: io::Error,
    },
    /// A file that only its owner may read.
    #[error(transparent)]
    Private(#[from] PrivateFileError),
}

/// `server.json`: where a running server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerAddresses {
    /// Base URL with TLS, such as `https://localhost:8443`.
    pub https: String,
    /// Base URL in the clear, such as `http://localhost:8080`.
    pub http: String,
    /// The proxy of transparent mode, such as `http://127.0.0.1:8445`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intercept: Option<String>,
    /// Where the plain listener is, for the other commands.
    pub http_address: SocketAddr,
    /// The server's process id.
    pub process: u32,
}

impl ServerAddresses {
    /// URLs for these sockets; loopback ones are called `localhost`, as certificates and SDKs expect.
    ///
    /// Returns `None` when there is no listener of one kind.
    #[must_use]
    pub fn new(addresses: &Addresses, process: u32) -> Option<Self> {
        let url = |scheme: &str, address: &SocketAddr| {
            if address.ip().is_loopback() {
                format!("{scheme}://localhost:{}", address.port())
            } else {
                format!("{scheme}://{address}")
            }
        };
        let (https, http) = (addresses.https.first()?, addresses.http.first()?);
        Some(Self {
            https: url("https", https),
            http: url("http", http),
            intercept: addresses
                .proxy
                .first()
                .map(|proxy| format!("http://{proxy}")),
            http_address: *http,
            process,
        })
    }
}

impl DataFolder {
    /// Opens a folder, making it (mode 0700) when it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn create(root: &Path) -> Result<Self, DataFolderError> {
        let failed = |error| DataFolderError::Io {
            path: root.to_owned(),
            error,
        };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(root).map_err(failed)?;
        let root = fs::canonicalize(root).map_err(failed)?;
        Ok(Self { root })
    }

    /// A folder that a server made before.
    #[must_use]
    pub fn existing(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The certificate authority that clients must trust.
    #[must_use]
    pub fn certificate_authority(&self) -> PathBuf {
        self.file("ca.pem")
    }

    /// The authority together with the system's roots, for clients that replace their roots.
    #[must_use]
    pub fn certificate_bundle(&self) -> PathBuf {
        self.file("bundle.pem")
    }

    /// Whom clients must trust in transparent mode: both of our authorities.
    #[must_use]
    pub fn interception_authorities(&self) -> PathBuf {
        self.file("intercept-ca.pem")
    }

    /// The same with the system's roots, for clients that replace their roots.
    #[must_use]
    pub fn interception_bundle(&self) -> PathBuf {
        self.file("intercept-bundle.pem")
    }

    /// The operator's token; made at the first start.
    ///
    /// # Errors
    /// The file cannot be read or made.
    pub fn operator_token(&self) -> Result<Secret, DataFolderError> {
        let path = self.file("operator-token");
        let known = private_file::read(&path)?.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(token) = known
            .as_deref()
            .map(str::trim)
            .filter(|token| token.len() >= 32)
        {
            return Ok(Secret::new(token));
        }
        let token = format!(
            "{}{}",
            uuid::Uuid::new_v4().simple(),
            uuid::Uuid::new_v4().simple()
        );
        private_file::write(&path, token.as_bytes())?;
        Ok(Secret::new(token))
    }

    /// Where the key of the journal is, unless the configuration says otherwise.
    #[must_use]
    pub fn audit_key(&self) -> PathBuf {
        self.file("audit-key")
    }

    /// Says where the server listens.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_addresses(&self, addresses: &ServerAddresses) -> Result<(), DataFolderError> {
        let path = self.file("server.json");
        let text = serde_json::to_vec_pretty(addresses).map_err(|error| DataFolderError::Io {
            path: path.clone(),
            error: error.into(),
        })?;
        Ok(private_file::write(&path, &text)?)
    }

    /// Where the server listens, or did when it last ran.
    ///
    /// # Errors
    /// No server ran with this folder, or the file is not readable.
    pub fn addresses(&self) -> Result<ServerAddresses, DataFolderError> {
        let path = self.file("server.json");
        let failed = |error| DataFolderError::Io {
            path: path.clone(),
            error,
        };
        let text = fs::read(&path).map_err(failed)?;
        serde_json::from_slice(&text).map_err(|error| failed(error.into()))
    }

    /// Forgets where the server listened.
    pub fn remove_addresses(&self) {
        let _ = fs::remove_file(self.file("server.json"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_token_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::create(&folder.path().join("new")).unwrap();
        let first = data.operator_token().unwrap();
        assert!(data.operator_token().unwrap().matches(first.expose()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(data.file("operator-token"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn addresses_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::create(folder.path()).unwrap();
        let addresses = Addresses {
            https: vec!["127.0.0.1:8443".parse().unwrap()],
            http: vec!["127.0.0.1:8080".parse().unwrap()],
            proxy: Vec::new(),
        };
        let written = ServerAddresses::new(&addresses, 7).unwrap();
        assert_eq!(written.https, "https://localhost:8443");
        data.write_addresses(&written).unwrap();
        assert_eq!(data.addresses().unwrap(), written);
    }
}
