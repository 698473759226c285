//! Style sheet, scripts and icon: in the binary, under names that change with their content.

use std::sync::LazyLock;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response};

use super::trouble::Trouble;
use crate::body::Body;
use crate::token_service::directory::sha256;

/// One file.
struct Asset {
    /// Its path with the hash of its content.
    path: String,
    kind: &'static str,
    content: &'static [u8],
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, content: &'static [u8]) -> Self {
        let hash: String = sha256(content)[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            path: format!("/portal/assets/{name}-{hash}.{ending}"),
            kind,
            content,
        }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_bytes!("../../assets/portal/portal.css");
    Asset::new("portal", "css", "text/css; charset=utf-8", content)
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_bytes!("../../assets/portal/portal.js");
    Asset::new("portal", "js", "text/javascript; charset=utf-8", content)
});

static HTMX: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_bytes!("../../assets/portal/htmx.min.js");
    Asset::new("htmx", "js", "text/javascript; charset=utf-8", content)
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_bytes!("../../assets/portal/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", content)
});

/// Where the style sheet is.
pub(crate) fn style() -> &'static str {
    &STYLE.path
}

/// Where our own script is.
pub(super) fn script() -> &'static str {
    &SCRIPT.path
}

/// Where htmx is.
pub(super) fn htmx() -> &'static str {
    &HTMX.path
}

/// Where the icon is.
pub(super) fn icon() -> &'static str {
    &ICON.path
}

/// `GET /portal/assets/{file}`: may be kept for ever, because other content has another name.
pub(super) fn answer(path: &str) -> Result<Response<Body>, Trouble> {
    let assets = [&*STYLE, &*SCRIPT, &*HTMX, &*ICON];
    // Browsers ask for this one by themselves, also on pages that are not the portal's.
    let path = if path == "/favicon.ico" { icon() } else { path };
    let Some(asset) = assets.into_iter().find(|asset| asset.path == path) else {
        return Err(Trouble::Missing("There is no such file.".to_owned()));
    };
    let mut response = Response::new(Body::from(Bytes::from_static(asset.content)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    let keep = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(CACHE_CONTROL, keep);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}
