//! Signing in: authorization code with PKCE, as a public client of whoever issues the tokens.
//!
//! The browser that begins a sign-in gets a cookie, and the code that comes back is taken only together with
//! that cookie, with the state that went along and, inside the id token, with the nonce. The code is exchanged
//! by the server: no token ever reaches a page or a cookie.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::Timestamp;
use access::token::{Bearer, TokenFault};
use azure::client::Client;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderValue, Method, Request, Response};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::browser::{Browser, Cookie};
use super::page;
use super::session::Sessions;
use super::trouble::Trouble;
use crate::app::App;
use crate::authenticate::Identity;
use crate::body::Body;
use crate::clock;
use crate::config::World;
use crate::control_plane::Query;
use crate::token_service::directory::sha256;
use crate::token_service::form::encode;
use crate::token_service::vault::Vault;
use crate::token_service::well_known::PORTAL_REDIRECT;
use crate::token_service::{Origin, TokenService, random};

/// Seconds that somebody may take to sign in, and sign-ins under way.
const PATIENCE: i64 = 10 * 60;
const CAPACITY: usize = 1_000;

/// What the portal needs to know about people: who they are. Their rights are in the policy.
const SCOPE: &str = "openid profile";

/// The desk at which people sign in.
pub(super) struct SignIn {
    client: String,
    issuer: Issuer,
    under_way: Mutex<Vault<UnderWay>>,
}

/// Who issues the tokens.
enum Issuer {
    /// The token service of this very server.
    Local(Arc<TokenService>),
    /// Entra, for this tenant.
    Real(Box<Tenant>),
}

/// A tenant of Entra.
struct Tenant {
    /// Scheme and host of its sign-in pages.
    origin: String,
    id: String,
    client: Client,
}

/// A sign-in that was begun.
struct UnderWay {
    state: String,
    nonce: String,
    verifier: String,
    redirect: String,
    /// The page that somebody wanted to see.
    to: String,
}

impl SignIn {
    /// For a local tenant.
    pub(super) fn local(client: String, service: Arc<TokenService>) -> Self {
        Self::new(client, Issuer::Local(service))
    }

    /// For the home tenant of Entra.
    pub(super) fn real(client_id: String, origin: String, tenant: String, client: Client) -> Self {
        let tenant = Tenant {
            origin,
            id: tenant,
            client,
        };
        Self::new(client_id, Issuer::Real(Box::new(tenant)))
    }

    fn new(client: String, issuer: Issuer) -> Self {
        Self {
            client,
            issuer,
            under_way: Mutex::new(Vault::new(PATIENCE, CAPACITY)),
        }
    }

    /// `GET /portal/sign-in?to=PAGE`: sends the browser to where people sign in.
    pub(super) fn begin(&self, world: &World, browser: &Browser, query: &Query) -> Response<Body> {
        let verifier = random::secret();
        let redirect = format!("{}{PORTAL_REDIRECT}", browser.origin.as_str());
        let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
        let (state, nonce) = (random::secret(), random::secret());
        let authority = match &self.issuer {
            Issuer::Local(_) => format!("/{}", world.tenant.id),
            Issuer::Real(tenant) => format!("{}/{}", tenant.origin, tenant.id),
        };
        let location = format!(
            "{authority}/oauth2/v2.0/authorize?response_type=code&response_mode=query&client_id={}\
             &redirect_uri={}&scope={}&state={state}&nonce={nonce}&code_challenge={challenge}\
             &code_challenge_method=S256",
            encode(&self.client),
            encode(&redirect),
            encode(SCOPE),
        );
        let to = query.value("to").filter(|to| is_page(to));
        let cookie = self.lock().insert(
            UnderWay {
                state,
                nonce,
                verifier,
                redirect,
                to: to.unwrap_or("/portal").to_owned(),
            },
            clock::now(),
        );
        let mut response = page::see(&location);
        let patience = u32::try_from(PATIENCE).unwrap_or(u32::MAX);
        let cookie = browser.set(Cookie::SignIn, &cookie, Some(patience));
        response.headers_mut().append(SET_COOKIE, cookie);
        response
    }

    /// `GET /portal/signed-in?code=…&state=…`: begins the session.
    ///
    /// # Errors
    /// Nobody signed in; the text says why.
    pub(super) async fn finish(
        &self,
        app: &App,
        sessions: &Sessions,
        browser: &Browser,
        query: &Query,
    ) -> Result<Response<Body>, Trouble> {
        let now = clock::now();
        let cookie = browser.cookie(Cookie::SignIn).unwrap_or_default();
        let under_way = self.lock().take(cookie, now);
        let state = query.value("state").unwrap_or_default();
        let same = |begun: &UnderWay| begun.state.as_bytes().ct_eq(state.as_bytes()).into();
        let Some(begun) = under_way.filter(same) else {
            return Err(Trouble::sign_in(
                "This sign-in was not begun in this browser, or it took too long.",
            ));
        };
        let Some(code) = query.value("code") else {
            let told = query.value("error_description").or(query.value("error"));
            let told: String = told
                .unwrap_or("No code came back.")
                .chars()
                .take(500)
                .collect();
            return Err(Trouble::sign_in(told));
        };
        let answer = self
            .exchange(&app.snapshot.load().world, browser, &begun, code, now)
            .await?;
        let Some(id_token) = answer["id_token"].as_str() else {
            let told = answer["error_description"].as_str();
            let told = told.unwrap_or("The token service gave no id token.");
            return Err(Trouble::sign_in(told.chars().take(500).collect::<String>()));
        };
        let identity = self.judge(app, id_token, &begun.nonce, now).await;
        let identity = identity
            .map_err(|fault| Trouble::sign_in(format!("The id token is not accepted: {fault}.")))?;
        if identity.claims.bearer != Bearer::User {
            return Err(Trouble::sign_in("Only people sign in here."));
        }
        if let Some(old) = browser.cookie(Cookie::Session) {
            sessions.end(old);
        }
        let session = sessions.begin(identity, now);
        let mut response = page::see(&begun.to);
        let headers = response.headers_mut();
        headers.append(SET_COOKIE, browser.set(Cookie::Session, &session, None));
        headers.append(SET_COOKIE, browser.set(Cookie::SignIn, "", Some(0)));
        Ok(response)
    }

    async fn judge(
        &self,
        app: &App,
        id_token: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Identity, TokenFault> {
        let seen = app.authority.generation();
        let judge = || app.authority.person(id_token, &self.client, nonce, now);
        match judge() {
            Err(TokenFault::UnknownKey { .. }) if app.authority.newer_keys(seen, now).await => {
                judge()
            }
            judged => judged,
        }
    }

    /// Exchanges a code for what the token service answers, good or bad.
    async fn exchange(
        &self,
        world: &World,
        browser: &Browser,
        begun: &UnderWay,
        code: &str,
        now: Timestamp,
    ) -> Result<Value, Trouble> {
        let form = format!(
            "grant_type=authorization_code&client_id={}&code={}&redirect_uri={}&code_verifier={}&scope={}",
            encode(&self.client),
            encode(code),
            encode(&begun.redirect),
            encode(&begun.verifier),
            encode(SCOPE),
        );
        let body = match &self.issuer {
            Issuer::Local(service) => {
                let path = format!("/{}/oauth2/v2.0/token", world.tenant.id);
                ask_here(service, &path, form, &browser.origin, now)?
            }
            Issuer::Real(tenant) => {
                let url = format!("{}/{}/oauth2/v2.0/token", tenant.origin, tenant.id);
                let answer = tenant.client.send(post(&url, form)?).await;
                answer
                    .map_err(|error| Trouble::sign_in(format!("No token: {error}.")))?
                    .body
            }
        };
        serde_json::from_slice(&body)
            .map_err(|_| Trouble::sign_in("The token service gave no JSON."))
    }

    fn lock(&self) -> MutexGuard<'_, Vault<UnderWay>> {
        // Every change is one step, so a panic elsewhere leaves it usable.
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks the token service of this server, without a connection to ourselves.
fn ask_here(
    service: &TokenService,
    path: &str,
    form: String,
    origin: &Origin,
    now: Timestamp,
) -> Result<Bytes, Trouble> {
    Ok(service.handle(&post(path, form)?, origin, now).into_body())
}

fn post(url: &str, form: String) -> Result<Request<Bytes>, Trouble> {
    let mut request = Request::new(Bytes::from(form));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url
        .parse()
        .map_err(|_| Trouble::sign_in("The address of the token service cannot be read."))?;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(CONTENT_TYPE, form);
    Ok(request)
}

/// Whether somebody may be sent there after a sign-in: to pages of the portal, and nowhere else.
pub(super) fn is_page(path: &str) -> bool {
    let ours = path == "/portal" || path.starts_with("/portal/") || path.starts_with("/portal?");
    ours && path.len() <= 2048
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for fine in ["/portal", "/portal/requests?id=1", "/portal?account=a"] {
            assert!(is_page(fine), "{fine}");
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/portalx",
            "/portal\\@evil.example",
            "https://evil.example/portal",
            "/portal/\r\nSet-Cookie: a=b",
            "javascript:alert(1)",
        ] {
            assert!(!is_page(bad), "{bad}");
        }
    }
}
