//! One call to the management plane or to Graph: what was asked, and what is known so far.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use access::Timestamp;
use http::request::Parts;

use super::query::Query;
use crate::authenticate::{self, Identity, KnownToken, Presented, RouteFamily};
use crate::listen::{Peer, Transport};
use crate::route::ManagementMatch;
use crate::{clock, token_service::Origin};

/// An attempt to do something.
pub(crate) struct Attempt<'request> {
    pub(crate) family: RouteFamily,
    pub(crate) method: &'request str,
    pub(crate) path: &'request str,
    pub(crate) query: Query,
    pub(crate) presented: Presented<'request>,
    pub(crate) user_agent: Option<&'request str>,
    /// The id by which the client follows its own calls.
    pub(crate) correlation: Option<&'request str>,
    /// Where from.
    pub(crate) peer: IpAddr,
    /// Of the client's spelling of our address.
    origin: Option<Origin>,
    pub(crate) now: Timestamp,
    // What was learnt.
    pub(crate) found: Option<Arc<ManagementMatch>>,
    pub(crate) token: Option<Rc<KnownToken>>,
}

impl<'request> Attempt<'request> {
    /// A call to Azure Resource Manager.
    pub(crate) fn management(parts: &'request Parts, peer: Peer) -> Self {
        Self::new(parts, peer, RouteFamily::Management)
    }

    /// A call to Microsoft Graph.
    pub(crate) fn graph(parts: &'request Parts, peer: Peer) -> Self {
        Self::new(parts, peer, RouteFamily::Graph)
    }

    fn new(parts: &'request Parts, peer: Peer, family: RouteFamily) -> Self {
        let text = |name: &str| parts.headers.get(name)?.to_str().ok();
        let host = parts.uri.authority().map(http::uri::Authority::as_str);
        let host = host.or_else(|| text("host")).unwrap_or_default();
        Self {
            family,
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: Query::parse(parts.uri.query()),
            presented: authenticate::read(&parts.headers, family),
            user_agent: text("user-agent"),
            correlation: text("x-ms-correlation-request-id").filter(|id| is_guid(id)),
            peer: peer.address.ip(),
            origin: Origin::new(peer.transport == Transport::Https, host),
            now: clock::now(),
            found: None,
            token: None,
        }
    }

    /// The address under which the client reached us, without a slash at the end.
    pub(crate) fn origin(&self) -> &str {
        self.origin.as_ref().map_or("", Origin::as_str)
    }

    /// Who calls, once that is proven.
    pub(crate) fn caller(&self) -> Option<&Arc<Identity>> {
        self.token.as_ref().map(|known| &known.identity)
    }

    /// Method and path, for people.
    pub(crate) fn operation(&self) -> String {
        match &self.found {
            Some(found) => format!("{} {}", self.method, found.row.path),
            None => format!("{} {}", self.method, self.path),
        }
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
