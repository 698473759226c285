//! Who called.

use super::{Case, Seen};
use crate::clues;
use crate::evidence::client::{Client, Protocol};
use crate::fact::Kind;

impl<'f> Case<'f> {
    /// The first client that speaks a protocol.
    pub(crate) fn speaks(&self, protocol: Protocol) -> Seen<'f> {
        self.client(|client| client.protocol == Some(protocol))
    }

    pub(crate) fn client(&self, test: impl Fn(&Client) -> bool) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Client(client) if test(client)))
    }

    /// The client is an application: who uses it fills in settings and writes no code.
    pub(crate) fn application(&self) -> Seen<'f> {
        self.client(|client| client.application)
            .or_else(|| self.clue(&clues::client::HAS_INTERFACE))
    }

    pub(crate) fn clients(&self) -> impl Iterator<Item = &'f Client> {
        self.facts.iter().filter_map(|fact| match &fact.kind {
            Kind::Client(client) => Some(client),
            _ => None,
        })
    }

    /// The protocol of the first client whose protocol is known. A call by hand that is named after
    /// another client is what that client is compared with.
    pub(crate) fn protocol(&self) -> Option<Protocol> {
        let first = self.clients().next()?;
        let by_hand = first.protocol == Some(Protocol::Rest);
        self.clients()
            .filter_map(|client| client.protocol)
            .find(|protocol| by_hand || *protocol != Protocol::Rest)
    }
}
