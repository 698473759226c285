//! What happened, before the question why: at which check of the way the call was stopped.
//!
//! Each situation has a handful of causes that hide in it. A rule names the situations that its cause
//! shows itself in and how likely it is there with nothing else known; the other facts move it from
//! there.

use wire::refusals::Shape;

use crate::case::{Case, Seen};
use crate::clues::{
    client, credential, deployment, endpoint, identity, network, service, symptom, token,
};
use crate::weight::Weight;

/// What a cause weighs in a situation that is none of its own.
const ELSEWHERE: f64 = -1.0;

/// Where a call was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Situation {
    /// The data plane: a data action is missing.
    Denied,
    /// The token check.
    TokenRejected,
    /// The key check.
    KeyRejected,
    /// No credential arrived.
    CredentialMissing,
    /// Keys are off.
    KeysDisabled,
    /// The network rules.
    NetworkDenied,
    /// Public access is off.
    PublicAccessOff,
    /// Tenants differ.
    TenantMismatch,
    /// A token at an endpoint that takes none.
    SubdomainRequired,
    /// Path or version not found.
    RouteNotFound,
    /// No such resource.
    ResourceUnknown,
    /// No such deployment.
    DeploymentMissing,
    /// No such model.
    ModelUnknown,
    /// The service names a version.
    VersionRefused,
    /// The service names the operation or a parameter.
    OperationRefused,
    /// The API family is not the model's.
    ApiNotSupported,
    /// A limit.
    Limited,
    /// Entra refused.
    SignInRefused,
    /// No credential of a chain worked.
    NoCredential,
    /// The identity endpoint.
    IdentityEndpoint,
    /// The name.
    NameUnresolved,
    /// TLS.
    TlsFailed,
    /// The connection.
    ConnectionFailed,
    /// The Resource Manager refused.
    ManagementRefused,
    /// The client refused its own arguments.
    ClientArgument,
    /// OpenAI's own platform answered.
    PlatformAnswered,
    /// A stored item was not found.
    ItemUnknown,
    /// 5xx.
    ServerError,
    /// A bare 400, 401, 403 or 405 with nothing recognised.
    Bare400,
    /// See [`Situation::Bare400`].
    Bare401,
    /// See [`Situation::Bare400`].
    Bare403,
    /// See [`Situation::Bare400`].
    Bare405,
}

impl Situation {
    /// All of them.
    pub(crate) const ALL: [Self; 32] = [
        Self::Denied,
        Self::TokenRejected,
        Self::KeyRejected,
        Self::CredentialMissing,
        Self::KeysDisabled,
        Self::NetworkDenied,
        Self::PublicAccessOff,
        Self::TenantMismatch,
        Self::SubdomainRequired,
        Self::RouteNotFound,
        Self::ResourceUnknown,
        Self::DeploymentMissing,
        Self::ModelUnknown,
        Self::VersionRefused,
        Self::OperationRefused,
        Self::ApiNotSupported,
        Self::Limited,
        Self::SignInRefused,
        Self::NoCredential,
        Self::IdentityEndpoint,
        Self::NameUnresolved,
        Self::TlsFailed,
        Self::ConnectionFailed,
        Self::ManagementRefused,
        Self::ClientArgument,
        Self::PlatformAnswered,
        Self::ItemUnknown,
        Self::ServerError,
        Self::Bare400,
        Self::Bare401,
        Self::Bare403,
        Self::Bare405,
    ];
}

use Situation::*;

impl<'f> Case<'f> {
    /// The fact that shows the situation.
    pub(crate) fn situation(&self, situation: Situation) -> Seen<'f> {
        match situation {
            Denied => self.denied(),
            TokenRejected => self.token_rejected(),
            KeyRejected => self.key_rejected().or_else(|| {
                let words = self.clue(&token::KEY_INVALID_WORDS);
                words.filter(|_| {
                    self.status(401).is_some()
                        && self.clue(&symptom::PLATFORM_KEY_REFUSED).is_none()
                })
            }),
            CredentialMissing => self
                .refused_any(&[Shape::KeyMissing, Shape::ManagementTokenMissing])
                .or_else(|| self.clue(&token::NO_CREDENTIAL_SAID)),
            KeysDisabled => self.keys_disabled(),
            NetworkDenied => self
                .refused_any(&[Shape::NetworkDenied, Shape::VirtualNetworkEndpoint])
                .or_else(|| self.clue(&network::OUTBOUND_RESTRICTED)),
            PublicAccessOff => self
                .refused(Shape::PublicAccessDisabled)
                .or_else(|| self.clue(&symptom::PRIVATE_ONLY_SAID)),
            TenantMismatch => self
                .refused_any(&[Shape::TenantMismatch, Shape::TokenOfOtherTenant])
                .or_else(|| self.clue(&identity::TENANT_MISMATCH_TEXT)),
            SubdomainRequired => self.refused(Shape::CustomSubdomainRequired),
            RouteNotFound => self.route_not_found(),
            ResourceUnknown => self.clue(&endpoint::SUBDOMAIN_UNKNOWN),
            DeploymentMissing => self.deployment_missing(),
            ModelUnknown => self
                .refused(Shape::UnknownModel)
                .or_else(|| self.clue(&symptom::MODEL_UNKNOWN_PLATFORM)),
            VersionRefused => self
                .refused_any(&[
                    Shape::ResponsesApiVersion,
                    Shape::ModelApiVersion,
                    Shape::ApiVersionNotSupported,
                ])
                .or_else(|| self.clue(&endpoint::VERSION_REFUSED_SAID)),
            OperationRefused => self
                .refused_any(&[
                    Shape::OperationNotSupported,
                    Shape::ResponsesModelUnsupported,
                ])
                .or_else(|| self.clue(&deployment::OPERATION_UNSUPPORTED_WORDS)),
            ApiNotSupported => self.refused(Shape::ApiNotSupported),
            Limited => self
                .refused_any(&[Shape::TokenRateLimit, Shape::RequestRateLimit])
                .or_else(|| self.status(429))
                .or_else(|| self.clue(&service::LIMITED)),
            SignInRefused => self.any_sign_in(),
            NoCredential => self
                .clue(&credential::CHAIN_FAILED)
                .or_else(|| self.clue(&credential::BROKER_LACKS_AUDIENCE)),
            IdentityEndpoint => self
                .clue(&credential::IMDS_UNAVAILABLE)
                .or_else(|| self.clue(&credential::RESOURCE_ID_FORMED_BADLY)),
            NameUnresolved => self.clue(&symptom::DNS_FAILED),
            TlsFailed => self.clue(&symptom::TLS_FAILED),
            ConnectionFailed => self
                .clue(&symptom::CONNECTION_FAILED)
                .or_else(|| self.clue(&symptom::PROXY_FAILED)),
            ManagementRefused => self.management_refused(),
            ClientArgument => self
                .clue(&client::ARGUMENT_ERROR)
                .or_else(|| self.clue(&symptom::ENGINE_PARAMETER))
                .or_else(|| self.clue(&symptom::MISSING_VERSION_ARGUMENT))
                .or_else(|| self.clue(&symptom::AUTH_TYPE_INVALID))
                .or_else(|| self.clue(&symptom::CLIENT_REFUSES_HTTP))
                .or_else(|| self.refused(Shape::NoModelName)),
            PlatformAnswered => self
                .clue(&symptom::PLATFORM_KEY_REFUSED)
                .or_else(|| self.clue(&client::WENT_TO_PLATFORM)),
            ItemUnknown => self.clue(&deployment::STATEFUL_ITEM),
            ServerError => [500, 502, 503, 504]
                .iter()
                .find_map(|code| self.status(*code)),
            Bare400 => self.bare(400),
            Bare401 => self.bare(401),
            Bare403 => self.bare(403),
            Bare405 => self.bare(405),
        }
    }

    /// The status, where nothing more telling was recognised.
    fn bare(&self, code: u16) -> Seen<'f> {
        const TELLING: [Situation; 20] = [
            Denied,
            TokenRejected,
            KeyRejected,
            CredentialMissing,
            KeysDisabled,
            NetworkDenied,
            PublicAccessOff,
            TenantMismatch,
            SubdomainRequired,
            DeploymentMissing,
            ModelUnknown,
            VersionRefused,
            OperationRefused,
            ApiNotSupported,
            Limited,
            SignInRefused,
            ManagementRefused,
            PlatformAnswered,
            ItemUnknown,
            RouteNotFound,
        ];
        let status = self.status(code).or_else(|| self.named_status(code))?;
        let bare = TELLING.iter().all(|one| self.situation(*one).is_none());
        bare.then_some(status)
    }

    /// The status by its name, where no number stands anywhere.
    fn named_status(&self, code: u16) -> Seen<'f> {
        let named = match code {
            401 => self.clue(&symptom::UNAUTHORISED),
            403 => self.clue(&symptom::FORBIDDEN),
            _ => None,
        };
        named.filter(|_| self.main_status().is_none())
    }

    /// Whether the failure is of another kind than the rule's: something stopped the call for sure.
    pub(crate) fn in_any(&self, situations: &[Situation]) -> bool {
        situations.iter().any(|one| self.situation(*one).is_some())
    }
}

impl<'f> Weight<'f> {
    /// Weighs the likeliest of the situations that the case is in. Without one, which is `false`, the
    /// cause must be told by what else is known.
    pub(crate) fn situations(&mut self, case: &Case<'f>, priors: &[(Situation, f64)]) -> bool {
        let best = priors
            .iter()
            .filter_map(|(situation, prior)| Some((*prior, case.situation(*situation)?)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((prior, fact)) => self.add(prior, Some(fact)),
            None => {
                self.lean(ELSEWHERE, true);
                false
            }
        }
    }
}
