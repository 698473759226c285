//! What all pages have in common: frame, headers, and the pages that say why there is no other.

use access::decision::Decision;
use askama::Template;
use http::header::{self, HeaderName};
use http::{HeaderValue, Response, StatusCode};

use super::assets;
use super::browser::{Browser, Cookie};
use super::trouble::Trouble;
use crate::body::Body;

/// Nothing is loaded from elsewhere, and nothing inline is run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The parts of the portal, as its navigation names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Deployments,
    Access,
    Requests,
    Troubleshoot,
    Tokens,
    Audit,
    /// None of them: errors, signing in.
    Elsewhere,
}

/// One entry of the navigation.
pub(super) struct Entry {
    pub(super) section: Section,
    pub(super) path: &'static str,
    pub(super) icon: &'static str,
    pub(super) label: &'static str,
}

const NAVIGATION: &[Entry] = &[
    entry(Section::Overview, "/portal", "home", "Overview"),
    entry(
        Section::Deployments,
        "/portal/deployments",
        "box",
        "Deployments",
    ),
    entry(
        Section::Access,
        "/portal/access",
        "shield",
        "Access control",
    ),
    entry(Section::Requests, "/portal/requests", "list", "Requests"),
    entry(
        Section::Troubleshoot,
        "/portal/troubleshoot",
        "pulse",
        "Troubleshoot",
    ),
    entry(Section::Tokens, "/portal/tokens", "key", "Tokens"),
    entry(Section::Audit, "/portal/audit", "book", "Audit"),
];

const fn entry(
    section: Section,
    path: &'static str,
    icon: &'static str,
    label: &'static str,
) -> Entry {
    Entry {
        section,
        path,
        icon,
        label,
    }
}

/// The colours that somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub(super) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(super) fn parse(text: Option<&str>) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|theme| text == Some(theme.as_str()))
            .unwrap_or(Self::System)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What a click on the button changes it to.
    pub(super) fn next(self) -> Self {
        match self {
            Self::System => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::System,
        }
    }
}

/// What surrounds a page's own content.
pub(super) struct Frame {
    pub(super) section: Section,
    pub(super) theme: Theme,
    /// Who is signed in, as people call them, and the token for forms.
    person: Option<(String, String)>,
    /// The page's own address, to come back to.
    pub(super) here: String,
}

impl Frame {
    /// For somebody who is signed in.
    pub(super) fn of(
        section: Section,
        browser: &Browser,
        here: &str,
        person: Option<(String, String)>,
    ) -> Self {
        Self {
            section,
            theme: Theme::parse(browser.cookie(Cookie::Theme)),
            person,
            here: here.to_owned(),
        }
    }

    pub(super) fn person(&self) -> Option<&str> {
        self.person.as_ref().map(|(name, _)| name.as_str())
    }

    /// The token that every form sends.
    pub(super) fn form_token(&self) -> &str {
        self.person.as_ref().map_or("", |(_, token)| token)
    }

    /// A parameter of the page's own address, as it stands there.
    pub(super) fn asked(&self, name: &str) -> String {
        let query = self.here.split_once('?').map(|(_, query)| query);
        let query = crate::control_plane::Query::parse(query);
        query.value(name).unwrap_or_default().to_owned()
    }

    pub(super) fn navigation(&self) -> &'static [Entry] {
        NAVIGATION
    }

    pub(super) fn style(&self) -> &'static str {
        assets::style()
    }

    pub(super) fn script(&self) -> &'static str {
        assets::script()
    }

    pub(super) fn htmx(&self) -> &'static str {
        assets::htmx()
    }

    pub(super) fn icon(&self) -> &'static str {
        assets::icon()
    }
}

/// A time (RFC 3339, UTC) as people read it in a list.
pub(super) fn clock(time: &str) -> String {
    time.replace('T', " ").replace('Z', " UTC")
}

/// Renders a page.
///
/// # Errors
/// The template cannot be rendered.
pub(super) fn page(template: &impl Template) -> Result<Response<Body>, Trouble> {
    Ok(html(StatusCode::OK, template.render()?))
}

fn html(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with that, browsers send `Origin: null` from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Sends the browser to another page with GET.
pub(super) fn see(location: &str) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    let Ok(location) = HeaderValue::try_from(location) else {
        return response;
    };
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct SignInPage {
    frame: Frame,
    to: String,
    is_local: bool,
}

/// The page for those who have not signed in.
pub(super) fn sign_in_first(browser: &Browser, here: &str, is_local: bool) -> Response<Body> {
    let page = SignInPage {
        frame: Frame::of(Section::Elsewhere, browser, here, None),
        to: here.to_owned(),
        is_local,
    };
    let mut response = html(StatusCode::UNAUTHORIZED, page.render().unwrap_or_default());
    if browser.is_partial {
        // A part of a page is of no use: htmx opens the whole one.
        let whole = HeaderValue::from_static("true");
        response.headers_mut().insert("hx-refresh", whole);
    }
    response
}

#[derive(Template)]
#[template(path = "portal/trouble.html")]
struct TroublePage<'t> {
    frame: Frame,
    title: &'static str,
    message: &'t str,
    decision: Option<&'t Decision>,
    sign_in: bool,
}

/// The page that says why there is no other.
pub(super) fn trouble(trouble: &Trouble, frame: Frame) -> Response<Body> {
    let (title, message, decision) = match trouble {
        Trouble::Forbidden(decision) => ("You may not do this", "", Some(&**decision)),
        Trouble::Refused(message) => ("You may not do this", message.as_str(), None),
        Trouble::Missing(message) => ("Not found", message.as_str(), None),
        Trouble::Bad(_, message) => ("That did not work", message.as_str(), None),
        Trouble::SignIn(message) => ("You are not signed in", message.as_str(), None),
        Trouble::Internal(message) => ("Something went wrong here", message.as_str(), None),
    };
    let page = TroublePage {
        frame,
        title,
        message,
        decision,
        sign_in: matches!(trouble, Trouble::SignIn(_)),
    };
    html(trouble.status(), page.render().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_is_a_click_away() {
        let mut seen = vec![Theme::System];
        for _ in 0..3 {
            seen.push(seen[seen.len() - 1].next());
        }
        assert!(Theme::ALL.iter().all(|theme| seen.contains(theme)));
        assert_eq!(Theme::parse(Some("dark")), Theme::Dark);
        assert_eq!(Theme::parse(Some("<script>")), Theme::System);
    }
}
