//! What a token is asked for: resources by their identifiers, scopes, and the audience that results.

use super::directory::{Application, Tenant};
use super::error::SignInError;
use super::origin::Origin;

/// An API of Microsoft's that every tenant knows.
struct FirstParty {
    app_id: &'static str,
    /// Identifiers without a slash at the end.
    uris: &'static [&'static str],
    /// What a person's token may do with it.
    delegated: &'static str,
}

impl FirstParty {
    /// The resource, by the identifier that the client used.
    fn asked_as(&self, identifier: &str) -> Resource {
        Resource {
            audience: identifier.to_owned(),
            identifier: identifier.to_owned(),
            version_2: false,
            delegated: self.delegated.to_owned(),
        }
    }
}

const MANAGEMENT: FirstParty = FirstParty {
    app_id: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    uris: &[
        "https://management.azure.com",
        "https://management.core.windows.net",
    ],
    delegated: "user_impersonation",
};

const GRAPH: FirstParty = FirstParty {
    app_id: "00000003-0000-0000-c000-000000000000",
    uris: &["https://graph.microsoft.com"],
    delegated: "User.Read",
};

/// Resources that clients of Foundry ask for, the wrong ones included. All get version 1.0 tokens, whose
/// `aud` repeats the identifier as asked.
const FIRST_PARTY: [FirstParty; 6] = [
    FirstParty {
        app_id: "7d312290-28c8-473c-a0ed-8e53749b6d6d",
        uris: &["https://cognitiveservices.azure.com"],
        delegated: "user_impersonation",
    },
    FirstParty {
        app_id: "18a66f5f-dbdf-4c17-9dd7-1634712a9cbe",
        uris: &["https://ai.azure.com", "https://ml.azure.com"],
        delegated: "user_impersonation",
    },
    MANAGEMENT,
    GRAPH,
    FirstParty {
        app_id: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
        uris: &["https://vault.azure.net"],
        delegated: "user_impersonation",
    },
    FirstParty {
        app_id: "e406a681-f3d4-42a8-90b6-c2b029497af1",
        uris: &["https://storage.azure.com"],
        delegated: "user_impersonation",
    },
];

/// A resource that was asked for and exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    /// The token's `aud`.
    pub(super) audience: String,
    /// What the answer calls it.
    pub(super) identifier: String,
    /// Whether the token is of version 2.0.
    pub(super) version_2: bool,
    /// The `scp` of a person's token.
    pub(super) delegated: String,
}

impl Resource {
    /// Finds a resource by an identifier, with or without a slash at the end, or by its application's
    /// id. Our own origin stands for ARM and `/graph` below it for Graph, because SDKs derive scopes
    /// from the endpoint they are given.
    pub(super) fn find(
        asked: &str,
        tenant: &Tenant,
        origin: &Origin,
    ) -> Result<Resource, SignInError> {
        let plain = asked.strip_suffix('/').unwrap_or(asked);
        let first_party = FIRST_PARTY.iter().find(|resource| {
            resource.app_id.eq_ignore_ascii_case(plain) || resource.uris.contains(&plain)
        });
        if let Some(first_party) = first_party {
            return Ok(first_party.asked_as(asked));
        }
        match plain.strip_prefix(origin.as_str()) {
            Some("") => return Ok(MANAGEMENT.asked_as(MANAGEMENT.uris[0])),
            Some("/graph") => return Ok(GRAPH.asked_as(GRAPH.uris[0])),
            _ => {}
        }
        let mut own = tenant.applications.iter();
        let api = own.find(|application| is_identifier_of(plain, application));
        let api = api.ok_or_else(|| SignInError::ResourceUnknown(shorten(asked)))?;
        Ok(Resource {
            audience: if api.version_2 {
                api.client_id.clone()
            } else {
                asked.to_owned()
            },
            identifier: asked.to_owned(),
            version_2: api.version_2,
            delegated: "user_impersonation".to_owned(),
        })
    }

    /// Reads a `scope` of one resource for a person: `X/.default`, `X/permission`, and OpenID's own
    /// words. Without a resource it is Graph's.
    pub(super) fn from_scope(
        scope: &str,
        tenant: &Tenant,
        origin: &Origin,
    ) -> Result<Delegated, SignInError> {
        let mut asked: Option<(&str, Vec<&str>)> = None;
        let (mut openid, mut offline) = (false, false);
        for word in scope.split_ascii_whitespace() {
            match word {
                "openid" | "profile" | "email" => openid = true,
                "offline_access" => offline = true,
                word => {
                    let (resource, permission) =
                        word.rsplit_once('/').unwrap_or((GRAPH.uris[0], word));
                    match &mut asked {
                        None => asked = Some((resource, vec![permission])),
                        Some((same, permissions)) if *same == resource => {
                            permissions.push(permission);
                        }
                        Some(_) => return Err(SignInError::ScopeOfTwoResources),
                    }
                }
            }
        }
        let (identifier, permissions) = asked.unwrap_or((GRAPH.uris[0], vec![".default"]));
        let mut resource = Resource::find(identifier, tenant, origin)?;
        if !permissions.contains(&".default") {
            resource.delegated = permissions.join(" ");
        }
        Ok(Delegated {
            resource,
            openid,
            offline,
        })
    }

    /// Reads the `scope` of an application for itself: exactly one resource, all that was granted.
    pub(super) fn from_default_scope(
        scope: &str,
        tenant: &Tenant,
        origin: &Origin,
    ) -> Result<Resource, SignInError> {
        let invalid = || SignInError::ScopeInvalid(shorten(scope));
        let mut resources = scope.split_ascii_whitespace();
        let (first, more) = (resources.next().ok_or_else(invalid)?, resources.next());
        if more.is_some_and(|more| more.ends_with("/.default")) {
            return Err(SignInError::ScopeOfTwoResources);
        }
        let identifier = first.strip_suffix("/.default").ok_or_else(invalid)?;
        if more.is_some() || identifier.is_empty() {
            return Err(invalid());
        }
        Resource::find(identifier, tenant, origin)
    }
}

/// A person's scope, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delegated {
    /// The one resource.
    pub(super) resource: Resource,
    /// Whether an id token was asked for.
    pub(super) openid: bool,
    /// Whether a refresh token was asked for.
    pub(super) offline: bool,
}

/// Whether an identifier (without a slash at the end) means this application's own API.
pub(super) fn is_identifier_of(plain: &str, application: &Application) -> bool {
    let by_id = plain.strip_prefix("api://").unwrap_or(plain);
    let mut uris = application.identifier_uris.iter();
    by_id.eq_ignore_ascii_case(&application.client_id)
        || uris.any(|uri| uri.strip_suffix('/').unwrap_or(uri) == plain)
}

/// Text of the request for an error message.
pub(super) fn shorten(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(200)
        .collect()
}
