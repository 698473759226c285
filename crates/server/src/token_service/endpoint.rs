//! From a request to whatever answers it.

use access::Timestamp;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::directory::{Directory, Tenant};
use super::error::SignInError;
use super::form::{self, Form};
use super::grant::{self, Call};
use super::origin::Origin;
use super::respond::{self, Exchange};
use super::sign_in_page::{self, Browser};
use super::{MAX_BODY, TokenService, authorize, discovery, page, resource};

impl TokenService {
    /// Answers a request that came to `origin`.
    pub fn handle(
        &self,
        request: &Request<Bytes>,
        origin: &Origin,
        now: Timestamp,
    ) -> Response<Bytes> {
        let query = request.uri().query().unwrap_or_default();
        let exchange = Exchange::new(client_request_id(request, query).as_deref(), now);
        let path = request.uri().path();
        let segments: Vec<String> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| form::decode(segment.replace('+', "%2B").as_bytes()).unwrap_or_default())
            .collect();
        let Some((name, rest)) = segments.split_first() else {
            return respond::not_found();
        };
        let rest: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        let (version_1, endpoint) = without_version(&rest);
        let directory = self.directory.load_full();
        let Some(tenant) = directory.tenant(name) else {
            return exchange.refuse_as(
                &SignInError::TenantUnknown(resource::shorten(name)),
                tenant_error(&rest),
            );
        };
        let route = Route {
            directory: &directory,
            tenant,
            name,
            named: tenant.is_called(name),
            version_1,
            origin,
        };
        self.dispatch(&route, &endpoint, request, &exchange)
            .unwrap_or_else(|error| exchange.refuse(&error))
    }

    fn dispatch(
        &self,
        route: &Route<'_>,
        endpoint: &[&str],
        request: &Request<Bytes>,
        exchange: &Exchange,
    ) -> Result<Response<Bytes>, SignInError> {
        let get = [Method::GET, Method::HEAD].contains(request.method());
        let post = request.method() == Method::POST;
        let query = request.uri().query().unwrap_or_default().as_bytes();
        match endpoint {
            [".well-known", "openid-configuration"] if get => {
                Ok(respond::document(&self.metadata(route)))
            }
            ["discovery", "keys"] if get => Ok(respond::document(&self.mint.keys().jwks())),
            ["discovery", "instance"] if get => {
                let query = Form::parse(query)?;
                let asked = query
                    .optional("authorization_endpoint")?
                    .unwrap_or_default();
                Ok(match discovery::instance(route.origin, asked) {
                    Some(instance) => respond::document(&instance),
                    None => {
                        let error = SignInError::Malformed("the authority is not known");
                        exchange.refuse_as(&error, "invalid_instance")
                    }
                })
            }
            ["userrealm", user] if get => Ok(respond::document(&user_realm(route.directory, user))),
            ["oauth2", "token"] if post => {
                let form = body(request)?;
                Ok(exchange.json(&grant::answer(&self.call(route, &form, request, exchange))?))
            }
            ["oauth2", "devicecode"] if post => {
                let form = body(request)?;
                let call = self.call(route, &form, request, exchange);
                Ok(exchange.json(&grant::begin_device_code(&call)?))
            }
            ["oauth2", "token" | "devicecode"] => Err(SignInError::Method("POST")),
            ["oauth2", page @ ("authorize" | "deviceauth" | "logout")] if get || post => {
                self.page(page, route, request, post, exchange)
            }
            _ => Ok(respond::not_found()),
        }
    }

    /// The pages that people see.
    fn page(
        &self,
        page: &str,
        route: &Route<'_>,
        request: &Request<Bytes>,
        post: bool,
        exchange: &Exchange,
    ) -> Result<Response<Bytes>, SignInError> {
        let browser = Browser::read(request.headers(), route.origin);
        if post && page != "logout" {
            let form = body(request)?;
            if page == "deviceauth" && form.optional("flow")?.is_none() {
                return Ok(sign_in_page::enter_code(self, &form, &browser, exchange));
            }
            return Ok(sign_in_page::submit(
                self,
                route.directory,
                &form,
                &browser,
                exchange,
            ));
        }
        let query = Form::parse(request.uri().query().unwrap_or_default().as_bytes())?;
        Ok(match page {
            "authorize" => authorize::show(self, route, &query, &browser, exchange),
            "deviceauth" => sign_in_page::ask_for_code(None, &browser),
            _ => page::Page::new("Signed out")
                .paragraph("This service keeps nobody signed in: there was nothing to sign out of.")
                .respond(http::StatusCode::OK),
        })
    }

    fn metadata(&self, route: &Route<'_>) -> Value {
        let form = if route.version_1 {
            &self.settings.issuer_v1
        } else {
            &self.settings.issuer_v2
        };
        let issuer = form.replace(access::token::TENANT_PLACEHOLDER, &route.tenant.id);
        discovery::metadata(route.origin, route.name, &issuer, !route.version_1)
    }

    fn call<'c>(
        &'c self,
        route: &Route<'c>,
        form: &'c Form,
        request: &'c Request<Bytes>,
        exchange: &Exchange,
    ) -> Call<'c> {
        Call {
            service: self,
            directory: route.directory,
            tenant: route.tenant,
            tenant_named: route.named,
            version_1: route.version_1,
            form,
            headers: request.headers(),
            origin: route.origin,
            now: exchange.now,
        }
    }
}

/// Where a request goes.
pub(super) struct Route<'r> {
    pub(super) directory: &'r Directory,
    pub(super) tenant: &'r Tenant,
    /// The tenant as the URL spelt it.
    pub(super) name: &'r str,
    /// Whether it names this very tenant, rather than `common` and the like.
    pub(super) named: bool,
    pub(super) version_1: bool,
    pub(super) origin: &'r Origin,
}

/// The form in a request's body.
fn body(request: &Request<Bytes>) -> Result<Form, SignInError> {
    if request.body().len() > MAX_BODY {
        return Err(SignInError::Malformed("the body is too long"));
    }
    Form::parse(request.body())
}

/// Takes the version out of a path: version 2.0 endpoints are those of 1.0 with one more segment.
fn without_version<'p>(path: &[&'p str]) -> (bool, Vec<&'p str>) {
    match path {
        ["v2.0", rest @ ..] if rest.first() == Some(&".well-known") => (false, rest.to_vec()),
        [area @ ("oauth2" | "discovery"), "v2.0", rest @ ..] => (
            false,
            std::iter::once(*area).chain(rest.iter().copied()).collect(),
        ),
        _ => (true, path.to_vec()),
    }
}

/// What a client calls its request: a header in MSAL for Python, a query parameter in MSAL for Node.
fn client_request_id(request: &Request<Bytes>, query: &str) -> Option<String> {
    let header = request
        .headers()
        .get("client-request-id")
        .and_then(|value| value.to_str().ok());
    let header = header.map(str::to_owned);
    header.or_else(|| {
        let query = Form::parse(query.as_bytes()).ok()?;
        query.optional("client-request-id").ok()?.map(str::to_owned)
    })
}

/// Discovery has an error of its own for an unknown tenant.
fn tenant_error(rest: &[&str]) -> &'static str {
    if rest.contains(&".well-known") || rest.contains(&"discovery") {
        "invalid_tenant"
    } else {
        "invalid_request"
    }
}

/// How a person of this domain signs in.
fn user_realm(directory: &Directory, user: &str) -> Value {
    let domain = user.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mut tenants = directory.tenants.iter();
    let known = tenants.any(|tenant| {
        tenant
            .domains
            .iter()
            .any(|own| own.eq_ignore_ascii_case(domain))
    });
    json!({
        "ver": "1.0",
        "account_type": if known { "Managed" } else { "Unknown" },
        "domain_name": resource::shorten(domain),
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    })
}
