//! The authorization endpoint: a page on which somebody signs in, and what the client gets of it.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{Response, StatusCode};

use super::TokenService;
use super::client::{self, Kind};
use super::endpoint::Route;
use super::error::SignInError;
use super::form::{Form, encode};
use super::grant::bounded;
use super::page::{self, Page};
use super::resource::{Resource, shorten};
use super::respond::{Exchange, redirect};
use super::sign_in_page::{self, Browser};
use super::state::{Asked, AuthorizeRequest, CodeGrant, PageFlow, Purpose};

/// How the answer travels to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseMode {
    /// In the redirect's query.
    Query,
    /// In the redirect's fragment.
    Fragment,
    /// In a form that the browser sends.
    FormPost,
}

/// `GET`: checks the request and shows the sign-in page.
///
/// Until client and redirect address are known to belong together, nothing is sent anywhere: the person
/// gets a page that says what is wrong. After that, the client is told.
pub(super) fn show(
    service: &TokenService,
    route: &Route<'_>,
    query: &Form,
    browser: &Browser,
    exchange: &Exchange,
) -> Response<Bytes> {
    let (kind, redirect_uri) = match addressee(route, query) {
        Ok(addressee) => addressee,
        Err(error) => return sign_in_page::problem(&error, exchange),
    };
    let state = query.optional("state").ok().flatten().map(str::to_owned);
    let mode = response_mode(query);
    match read(route, query, kind, redirect_uri) {
        Err(error) => {
            let mode = mode.unwrap_or(ResponseMode::Query);
            refuse(&error, redirect_uri, mode, state.as_deref(), exchange)
        }
        Ok(request) => {
            let hint = query
                .optional("login_hint")
                .ok()
                .flatten()
                .unwrap_or_default()
                .to_owned();
            let flow = PageFlow {
                browser: browser.hash(),
                purpose: Purpose::Code(request),
            };
            let secret = service.state().pages.insert(flow.clone(), exchange.now);
            sign_in_page::show(&flow, &secret, &hint, None, browser)
        }
    }
}

/// Somebody signed in: hands out a code.
pub(super) fn finish(
    service: &TokenService,
    request: AuthorizeRequest,
    user: &str,
    exchange: &Exchange,
) -> Response<Bytes> {
    let (redirect_uri, mode, state) = (
        request.redirect_uri.clone(),
        request.mode,
        request.state.clone(),
    );
    let grant = CodeGrant {
        user: user.to_owned(),
        request,
    };
    let code = service.state().codes.insert(grant, exchange.now);
    let mut fields = vec![("code", code)];
    fields.extend(state.map(|state| ("state", state)));
    deliver(&redirect_uri, mode, &fields)
}

/// Tells the client why there is no code.
pub(super) fn refuse(
    error: &SignInError,
    redirect_uri: &str,
    mode: ResponseMode,
    state: Option<&str>,
    exchange: &Exchange,
) -> Response<Bytes> {
    let description = format!(
        "AADSTS{}: {} Trace ID: {} Correlation ID: {}",
        error.code(),
        error.detail(),
        exchange.trace,
        exchange.correlation
    );
    let mut fields = vec![
        ("error", error.error().to_owned()),
        ("error_description", description),
    ];
    fields.extend(state.map(|state| ("state", state.to_owned())));
    deliver(redirect_uri, mode, &fields)
}

/// The client, and the address of its own to which answers may go.
fn addressee<'q>(route: &Route<'q>, query: &'q Form) -> Result<(Kind<'q>, &'q str), SignInError> {
    let kind = client::find(route.tenant, query.required("client_id")?)?;
    let redirect_uri = query.required("redirect_uri")?;
    if !kind.may_redirect_to(redirect_uri, route.origin) {
        return Err(SignInError::RedirectUnknown(shorten(redirect_uri)));
    }
    Ok((kind, redirect_uri))
}

/// The rest of the request.
fn read(
    route: &Route<'_>,
    query: &Form,
    kind: Kind<'_>,
    redirect_uri: &str,
) -> Result<AuthorizeRequest, SignInError> {
    if query.required("response_type")? != "code" {
        return Err(SignInError::ResponseType("response_type"));
    }
    let mode = response_mode(query).ok_or(SignInError::ResponseType("response_mode"))?;
    let asked = match query.optional("resource")? {
        Some(resource) if route.version_1 => {
            Resource::find(resource, route.tenant, route.origin)?;
            Asked::Resource(bounded(resource)?)
        }
        _ => {
            let scope = query.optional("scope")?.unwrap_or_default();
            Resource::from_scope(scope, route.tenant, route.origin)?;
            Asked::Scope(bounded(scope)?)
        }
    };
    let challenge = challenge(query)?;
    if challenge.is_none() && kind.is_public() {
        return Err(SignInError::ChallengeMissing);
    }
    if query.optional("prompt")? == Some("none") {
        return Err(SignInError::LoginRequired);
    }
    let text = |name| query.optional(name)?.map(bounded).transpose();
    Ok(AuthorizeRequest {
        tenant: route.name.to_owned(),
        client: kind.id().to_owned(),
        client_name: kind.name().to_owned(),
        redirect_uri: bounded(redirect_uri)?,
        mode,
        state: text("state")?,
        nonce: text("nonce")?,
        challenge,
        asked,
    })
}

fn response_mode(query: &Form) -> Option<ResponseMode> {
    match query.optional("response_mode").ok()? {
        None | Some("query") => Some(ResponseMode::Query),
        Some("fragment") => Some(ResponseMode::Fragment),
        Some("form_post") => Some(ResponseMode::FormPost),
        Some(_) => None,
    }
}

/// The PKCE challenge: S256 or none. `plain` protects nobody who can read the request.
fn challenge(query: &Form) -> Result<Option<String>, SignInError> {
    let Some(challenge) = query.optional("code_challenge")? else {
        return Ok(None);
    };
    let is_hash = challenge.len() == 43
        && challenge
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if query.optional("code_challenge_method")? != Some("S256") || !is_hash {
        return Err(SignInError::ChallengeMissing);
    }
    Ok(Some(challenge.to_owned()))
}

/// Sends fields to the client through the browser. Without scripts a form needs one click.
fn deliver(redirect_uri: &str, mode: ResponseMode, fields: &[(&str, String)]) -> Response<Bytes> {
    let mut query = String::new();
    for (name, value) in fields {
        let separator = if query.is_empty() { "" } else { "&" };
        let _ = write!(query, "{separator}{name}={}", encode(value));
    }
    match mode {
        ResponseMode::Query => {
            let separator = if redirect_uri.contains('?') { '&' } else { '?' };
            redirect(&format!("{redirect_uri}{separator}{query}"))
        }
        ResponseMode::Fragment => redirect(&format!("{redirect_uri}#{query}")),
        ResponseMode::FormPost => {
            let form = page::Form::to(redirect_uri);
            let form = fields
                .iter()
                .fold(form, |form, (name, value)| form.hidden(name, value));
            Page::new("Back to the application")
                .paragraph("One more step: this sends the result to the application that asked.")
                .may_lead_to(redirect_uri)
                .form(form.button("Continue", "", ""))
                .respond(StatusCode::OK)
        }
    }
}
