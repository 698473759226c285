//! Step 4, the network: the name, its addresses, the connection, TLS, and a proxy in between.

use std::net::IpAddr;

use super::ask::{Answer, Check, Connection, Place, Trouble, TroubleKind};
use super::credential::told;
use super::examination::Examination;
use super::step::{Note, Step};
use crate::RuleId;
use crate::report::Certainty;

/// Days before its end at which a certificate is worth a word.
const CERTIFICATE_DAYS: i64 = 14;

impl Examination {
    pub(super) fn wanted_of_network(&self) -> Vec<Check> {
        let mut wanted = vec![
            Check::Resolve(Place::Endpoint),
            Check::Connect(Place::Endpoint),
        ];
        if !self.target().url.is_loopback() {
            // Another name tells whether names resolve here at all.
            wanted.push(Check::Resolve(Place::Authority));
        }
        wanted
    }

    pub(super) fn evaluate_network(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        let host = self.target().url.host.clone();
        let addresses = match self.answer(&Check::Resolve(Place::Endpoint)) {
            Some(Answer::Resolved(addresses)) => addresses.clone(),
            _ => Vec::new(),
        };
        let unnamed = matches!(
            self.answer(&Check::Resolve(Place::Endpoint)),
            Some(Answer::Failed(trouble)) if trouble.kind == TroubleKind::Name
        );
        let connected = match self.answer(&Check::Connect(Place::Endpoint)) {
            Some(Answer::Connected(connection)) => Ok(connection.clone()),
            Some(Answer::Failed(trouble)) => Err(trouble.clone()),
            _ => return vec![Note::unknown("the connection was not tried")],
        };
        if !addresses.is_empty() {
            notes.push(Note::seen(format!("{host} is {}", named(&addresses))));
        }
        match connected {
            Ok(connection) => notes.extend(self.connection(&connection)),
            // A proxy resolves names itself.
            Err(trouble) if unnamed && trouble.kind != TroubleKind::Proxy => {
                notes.extend(self.no_name(&host));
            }
            Err(trouble) => notes.extend(self.no_connection(&host, &addresses, &trouble)),
        }
        notes
    }

    fn connection(&mut self, connection: &Connection) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(proxy) = &connection.proxy {
            notes.push(Note::notable(format!(
                "connected through the proxy {}",
                told(proxy)
            )));
        }
        let Some(certificate) = &connection.certificate else {
            notes.push(Note::seen("connected, without TLS"));
            return notes;
        };
        let issuer = told(&certificate.issuer);
        notes.push(Note::seen(match certificate.trusted_by {
            None => format!("TLS with a certificate of {issuer}"),
            Some(name) => format!("TLS with a certificate of {issuer}, trusted because of {name}"),
        }));
        if let Some(expires) = certificate.expires {
            let days = (expires.0 - self.now().0) / 86_400;
            if days < CERTIFICATE_DAYS {
                notes.push(Note::notable(format!(
                    "the certificate ends in {days} days"
                )));
            }
        }
        notes
    }

    fn no_name(&mut self, host: &str) -> Vec<Note> {
        let others = self.answer(&Check::Resolve(Place::Authority));
        let others = matches!(others, Some(Answer::Resolved(addresses)) if !addresses.is_empty());
        let mut note = format!("{host} has no address");
        if others && self.target().url.endpoint.is_account() {
            note.push_str(", while other names have");
            self.fault(Step::Network, RuleId::EndpointResourceNotFound, Certainty::Likely)
                .says(format!(
                    "{host} has no address, so no resource has this name, or its private zone has no record of it."
                ))
                .shown_by("the name of Entra's authority has an address");
        } else {
            self.fault(Step::Network, RuleId::DnsNotResolving, Certainty::Proven)
                .says(format!(
                    "The name {host} has no address where the program runs."
                ));
        }
        vec![Note::wrong(note)]
    }

    fn no_connection(&mut self, host: &str, addresses: &[IpAddr], trouble: &Trouble) -> Vec<Note> {
        let words = told(&trouble.words);
        let private = addresses.iter().any(is_private);
        let local = self.target().url.is_loopback();
        let origin = self.target().url.origin.clone();
        let note = Note::wrong(match trouble.kind {
            TroubleKind::Tls => format!("no TLS: {words}"),
            TroubleKind::Proxy => format!("the proxy does not connect: {words}"),
            _ => format!("no connection: {words}"),
        });
        let fault = match trouble.kind {
            TroubleKind::Tls => {
                let issuer = trouble.issuer.as_deref().map(told);
                let by = issuer.map_or(String::new(), |issuer| {
                    format!(" The certificate was issued by {issuer}.")
                });
                let fault = self.fault(Step::Network, RuleId::TlsOrProxy, Certainty::Proven);
                fault.says(format!(
                    "The certificate that {host} shows is not trusted here: {words}.{by}"
                ));
                if local {
                    fault.fixed_by(vec![crate::fix::run(
                        "Run with the environment that trusts this machine's own authority",
                        "eval \"$(entrada env --as developer)\"",
                    )]);
                }
                fault
            }
            TroubleKind::Proxy => self
                .fault(Step::Network, RuleId::TlsOrProxy, Certainty::Proven)
                .says(format!("The proxy that the environment names does not connect to {host}.")),
            _ if local => self
                .fault(Step::Network, RuleId::EndpointResourceNotFound, Certainty::Proven)
                .says(format!("Nothing listens at {origin}.")),
            _ if private => self
                .fault(Step::Network, RuleId::PrivateDns, Certainty::Likely)
                .says(format!(
                    "{host} leads to a private address, and no connection to it can be made from here."
                )),
            _ => self
                .fault(Step::Network, RuleId::NetworkPathUnstable, Certainty::Likely)
                .says(format!("{host} has an address, and no connection to it can be made from here.")),
        };
        fault.shown_by(words);
        if !addresses.is_empty() {
            fault.shown_by(format!("{host} is {}", named(addresses)));
        }
        vec![note]
    }

    /// Whether the name leads to a private endpoint.
    pub(super) fn resolves_private(&self) -> Option<bool> {
        match self.answer(&Check::Resolve(Place::Endpoint))? {
            Answer::Resolved(addresses) if !addresses.is_empty() => {
                Some(addresses.iter().any(is_private))
            }
            _ => None,
        }
    }
}

/// Whether an address is of a private network.
pub(super) fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => (address.segments()[0] & 0xfe00) == 0xfc00,
    }
}

fn named(addresses: &[IpAddr]) -> String {
    const SHOWN: usize = 3;
    let kind = |address: &IpAddr| match address {
        address if address.is_loopback() => "this machine",
        address if is_private(address) => "private",
        _ => "public",
    };
    let listed = addresses
        .iter()
        .take(SHOWN)
        .map(|address| format!("{address} ({})", kind(address)));
    listed.collect::<Vec<_>>().join(", ")
}
