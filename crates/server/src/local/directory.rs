//! The configuration's principals as the token service knows them.

use access::Timestamp;
use access::principal::PrincipalId;

use crate::config::{PrincipalDetails, World};
use crate::provisioned::UserRecord;
use crate::token_service::Certificate;
use crate::token_service::directory::{
    Application, ClientSecret, Directory, FederatedCredential, ManagedIdentity, SecretDigest,
    Tenant, User,
};

/// Where native applications of developers have their codes sent.
const LOOPBACK: &str = "http://localhost";

/// Issuers with their published key sets, JSON.
pub(super) type KeySets = Vec<(String, Vec<u8>)>;

/// Makes the directory and the key sets of foreign issuers; `workload_issuer` stands for `issuer = "local"`.
///
/// # Errors
/// A certificate cannot be read; the text says whose.
pub(super) fn directory(
    world: &World,
    workload_issuer: &str,
) -> Result<(Directory, KeySets), String> {
    let mut published = KeySets::new();
    let mut tenant = Tenant {
        id: world.tenant.id.clone(),
        name: world.tenant.name.clone(),
        domains: vec![world.tenant.domain.clone()],
        ..Tenant::default()
    };
    for principal in &world.principals {
        let object_id = principal.id.to_string();
        match &principal.details {
            PrincipalDetails::User {
                upn,
                display_name,
                password,
            } => tenant.users.push(User {
                object_id,
                upn: upn.clone(),
                display_name: display_name.clone(),
                password: match made_user(world, &principal.id) {
                    Some(made) => SecretDigest::from_text(&made.password),
                    None => password
                        .as_ref()
                        .map(|password| SecretDigest::of(password.expose())),
                },
                disabled: made_user(world, &principal.id).is_some_and(|made| !made.enabled),
                valid_after: signed_out(world, &principal.id),
                // Tokens for Microsoft's own resources name no groups; memberships are the policy's.
                groups: Vec::new(),
            }),
            PrincipalDetails::Application {
                client_id,
                secrets,
                certificates,
                federated,
            } => {
                for credential in federated {
                    if let Some(jwks) = &credential.jwks
                        && !published
                            .iter()
                            .any(|(issuer, _)| *issuer == credential.issuer)
                    {
                        published.push((credential.issuer.clone(), jwks.clone().into_bytes()));
                    }
                }
                let certificates = certificates.iter().map(|pem| {
                    Certificate::from_pem(pem.as_bytes())
                        .map_err(|error| format!("certificate of `{}`: {error}", principal.name))
                });
                tenant.applications.push(Application {
                    client_id: client_id.clone(),
                    object_id,
                    display_name: principal.name.clone(),
                    secrets: secrets
                        .iter()
                        .map(|secret| ClientSecret {
                            secret: SecretDigest::of(secret.expose()),
                            expires: None,
                        })
                        .chain(made_secrets(world, client_id))
                        .collect(),
                    certificates: certificates.collect::<Result<_, _>>()?,
                    federated: federated
                        .iter()
                        .map(|credential| FederatedCredential {
                            issuer: if credential.is_local() {
                                workload_issuer.to_owned()
                            } else {
                                credential.issuer.clone()
                            },
                            subject: credential.subject.clone(),
                            audience: credential.audience.clone(),
                        })
                        .collect(),
                    redirect_uris: vec![LOOPBACK.to_owned()],
                    ..Application::default()
                });
            }
            PrincipalDetails::ManagedIdentity {
                client_id,
                resource_id,
            } => {
                tenant.managed_identities.push(ManagedIdentity {
                    client_id: client_id.clone(),
                    object_id,
                    name: principal.name.clone(),
                    resource_id: resource_id.clone(),
                    ..ManagedIdentity::default()
                });
            }
            // The service signs in as an account's identity, and nobody here is the service.
            PrincipalDetails::AccountIdentity { .. }
            | PrincipalDetails::Group
            | PrincipalDetails::Undeclared => {}
        }
    }
    Ok((
        Directory {
            tenants: vec![tenant],
        },
        published,
    ))
}

/// A person whom Graph made.
fn made_user<'world>(world: &'world World, id: &PrincipalId) -> Option<&'world UserRecord> {
    let mut made = world.directory.users.iter();
    made.find(|(known, _)| known == id).map(|(_, made)| made)
}

fn signed_out(world: &World, id: &PrincipalId) -> Option<Timestamp> {
    let mut known = world.directory.sign_ins.iter();
    let (_, record) = known.find(|(known, _)| known == id)?;
    Some(Timestamp(record.valid_after))
}

/// The passwords that Graph made for an application.
fn made_secrets(world: &World, client_id: &str) -> Vec<ClientSecret> {
    let made = world.directory.applications.iter();
    let own = made.filter(|(_, application)| application.client_id == client_id);
    own.flat_map(|(_, application)| &application.passwords)
        .filter_map(|password| {
            Some(ClientSecret {
                secret: SecretDigest::kept(password.digest()?),
                expires: Some(Timestamp(password.ends)),
            })
        })
        .collect()
}
