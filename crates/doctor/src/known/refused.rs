//! The endpoint's own refusals, in words.

use super::sentence;
use crate::fact::Name;

/// Why the endpoint refused a call, other than for a token's fault or a missing role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// Neither token nor key.
    CredentialMissing,
    /// The credential came in a header that this route does not read, such as `Authentication`.
    CredentialInHeader {
        /// The header it came in.
        header: String,
    },
    /// A token stood in a header for keys.
    TokenInKeyHeader {
        /// The header it came in.
        header: String,
    },
    /// A key stood where this route reads a token.
    KeyAsToken,
    /// The key is none of the account's.
    KeyInvalid,
    /// The key is another account's.
    KeyOfOtherAccount {
        /// The account that has this key.
        account: String,
    },
    /// The account takes no keys.
    KeysDisabled {
        /// Whether a token came beside the key and was ignored.
        token_beside: bool,
    },
    /// The network rules do not admit the caller.
    NetworkDenied {
        /// The caller's address.
        address: String,
    },
    /// Public access is off.
    PublicAccessDisabled,
    /// A token at an endpoint without a name of its own.
    SubdomainRequired,
    /// No account has this name.
    AccountUnknown {
        /// The name that was called.
        name: String,
    },
    /// No such route.
    RouteUnknown {
        /// The path that was called.
        path: String,
        /// The path that was meant, where it can be told: `/models` for `/model`.
        meant: Option<String>,
    },
    /// The route needs an api-version.
    ApiVersionMissing,
    /// The route does not take this api-version.
    ApiVersionUnsupported {
        /// What was given.
        given: String,
        /// What would do.
        wanted: Option<String>,
    },
    /// No deployment has this name.
    DeploymentUnknown {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        existing: Vec<String>,
        /// A deployment whose model has that name.
        of_that_model: Option<String>,
    },
    /// The body names no model.
    ModelMissing,
    /// The deployment's model is of another family than this route serves.
    WrongFamily {
        /// The deployment.
        deployment: String,
        /// The model's format.
        format: String,
        /// The route that serves it.
        route: Option<String>,
    },
    /// The deployment's model does not do this operation.
    OperationUnsupported {
        /// The operation.
        operation: String,
        /// The model.
        model: String,
    },
    /// A stored response, or the like, is not here.
    ItemUnknown,
    /// A limit was reached.
    RateLimited {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The model server did not answer, or answered with an error.
    ModelServerFailed {
        /// What happened.
        what: String,
    },
}

impl Refused {
    /// What commands can be filled in with.
    pub(super) fn values(&self) -> Vec<(Name, String)> {
        match self {
            Self::CredentialInHeader { header } | Self::TokenInKeyHeader { header } => {
                vec![(Name::Header, header.clone())]
            }
            Self::NetworkDenied { address } => vec![(Name::Address, address.clone())],
            Self::AccountUnknown { name } => vec![(Name::Account, name.clone())],
            Self::RouteUnknown {
                meant: Some(meant), ..
            } => vec![(Name::RightPath, meant.clone())],
            Self::ApiVersionUnsupported { given, .. } => vec![(Name::ApiVersion, given.clone())],
            Self::DeploymentUnknown {
                name,
                existing,
                of_that_model,
            } => {
                let first = of_that_model.clone().or_else(|| existing.first().cloned());
                let mut values = vec![(Name::Deployment, name.clone())];
                values.extend(first.map(|one| (Name::ExistingDeployment, one)));
                values
            }
            Self::WrongFamily {
                deployment, route, ..
            } => {
                let mut values = vec![(Name::Deployment, deployment.clone())];
                values.extend(route.clone().map(|route| (Name::RightPath, route)));
                values
            }
            Self::OperationUnsupported { model, .. } => vec![(Name::Model, model.clone())],
            Self::RateLimited { seconds } => vec![(Name::RetryAfter, seconds.to_string())],
            _ => Vec::new(),
        }
    }

    /// What happened, for those who may know.
    pub(super) fn statement(&self) -> String {
        match self {
            Self::CredentialMissing => "The request carries neither a token nor a key.".to_owned(),
            Self::CredentialInHeader { header } => {
                format!("The credential came in the header `{header}`, which this route does not read; tokens travel in `Authorization`.")
            }
            Self::TokenInKeyHeader { header } => {
                format!("A token stood in `{header}`, which is for keys; tokens travel in `Authorization: Bearer`.")
            }
            Self::KeyAsToken => "What stood after `Bearer` is not a token, and this route takes keys in `api-key` only.".to_owned(),
            Self::KeyInvalid => "The key is neither of the account's two keys.".to_owned(),
            Self::KeyOfOtherAccount { account } => format!("The key is one of the account `{account}`, not of the one that was called."),
            Self::KeysDisabled { token_beside: true } => {
                "A key was sent, so it alone decided, and the account takes no keys; the token beside it was ignored.".to_owned()
            }
            Self::KeysDisabled { .. } => "A key was sent, and the account takes no keys (`disableLocalAuth`).".to_owned(),
            Self::NetworkDenied { address } => format!("The network rules of the account do not admit {address}."),
            Self::PublicAccessDisabled => "Public access to the account is off, and the call did not come through a private endpoint.".to_owned(),
            Self::SubdomainRequired => "A token was sent to an endpoint without a custom subdomain.".to_owned(),
            Self::AccountUnknown { name } => format!("There is no account `{name}`."),
            Self::RouteUnknown { path, meant: Some(meant) } => format!("`{path}` is no route; `{meant}` is."),
            Self::RouteUnknown { path, .. } => format!("`{path}` is no route of this service."),
            Self::ApiVersionMissing => "The route needs `?api-version=…`, and the request has none.".to_owned(),
            Self::ApiVersionUnsupported { given, wanted: Some(wanted) } => {
                format!("`{given}` is no api-version of this route; `{wanted}` is.")
            }
            Self::ApiVersionUnsupported { given, .. } => format!("`{given}` is no api-version of this route."),
            Self::DeploymentUnknown { name, of_that_model: Some(own), .. } => {
                format!("`{name}` is a model's name; its deployment is called `{own}`.")
            }
            Self::DeploymentUnknown { name, existing, .. } if existing.is_empty() => {
                format!("There is no deployment `{name}`, and no other either.")
            }
            Self::DeploymentUnknown { name, existing, .. } => {
                let some: Vec<&str> = existing.iter().take(8).map(String::as_str).collect();
                format!("There is no deployment `{name}`; there are {}.", some.join(", "))
            }
            Self::ModelMissing => "The body names no model.".to_owned(),
            Self::WrongFamily { deployment, format, .. } => {
                format!("The deployment `{deployment}` is a model of {format}, which this route does not serve.")
            }
            Self::OperationUnsupported { operation, model } => format!("The model {model} does not do {operation}."),
            Self::ItemUnknown => "The item is not stored here.".to_owned(),
            Self::RateLimited { seconds } => format!("The limit is used up for another {seconds} seconds."),
            Self::ModelServerFailed { what } => sentence(what),
        }
    }
}
