//! The page on which people sign in, for codes and for devices, and what they send back.
//!
//! A page belongs to the browser that got it: its hidden secret works only together with that browser's
//! cookie, so that nobody can make a browser send in somebody else's page, and the request must come
//! from the page's own origin.

use bytes::Bytes;
use http::header::{COOKIE, HeaderName, HeaderValue, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Response, StatusCode};
use subtle::ConstantTimeEq as _;

use super::TokenService;
use super::authorize;
use super::directory::{Directory, sha256};
use super::error::SignInError;
use super::form::Form;
use super::origin::Origin;
use super::page::{self, Page};
use super::random;
use super::respond::Exchange;
use super::state::{PageFlow, Progress, Purpose};

/// The browser that asks: known by a random cookie, made at its first page.
pub(super) struct Browser {
    id: String,
    is_new: bool,
    https: bool,
    /// Whether the request comes from a page of ours, as far as the browser says.
    own_page: bool,
}

impl Browser {
    pub(super) fn read(headers: &HeaderMap, origin: &Origin) -> Browser {
        let https = origin.as_str().starts_with("https:");
        let cookies = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let id = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(name, value)| *name == cookie_name(https) && value.len() == 43)
            .map(|(_, value)| value.to_owned());
        let site = headers.get(HeaderName::from_static("sec-fetch-site"));
        Browser {
            is_new: id.is_none(),
            id: id.unwrap_or_else(random::secret),
            https,
            own_page: headers
                .get(ORIGIN)
                .is_none_or(|value| value == origin.as_str())
                && site.is_none_or(|value| value == "same-origin"),
        }
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        sha256(self.id.as_bytes())
    }

    fn remember(&self, response: &mut Response<Bytes>) {
        if !self.is_new {
            return;
        }
        let secure = if self.https { "; Secure" } else { "" };
        let cookie = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Lax{secure}",
            cookie_name(self.https),
            self.id
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
}

/// Browsers let only a secure page of this very host set a `__Host-` cookie.
fn cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-entrada-browser"
    } else {
        "entrada-browser"
    }
}

/// The sign-in form. `user` is filled in already, `error` says why it is shown again.
pub(super) fn show(
    flow: &PageFlow,
    secret: &str,
    user: &str,
    error: Option<&SignInError>,
    browser: &Browser,
) -> Response<Bytes> {
    let mut page = Page::new("Sign in");
    if let Some(error) = error {
        page = page.error(&error.detail());
    }
    let action = match &flow.purpose {
        Purpose::Code(request) => {
            page = page
                .paragraph(&format!("“{}” asks who you are.", request.client_name))
                .may_lead_to(&request.redirect_uri);
            format!("/{}/oauth2/v2.0/authorize", request.tenant)
        }
        Purpose::Device {
            user_code,
            client_name,
        } => {
            page = page.paragraph(&format!(
                "“{client_name}”, on a device that shows the code {user_code}, will be signed in as \
                 you. Go on only if you started this yourself."
            ));
            DEVICE_PAGE.to_owned()
        }
    };
    let form = page::Form::to(&action)
        .hidden("flow", secret)
        .field("User name", "username", "email", "username", user)
        .field("Password", "password", "password", "current-password", "")
        .button("Sign in", "answer", "sign-in")
        .button("Cancel", "answer", "cancel");
    let status = if error.is_some() {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    };
    let mut response = page.form(form).respond(status);
    browser.remember(&mut response);
    response
}

/// Where device codes are typed.
const DEVICE_PAGE: &str = "/common/oauth2/deviceauth";

/// The page that asks for a device's code.
pub(super) fn ask_for_code(error: Option<&str>, browser: &Browser) -> Response<Bytes> {
    let mut page = Page::new("Enter code");
    if let Some(error) = error {
        page = page.error(error);
    }
    let form = page::Form::to(DEVICE_PAGE)
        .field("Code shown on your device", "user_code", "text", "off", "")
        .button("Next", "answer", "next");
    let mut response = page.form(form).respond(StatusCode::OK);
    browser.remember(&mut response);
    response
}

/// Somebody typed a device's code.
pub(super) fn enter_code(
    service: &TokenService,
    form: &Form,
    browser: &Browser,
    exchange: &Exchange,
) -> Response<Bytes> {
    if !browser.own_page {
        return foreign_page();
    }
    let typed = form
        .optional("user_code")
        .ok()
        .flatten()
        .unwrap_or_default();
    let user_code: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let user_code = user_code.to_ascii_uppercase();
    let mut state = service.state();
    let waiting = state
        .devices
        .get_mut(&user_code, exchange.now)
        .filter(|grant| exchange.now < grant.expires && grant.progress == Progress::Pending);
    let Some(client_name) = waiting.map(|grant| grant.client_name.clone()) else {
        return ask_for_code(Some("That code is not known, or has expired."), browser);
    };
    let flow = PageFlow {
        browser: browser.hash(),
        purpose: Purpose::Device {
            user_code,
            client_name,
        },
    };
    let secret = state.pages.insert(flow.clone(), exchange.now);
    show(&flow, &secret, "", None, browser)
}

/// Somebody sent the sign-in form.
pub(super) fn submit(
    service: &TokenService,
    directory: &Directory,
    form: &Form,
    browser: &Browser,
    exchange: &Exchange,
) -> Response<Bytes> {
    let secret = form.optional("flow").ok().flatten().unwrap_or_default();
    let flow = service.state().pages.get_mut(secret, exchange.now).cloned();
    let flow = flow.filter(|flow| browser.own_page && flow.browser.ct_eq(&browser.hash()).into());
    let Some(flow) = flow else {
        return foreign_page();
    };
    if form.optional("answer").ok().flatten() == Some("cancel") {
        service.state().pages.take(secret, exchange.now);
        return cancel(service, flow.purpose, exchange);
    }
    let field = |name| form.optional(name).ok().flatten().unwrap_or_default();
    let (name, password) = (field("username"), field("password"));
    let tenant = match &flow.purpose {
        Purpose::Code(request) => request.tenant.clone(),
        Purpose::Device { user_code, .. } => {
            let mut state = service.state();
            let grant = state.devices.get_mut(user_code, exchange.now);
            grant.map_or_else(String::new, |grant| grant.tenant.clone())
        }
    };
    let Some((tenant, named)) = directory
        .tenant(&tenant)
        .map(|found| (found, found.is_called(&tenant)))
    else {
        return foreign_page();
    };
    let user = match service.sign_in(directory, tenant, named, name, password, exchange.now) {
        Ok((_, user)) => user.object_id.clone(),
        Err(error) => return show(&flow, secret, name, Some(&error), browser),
    };
    // Taken only now, and once: two answers of one page make one code.
    if service.state().pages.take(secret, exchange.now).is_none() {
        return foreign_page();
    }
    match flow.purpose {
        Purpose::Code(request) => authorize::finish(service, request, &user, exchange),
        Purpose::Device { user_code, .. } => {
            settle(service, &user_code, Progress::Approved(user), exchange);
            Page::new("Signed in")
                .paragraph("You can close this page. The device is signed in.")
                .respond(StatusCode::OK)
        }
    }
}

fn cancel(service: &TokenService, purpose: Purpose, exchange: &Exchange) -> Response<Bytes> {
    match purpose {
        Purpose::Code(request) => {
            let (uri, state) = (&request.redirect_uri, request.state.as_deref());
            authorize::refuse(&SignInError::Cancelled, uri, request.mode, state, exchange)
        }
        Purpose::Device { user_code, .. } => {
            settle(service, &user_code, Progress::Declined, exchange);
            Page::new("Cancelled")
                .paragraph("The device was not signed in. You can close this page.")
                .respond(StatusCode::OK)
        }
    }
}

/// Records what became of a device code that still waits.
fn settle(service: &TokenService, user_code: &str, progress: Progress, exchange: &Exchange) {
    let mut state = service.state();
    if let Some(grant) = state.devices.get_mut(user_code, exchange.now)
        && grant.progress == Progress::Pending
    {
        grant.progress = progress;
    }
}

/// Something is wrong with what the client sent, and the client cannot be told.
pub(super) fn problem(error: &SignInError, exchange: &Exchange) -> Response<Bytes> {
    Page::new("Sign-in is not possible")
        .error(&format!("AADSTS{}: {}", error.code(), error.detail()))
        .paragraph(&format!(
            "Trace ID: {}. Correlation ID: {}.",
            exchange.trace, exchange.correlation
        ))
        .respond(StatusCode::BAD_REQUEST)
}

fn foreign_page() -> Response<Bytes> {
    Page::new("Start again")
        .error("This page is out of date, or was not opened in this browser.")
        .paragraph("Go back to the application and sign in from there.")
        .respond(StatusCode::BAD_REQUEST)
}
