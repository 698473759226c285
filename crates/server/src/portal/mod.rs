//! The portal: pages for people, at `/portal`.
//!
//! ```text
//! app ──> answer ──┬─ assets, sign_in                      open to everybody
//!                  └─ session ──> own page? ──> form token? ──> Visit ──> a page's module
//! ```
//!
//! # Invariants
//!
//! * What somebody sees and does here is decided by the same policy, and changed by the same handlers, as on the
//!   management plane: [`Visit::demand`] asks, [`Visit::perform`] does. What may not be seen is said so.
//! * A session is known by the hash of its cookie; no token is in a cookie or a page, none is kept.
//! * Whatever is posted comes from one of our own pages, by the browser's word and by the session's form token.
//! * Pages are whole without a script. Nothing inline is run, nothing is loaded from elsewhere.

mod access;
pub(crate) mod assets;
mod browser;
mod deployments;
mod journal;
mod overview;
mod page;
mod people;
mod place;
mod report;
mod requests;
mod session;
mod sight;
mod sign_in;
mod snippet;
mod tokens;
mod trouble;
mod troubleshoot;
mod visit;

use std::sync::Arc;

use azure::client::Client;
use bytes::Bytes;
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use self::browser::{Browser, Cookie};
use self::page::{Frame, Section, Theme};
use self::session::{Session, Sessions};
use self::sign_in::SignIn;
use self::trouble::Trouble;
use self::visit::{Answer, Visit};
use crate::app::App;
use crate::body::Body;
use crate::clock;
use crate::config::{Entra, World};
use crate::control_plane::Query;
use crate::listen::{Bounded, Limits, Peer};
use crate::local::Local;
use crate::route::table::{Guard, PortalDoor, PortalRoute, PublicRoute};

/// Bytes of a form.
const FORM_BYTES: usize = 64 * 1024;

/// Bytes of a form with evidence, in which other letters than ASCII's take three times their room.
const EVIDENCE_FORM_BYTES: usize = 3 * troubleshoot::EVIDENCE_BYTES + FORM_BYTES;

/// The portal of a server.
pub(crate) struct Portal {
    sign_in: SignIn,
    sessions: Sessions,
}

impl Portal {
    /// The portal of a local tenant, if the configuration wants one.
    pub(crate) fn local(world: &World, local: &Local) -> Option<Self> {
        let client = world.portal_client.clone()?;
        let service = Arc::clone(local.token_service());
        Some(Self::new(SignIn::local(client, service)))
    }

    /// The portal for people of the home tenant, if the configuration wants one.
    pub(crate) fn real(world: &World, entra: &Entra, client: Client) -> Option<Self> {
        let client_id = world.portal_client.clone()?;
        let (origin, tenant) = (entra.sign_in_origin(), entra.home().to_owned());
        Some(Self::new(SignIn::real(client_id, origin, tenant, client)))
    }

    fn new(sign_in: SignIn) -> Self {
        Self {
            sign_in,
            sessions: Sessions::default(),
        }
    }
}

/// Answers a request to the portal.
pub(crate) async fn answer(
    app: &App,
    portal: &Portal,
    guard: Guard,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    let (parts, incoming) = request.into_parts();
    let Some(browser) = Browser::read(&parts, peer) else {
        return crate::refusal::problem(StatusCode::BAD_REQUEST, "bad_host", "no host is named");
    };
    let here = parts
        .uri
        .path_and_query()
        .map_or("/portal", |here| here.as_str());
    let answered = match guard {
        Guard::Portal(route) => match browser
            .cookie(Cookie::Session)
            .and_then(|cookie| portal.sessions.find(cookie, clock::now()))
        {
            Some(session) => {
                return signed_in(app, portal, route, &parts, incoming, &browser, session).await;
            }
            None => {
                let to = if parts.method == Method::GET {
                    here
                } else {
                    "/portal"
                };
                return page::sign_in_first(&browser, to, app.local.is_some());
            }
        },
        Guard::Public(PublicRoute::PortalDoor(door), _) => match door {
            PortalDoor::Asset => assets::answer(parts.uri.path()),
            PortalDoor::SignIn => {
                let query = Query::parse(parts.uri.query());
                let world = &app.snapshot.load().world;
                Ok(portal.sign_in.begin(world, &browser, &query))
            }
            PortalDoor::SignedIn => {
                let query = Query::parse(parts.uri.query());
                let sessions = &portal.sessions;
                portal.sign_in.finish(app, sessions, &browser, &query).await
            }
        },
        _ => Err(Trouble::Missing("There is no such page.".to_owned())),
    };
    answered.unwrap_or_else(|trouble| {
        let frame = Frame::of(Section::Elsewhere, &browser, "/portal", None);
        page::trouble(&trouble, frame)
    })
}

async fn signed_in(
    app: &App,
    portal: &Portal,
    route: PortalRoute,
    parts: &Parts,
    incoming: Incoming,
    browser: &Browser,
    session: Session,
) -> Response<Body> {
    let form = posted(app, route, parts, incoming, browser, &session).await;
    let here = parts
        .uri
        .path_and_query()
        .map_or("/portal", |here| here.as_str());
    let (form, refused) = match form {
        Ok(form) => (form, None),
        Err(trouble) => (Query::default(), Some(trouble)),
    };
    let visit = Visit {
        app,
        snapshot: app.snapshot.load_full(),
        session,
        browser,
        here,
        query: Query::parse(parts.uri.query()),
        form,
        now: clock::now(),
    };
    let answered = match refused {
        Some(trouble) => Err(trouble),
        None => handle(portal, route, &visit).await,
    };
    answered.unwrap_or_else(|trouble| page::trouble(&trouble, visit.frame(Section::Elsewhere)))
}

/// What a form sent, if it is a form of ours; pages have none.
async fn posted(
    app: &App,
    route: PortalRoute,
    parts: &Parts,
    incoming: Incoming,
    browser: &Browser,
    session: &Session,
) -> Result<Query, Trouble> {
    if parts.method == Method::GET {
        return Ok(Query::default());
    }
    let foreign = || {
        let message = "This was not sent by a page of this portal, so nothing was done.";
        Trouble::Bad(StatusCode::FORBIDDEN, message.to_owned())
    };
    if !browser.is_own_page() {
        return Err(foreign());
    }
    let most = match route {
        PortalRoute::Diagnose => EVIDENCE_FORM_BYTES,
        _ => FORM_BYTES,
    };
    let body = read(app, incoming, most).await?;
    let text = std::str::from_utf8(&body);
    let text = text.map_err(|_| Trouble::bad("The form is not UTF-8."))?;
    let form = Query::parse(Some(text));
    if !session
        .form_token
        .matches(form.value("form_token").unwrap_or_default())
    {
        return Err(foreign());
    }
    Ok(form)
}

/// The body, within bounds.
async fn read(app: &App, incoming: Incoming, most: usize) -> Result<Bytes, Trouble> {
    let limits = Limits {
        body_bytes: most.min(app.settings.limits.body_bytes),
        ..app.settings.limits
    };
    let incomplete = |_| Trouble::Bad(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE.to_owned());
    let busy = |_| {
        let message = "The server holds too much already; try again.".to_owned();
        Trouble::Bad(StatusCode::SERVICE_UNAVAILABLE, message)
    };
    let mut bounded = Bounded::new(incoming, limits).map_err(incomplete)?;
    let mut share = app.public_bodies.share();
    let mut whole = Vec::new();
    while let Some(frame) = bounded.frame().await {
        let Ok(data) = frame.map_err(incomplete)?.into_data() else {
            continue;
        };
        share.grow(data.len()).map_err(busy)?;
        whole.extend_from_slice(&data);
    }
    Ok(share.hold(Bytes::from(whole)))
}

const TOO_LARGE: &str = "What was sent is too large, or did not arrive in time.";

async fn handle(portal: &Portal, route: PortalRoute, visit: &Visit<'_>) -> Answer {
    match route {
        PortalRoute::Overview => overview::show(visit),
        PortalRoute::CheckAccess => access::check(visit).await,
        PortalRoute::ListAssignments => access::assignments(visit),
        PortalRoute::ListRoles => access::roles(visit),
        PortalRoute::ListDenies => access::denies(visit),
        PortalRoute::ListEligible => access::eligible(visit),
        PortalRoute::Activate => access::activate(visit).await,
        PortalRoute::Assign => access::assign(visit).await,
        PortalRoute::ConfirmRemoval => access::confirm_removal(visit).await,
        PortalRoute::Remove => access::remove(visit).await,
        PortalRoute::ListDeployments => deployments::show(visit),
        PortalRoute::ListRequests => requests::list(visit),
        PortalRoute::ReadRequest => requests::read(visit).await,
        PortalRoute::Troubleshoot => troubleshoot::show(visit),
        PortalRoute::Diagnose => troubleshoot::diagnose(visit).await,
        PortalRoute::Tokens => tokens::show(visit),
        PortalRoute::Decode => tokens::decode(visit),
        PortalRoute::Audit => journal::show(visit).await,
        PortalRoute::SetTheme => Ok(set_theme(visit)),
        PortalRoute::SignOut => {
            let cookie = visit.browser.cookie(Cookie::Session).unwrap_or_default();
            portal.sessions.end(cookie);
            let mut response = page::see("/portal");
            let gone = visit.browser.set(Cookie::Session, "", Some(0));
            response.headers_mut().append(SET_COOKIE, gone);
            Ok(response)
        }
    }
}

fn set_theme(visit: &Visit<'_>) -> Response<Body> {
    const YEAR: u32 = 365 * 24 * 60 * 60;
    let theme = Theme::parse(visit.form.value("theme"));
    let back = visit
        .form
        .value("back")
        .filter(|back| sign_in::is_page(back));
    let mut response = page::see(back.unwrap_or("/portal"));
    let cookie = visit.browser.set(Cookie::Theme, theme.as_str(), Some(YEAR));
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}
