//! Which application asks, and how it proves that it is the one.

use access::Timestamp;
use access::token::jose::Jws;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::assertion::{self, Issuers};
use super::directory::{Application, FederatedCredential, ManagedIdentity, Tenant};
use super::error::SignInError;
use super::form::{self, Form};
use super::mint::Proof;
use super::origin::Origin;
use super::resource::shorten;
use super::well_known;

/// A client that was found, and how it proved itself.
#[derive(Clone, Copy)]
pub(super) struct Client<'d> {
    pub(super) kind: Kind<'d>,
    pub(super) proof: Proof,
}

/// What kind of client it is.
#[derive(Clone, Copy)]
pub(super) enum Kind<'d> {
    /// An application of the tenant.
    Application(&'d Application),
    /// A managed identity that a federated token stands for.
    ManagedIdentity(&'d ManagedIdentity),
    /// One of Microsoft's own tools, such as the Azure CLI.
    WellKnown(&'static well_known::Tool),
}

impl<'d> Kind<'d> {
    pub(super) fn id(self) -> &'d str {
        match self {
            Kind::Application(application) => &application.client_id,
            Kind::ManagedIdentity(identity) => &identity.client_id,
            Kind::WellKnown(tool) => tool.client_id,
        }
    }

    pub(super) fn name(self) -> &'d str {
        match self {
            Kind::Application(application) => &application.display_name,
            Kind::ManagedIdentity(identity) => &identity.name,
            Kind::WellKnown(tool) => tool.name,
        }
    }

    pub(super) fn is_public(self) -> bool {
        match self {
            Kind::Application(application) => application.public_client,
            Kind::ManagedIdentity(_) => false,
            Kind::WellKnown(_) => true,
        }
    }

    /// Whether codes may be sent to this address: exactly as registered, except that a loopback address
    /// stands for all its ports (RFC 8252, 7.3).
    pub(super) fn may_redirect_to(self, uri: &str, origin: &Origin) -> bool {
        match self {
            Kind::Application(application) => application
                .redirect_uris
                .iter()
                .any(|registered| same_redirect(registered, uri)),
            Kind::ManagedIdentity(_) => false,
            Kind::WellKnown(tool) => {
                let own = tool
                    .own_path
                    .map(|path| format!("{}{path}", origin.as_str()));
                let mut registered = tool.redirect_uris.iter();
                own.as_deref() == Some(uri) || registered.any(|known| same_redirect(known, uri))
            }
        }
    }

    fn federated(self) -> &'d [FederatedCredential] {
        match self {
            Kind::Application(application) => &application.federated,
            Kind::ManagedIdentity(identity) => &identity.federated,
            Kind::WellKnown(_) => &[],
        }
    }
}

/// Finds a client by its id.
pub(super) fn find<'d>(tenant: &'d Tenant, id: &str) -> Result<Kind<'d>, SignInError> {
    let is = |own: &str| own.eq_ignore_ascii_case(id);
    let mut applications = tenant.applications.iter();
    if let Some(application) = applications.find(|application| is(&application.client_id)) {
        if application.disabled {
            return Err(SignInError::ApplicationDisabled(
                application.client_id.clone(),
            ));
        }
        return Ok(Kind::Application(application));
    }
    let mut identities = tenant.managed_identities.iter();
    if let Some(identity) = identities.find(|identity| is(&identity.client_id)) {
        return Ok(Kind::ManagedIdentity(identity));
    }
    if let Some(tool) = well_known::TOOLS.iter().find(|tool| is(tool.client_id)) {
        return Ok(Kind::WellKnown(tool));
    }
    Err(SignInError::ApplicationUnknown {
        client: shorten(id),
        tenant: tenant.name.clone(),
    })
}

/// What a request says about its client.
struct Presented<'r> {
    id: Option<&'r str>,
    secret: Option<&'r str>,
    assertion: Option<&'r str>,
}

/// Finds the client of a token request and checks what it proves itself by.
///
/// A client that sends a proof is held to it even if it could do without. One that sends none is
/// [`Proof::None`]; whether that is enough, the grant decides.
pub(super) fn authenticate<'d>(
    tenant: &'d Tenant,
    form: &Form,
    headers: &HeaderMap,
    issuers: &Issuers,
    origin: &Origin,
    now: Timestamp,
) -> Result<Client<'d>, SignInError> {
    let basic = basic_credentials(headers)?;
    let presented = presented(form, basic.as_ref())?;
    let Some(text) = presented.assertion else {
        let id = presented
            .id
            .ok_or(SignInError::MissingParameter("client_id"))?;
        let kind = find(tenant, id)?;
        let proof = match presented.secret {
            Some(secret) => check_secret(kind, secret, now)?,
            None => Proof::None,
        };
        return Ok(Client { kind, proof });
    };
    let jws =
        Jws::parse(text).map_err(|fault| SignInError::AssertionMalformed(fault.to_string()))?;
    let claims = assertion::Claims::read(&jws)?;
    let id = presented.id.unwrap_or(&claims.subject);
    let kind = find(tenant, id)?;
    match kind {
        // An assertion of the application's own is issued by itself; any other issuer is federated.
        Kind::Application(application)
            if claims.issuer.eq_ignore_ascii_case(&application.client_id) =>
        {
            assertion::check_own(&jws, &claims, application, tenant, origin, now)?;
        }
        _ if claims.issuer == claims.subject => return Err(SignInError::AssertionClient),
        _ => assertion::check_federated(&jws, &claims, kind.federated(), issuers, now)?,
    }
    Ok(Client {
        kind,
        proof: Proof::Certificate,
    })
}

/// Takes the client's words from the form, or from HTTP Basic; both at once is one too many (RFC 6749,
/// 2.3).
fn presented<'r>(
    form: &'r Form,
    basic: Option<&'r (String, String)>,
) -> Result<Presented<'r>, SignInError> {
    let (id, secret) = (form.optional("client_id")?, form.optional("client_secret")?);
    let assertion = form.optional("client_assertion")?;
    let proofs = [secret.is_some(), assertion.is_some(), basic.is_some()];
    if proofs.iter().filter(|present| **present).count() > 1 {
        return Err(SignInError::Malformed(
            "the client proves itself in more than one way",
        ));
    }
    if assertion.is_some() {
        let kind = form.required("client_assertion_type")?;
        if kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
            return Err(SignInError::Malformed(
                "this client_assertion_type is not supported",
            ));
        }
    }
    Ok(match basic {
        None => Presented {
            id,
            secret,
            assertion,
        },
        Some((name, password)) => {
            if id.is_some_and(|id| id != name) {
                return Err(SignInError::Malformed("two different client ids"));
            }
            Presented {
                id: Some(name),
                secret: Some(password),
                assertion,
            }
        }
    })
}

/// Client id and secret from `Authorization: Basic`, percent-decoded as OAuth demands.
fn basic_credentials(headers: &HeaderMap) -> Result<Option<(String, String)>, SignInError> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let malformed = SignInError::Malformed("the Authorization header is not readable");
    let text = value.to_str().map_err(|_| malformed.clone())?;
    let Some((scheme, encoded)) = text.split_once(' ') else {
        return Err(malformed);
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let decoded = STANDARD
        .decode(encoded.trim())
        .map_err(|_| malformed.clone())?;
    let mut halves = decoded.splitn(2, |&byte| byte == b':');
    let (Some(id), Some(secret)) = (halves.next(), halves.next()) else {
        return Err(malformed);
    };
    Ok(Some((form::decode(id)?, form::decode(secret)?)))
}

fn check_secret(kind: Kind<'_>, candidate: &str, now: Timestamp) -> Result<Proof, SignInError> {
    let wrong = || SignInError::SecretWrong(kind.id().to_owned());
    let Kind::Application(application) = kind else {
        return Err(wrong());
    };
    let mut expired = false;
    for secret in &application.secrets {
        if secret.secret.matches(candidate) {
            if secret.expires.is_none_or(|expires| now < expires) {
                return Ok(Proof::Secret);
            }
            expired = true;
        }
    }
    Err(if expired {
        SignInError::SecretExpired(application.client_id.clone())
    } else {
        wrong()
    })
}

fn same_redirect(registered: &str, asked: &str) -> bool {
    if registered == asked {
        return true;
    }
    let loopback = |uri: &str| {
        let uri: http::Uri = uri.parse().ok()?;
        let host = uri.host()?.to_owned();
        let plain = uri.scheme_str() == Some("http")
            && !uri.authority()?.as_str().contains('@')
            && ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
        plain.then(|| {
            (
                host,
                uri.path().trim_end_matches('/').to_owned(),
                uri.query().is_none(),
            )
        })
    };
    !asked.contains('#') && loopback(registered).is_some_and(|one| Some(one) == loopback(asked))
}

#[cfg(test)]
mod tests {
    use super::same_redirect;

    #[test]
    fn a_loopback_redirect_may_use_any_port_and_nothing_else_may_differ() {
        for asked in [
            "http://localhost",
            "http://localhost:5000",
            "http://localhost:5000/",
        ] {
            assert!(same_redirect("http://localhost", asked), "{asked}");
        }
        for asked in [
            "https://localhost:5000",
            "http://localhost.evil.example",
            "http://localhost@evil.example",
            "http://user@localhost:1",
            "http://localhost:5000/other",
            "http://localhost:5000/?a=b",
            "http://localhost:5000/#fragment",
            "http://127.0.0.1:5000",
            "http://evil.example",
            "javascript:alert(1)",
        ] {
            assert!(!same_redirect("http://localhost", asked), "{asked}");
        }
        let exact = "https://app.example/signed-in?x=1";
        assert!(same_redirect(exact, exact));
        assert!(!same_redirect(exact, "https://app.example/signed-in"));
        assert!(!same_redirect(
            "https://app.example",
            "https://app.example:444"
        ));
    }
}
