//! Asks every source of tokens, one thin probe each.

use std::path::PathBuf;

use access::Timestamp;
use doctor::live::Source;

use super::certificate;
use super::program;
use super::surroundings::Surroundings;
use crate::client::Client;
use crate::credential::arc::ArcIdentity;
use crate::credential::client_secret::{ClientSecret, Proof};
use crate::credential::managed_identity::{IMDS, ManagedIdentity, Selector};
use crate::credential::workload_identity::WorkloadIdentity;
use crate::credential::{self, CredentialError};

/// What a source answered. No `Debug`: it holds a token.
pub(super) enum Asked {
    /// A token.
    Token(String),
    /// Not set up here.
    Absent(String),
    /// Set up, and refused, in its own words; and whether chains stop here.
    Refused(String, bool),
    /// Set up, but not for others to ask.
    Recognised(String),
}

/// Asks the sources.
pub(super) struct Sources {
    pub(super) surroundings: Surroundings,
    pub(super) client: Client,
    /// Entra's authority, unless a variable says otherwise.
    pub(super) authority: String,
}

impl Sources {
    /// Asks a source for a token.
    pub(super) async fn ask(&self, source: Source, scope: &str, now: Timestamp) -> Asked {
        match source {
            Source::Environment => self.environment(scope, now).await,
            Source::WorkloadIdentity => self.workload(scope, now).await,
            Source::ManagedIdentity => self.managed(scope, now).await,
            Source::AzureCli => self.azure_cli(scope).await,
            Source::AzureDeveloperCli => self.developer_cli(scope).await,
            Source::AzurePowerShell => self.power_shell(),
            Source::VisualStudioCode => self.recognised(
                ".azure/ms-azuretools.vscode-azureresourcegroups/authRecord.json",
                "is signed in; it answers where the library's broker package is installed",
            ),
            Source::SharedTokenCache => self.recognised(
                ".IdentityService/msal.cache",
                "has entries; only the library can read them",
            ),
            Source::VisualStudio => self.recognised(
                "AppData/Local/.IdentityService/AzureServiceAuth/tokenprovider.json",
                "is set up; only it can tell as whom",
            ),
            Source::IntelliJ => Asked::Absent("its sign-in cannot be seen from outside".to_owned()),
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        self.surroundings.get(name).map(str::to_owned)
    }

    fn authority(&self) -> String {
        let own = self.get("AZURE_AUTHORITY_HOST");
        let own = own.map(|host| match host.contains("://") {
            true => host,
            false => format!("https://{host}"),
        });
        own.unwrap_or_else(|| self.authority.clone())
    }

    async fn environment(&self, scope: &str, now: Timestamp) -> Asked {
        let (Some(tenant_id), Some(client_id)) =
            (self.get("AZURE_TENANT_ID"), self.get("AZURE_CLIENT_ID"))
        else {
            return Asked::Absent(
                "AZURE_TENANT_ID and AZURE_CLIENT_ID are not both set".to_owned(),
            );
        };
        let proof = match (
            self.get("AZURE_CLIENT_SECRET"),
            self.get("AZURE_CLIENT_CERTIFICATE_PATH"),
        ) {
            (Some(secret), _) => Proof::Secret(secret),
            (None, Some(path)) => {
                let password = self.get("AZURE_CLIENT_CERTIFICATE_PASSWORD");
                match certificate::read(&path, password).await {
                    Ok(key) => Proof::Certificate(key),
                    Err(why) => return Asked::Refused(why, true),
                }
            }
            (None, None) if self.get("AZURE_PASSWORD").is_some() => {
                return Asked::Recognised(
                    "signs in with a user's password, which is not tried here".to_owned(),
                );
            }
            (None, None) => {
                return Asked::Absent("neither a secret nor a certificate is set".to_owned());
            }
        };
        let credential = ClientSecret {
            client: self.client.clone(),
            authority: self.authority(),
            tenant_id,
            client_id,
            proof,
        };
        taken(credential.token(scope, now).await, true)
    }

    async fn workload(&self, scope: &str, now: Timestamp) -> Asked {
        let names = [
            "AZURE_TENANT_ID",
            "AZURE_CLIENT_ID",
            "AZURE_FEDERATED_TOKEN_FILE",
        ];
        let [Some(tenant_id), Some(client_id), Some(file)] = names.map(|name| self.get(name))
        else {
            let missing: Vec<&str> = names
                .into_iter()
                .filter(|name| self.get(name).is_none())
                .collect();
            return Asked::Absent(format!("not set: {}", missing.join(", ")));
        };
        let credential = credential::Source::WorkloadIdentity(WorkloadIdentity {
            client: self.client.clone(),
            authority: self.authority(),
            tenant_id,
            client_id,
            token_file: PathBuf::from(file),
        });
        taken(credential.token(scope, now).await, true)
    }

    /// The platform's endpoint, by the variables with which each platform names it.
    async fn managed(&self, scope: &str, now: Timestamp) -> Asked {
        let selector = self.get("AZURE_CLIENT_ID").map(Selector::ClientId);
        let client = self.client.clone();
        if self.get("IDENTITY_SERVER_THUMBPRINT").is_some() {
            return Asked::Recognised(
                "Service Fabric's endpoint is there; it is not asked here".to_owned(),
            );
        }
        match (
            self.get("IDENTITY_ENDPOINT"),
            self.get("IDENTITY_HEADER"),
            self.get("IMDS_ENDPOINT"),
        ) {
            (Some(endpoint), Some(secret), _) => {
                match ManagedIdentity::app_service(client, &endpoint, &secret, selector) {
                    Ok(identity) => taken(
                        credential::Source::ManagedIdentity(identity)
                            .token(scope, now)
                            .await,
                        true,
                    ),
                    Err(error) => Asked::Refused(error.to_string(), true),
                }
            }
            (Some(endpoint), None, Some(_)) => taken(
                ArcIdentity::new(client, &endpoint).token(scope, now).await,
                true,
            ),
            _ => match self.get("MSI_ENDPOINT") {
                Some(endpoint) => self.older_endpoint(&endpoint, selector, scope, now).await,
                None => self.metadata_service(selector, scope, now).await,
            },
        }
    }

    /// The endpoint of Machine Learning, which has a secret, or of Cloud Shell, which has none.
    async fn older_endpoint(
        &self,
        endpoint: &str,
        selector: Option<Selector>,
        scope: &str,
        now: Timestamp,
    ) -> Asked {
        let client = self.client.clone();
        let identity = match self.get("MSI_SECRET") {
            Some(secret) => {
                let named = || {
                    self.get("DEFAULT_IDENTITY_CLIENT_ID")
                        .map(Selector::ClientId)
                };
                ManagedIdentity::machine_learning(
                    client,
                    endpoint,
                    &secret,
                    selector.or_else(named),
                )
            }
            None if selector.is_some() => {
                return Asked::Refused(
                    "Cloud Shell has the identity of who is signed in, and AZURE_CLIENT_ID asks for another"
                        .to_owned(),
                    true,
                );
            }
            None => Ok(ManagedIdentity::cloud_shell(client, endpoint)),
        };
        match identity {
            Ok(identity) => taken(
                credential::Source::ManagedIdentity(identity)
                    .token(scope, now)
                    .await,
                true,
            ),
            Err(error) => Asked::Refused(error.to_string(), true),
        }
    }

    async fn metadata_service(
        &self,
        selector: Option<Selector>,
        scope: &str,
        now: Timestamp,
    ) -> Asked {
        let named = self.get("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        let origin = named.unwrap_or_else(|| IMDS.to_owned());
        if !super::network::listens(&origin).await {
            return Asked::Absent(
                "no identity endpoint: this is not a machine of Azure's".to_owned(),
            );
        }
        let identity = ManagedIdentity::imds(self.client.clone(), &origin, selector);
        let answer = credential::Source::ManagedIdentity(identity)
            .token(scope, now)
            .await;
        match &answer {
            // Another provider's machine has something at that address, too, which speaks otherwise.
            Err(CredentialError::Refused { status, message })
                if message == "without a word" && *status != http::StatusCode::BAD_REQUEST =>
            {
                Asked::Absent(format!(
                    "what answers at the metadata address ({}) is not Azure's",
                    status.as_u16()
                ))
            }
            // Chains pass on where the machine has no such identity.
            _ => taken(answer, false),
        }
    }

    async fn azure_cli(&self, scope: &str) -> Asked {
        let arguments = [
            "account",
            "get-access-token",
            "--output",
            "json",
            "--scope",
            scope,
        ];
        self.program("az", &arguments, "accessToken", "az login")
            .await
    }

    async fn developer_cli(&self, scope: &str) -> Asked {
        let arguments = ["auth", "token", "--output", "json", "--scope", scope];
        self.program("azd", &arguments, "token", "azd auth login")
            .await
    }

    async fn program(&self, name: &str, arguments: &[&str], member: &str, sign_in: &str) -> Asked {
        let Some(program) = program::find(&self.surroundings, name) else {
            return Asked::Absent("not installed".to_owned());
        };
        let printed = match program::run(&self.surroundings, &program, arguments).await {
            Ok(printed) => printed,
            Err(why) => return Asked::Refused(why, false),
        };
        let answer: serde_json::Value = serde_json::from_str(&printed.output).unwrap_or_default();
        if let Some(token) = answer[member].as_str().filter(|_| printed.success) {
            return Asked::Token(token.to_owned());
        }
        let lower = printed.errors.to_ascii_lowercase();
        let signed_out = (lower.contains(sign_in) || lower.contains("not logged in"))
            && !printed.errors.contains("AADSTS");
        match signed_out {
            true => Asked::Absent(format!("not signed in ({sign_in})")),
            false => Asked::Refused(printed.errors.chars().take(2_000).collect(), false),
        }
    }

    fn power_shell(&self) -> Asked {
        let installed = ["pwsh", "powershell"]
            .iter()
            .any(|name| program::find(&self.surroundings, name).is_some());
        match installed {
            true => self.recognised(
                ".Azure/AzureRmContext.json",
                "has been signed in; only PowerShell can tell as whom",
            ),
            false => Asked::Absent("not installed".to_owned()),
        }
    }

    fn recognised(&self, file: &str, says: &str) -> Asked {
        let found = self
            .surroundings
            .home
            .as_ref()
            .is_some_and(|home| home.join(file).exists());
        match found {
            true => Asked::Recognised(says.to_owned()),
            false => Asked::Absent("not signed in".to_owned()),
        }
    }
}

fn taken(answer: Result<credential::Token, CredentialError>, ends_chain: bool) -> Asked {
    match answer {
        Ok(token) => {
            let value = token.authorization.to_str().unwrap_or_default();
            Asked::Token(value.trim_start_matches("Bearer ").to_owned())
        }
        Err(error) => Asked::Refused(error.to_string(), ends_chain),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::client::Options;

    /// A platform's endpoint that answers once, and what it was asked.
    async fn asked(variables: &[(&str, &str)]) -> (Asked, String) {
        const TOKEN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 40\r\nconnection: close\r\n\r\n{\"access_token\":\"t\",\"expires_in\":\"3600\"}";
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/token", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 8 * 1024];
            let length = socket.read(&mut request).await.unwrap();
            socket.write_all(TOKEN.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let mut environment: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        environment.insert("MSI_ENDPOINT".to_owned(), endpoint);
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let options = Options {
            extra_roots: Some(certified.cert.pem().into_bytes()),
            system_roots: false,
            platform_http: true,
            ..Options::default()
        };
        let sources = Sources {
            surroundings: Surroundings {
                environment,
                ..Surroundings::default()
            },
            client: Client::new(&options).unwrap(),
            authority: String::new(),
        };
        let scope = "https://cognitiveservices.azure.com/.default";
        let answer = sources
            .ask(Source::ManagedIdentity, scope, Timestamp(1_795_000_000))
            .await;
        let request = match server.is_finished() {
            true => server.await.unwrap(),
            false => String::new(),
        };
        (answer, request)
    }

    #[tokio::test]
    async fn older_platforms_are_told_apart_by_their_variables() {
        let (answer, request) = asked(&[]).await;
        assert!(matches!(answer, Asked::Token(token) if token == "t"));
        assert!(request.starts_with("POST /token "), "{request}");
        let (answer, request) = asked(&[
            ("MSI_SECRET", "s3cret"),
            ("DEFAULT_IDENTITY_CLIENT_ID", "app"),
        ])
        .await;
        assert!(matches!(answer, Asked::Token(_)));
        assert!(
            request.contains("&clientid=app ") && request.contains("secret: s3cret"),
            "{request}"
        );
        let (answer, request) = asked(&[("AZURE_CLIENT_ID", "app")]).await;
        assert!(matches!(answer, Asked::Refused(words, true) if words.contains("Cloud Shell")));
        assert_eq!(request, "");
    }
}
