//! Step 2, the credential: which source of tokens answers in each library's order, and as whom.

use super::ask::CredentialAnswer;
use super::examination::{Chosen, Examination};
use super::source::{LANGUAGES, Source, order, pinned};
use super::step::{Note, Step};
use super::surroundings::named;
use crate::RuleId;
use crate::diagnose::diagnose;
use crate::evidence;
use crate::evidence::client::Language;
use crate::evidence::token::TokenClaims;
use crate::fact::Name;
use crate::report::{Certainty, Finding};

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With this source's token.
    Token(Source),
    /// With this source's refusal.
    Refused(Source),
    /// Nobody answers.
    Nothing,
}

impl Examination {
    pub(super) fn evaluate_credential(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        let language = self.language();
        let end = self.end_of_chain(language);
        match end {
            End::Token(source) => {
                let claims = match self.credential(source) {
                    Some(CredentialAnswer::Token(claims)) => claims.clone(),
                    _ => None,
                };
                notes.push(Note::seen(format!(
                    "{} answers{}",
                    source.name(),
                    claims
                        .as_deref()
                        .map_or(String::new(), |claims| format!(" as {}", who(claims)))
                )));
                if let Some(id) = claims
                    .as_deref()
                    .and_then(|claims| id(claims.object_id.as_deref()))
                {
                    self.value(Name::Principal, &id, Step::Credential);
                }
                if let Some(id) = claims
                    .as_deref()
                    .and_then(|claims| id(claims.tenant.as_deref()))
                {
                    self.value(Name::TokenTenant, &id, Step::Credential);
                }
                self.chosen = Some(Chosen { source, claims });
            }
            End::Refused(source) => notes.extend(self.refused(source)),
            End::Nothing => notes.extend(self.nobody()),
        }
        notes.extend(self.other_orders(language, end));
        notes.extend(self.others(end));
        notes
    }

    fn end_of_chain(&self, language: Language) -> End {
        let order = order(language);
        let pin = self.plain("AZURE_TOKEN_CREDENTIALS");
        // A pin that the libraries refuse is a fault of its own; the whole chain is looked at.
        let chain = pinned(order, pin).unwrap_or_else(|| order.to_vec());
        for source in chain {
            match self.credential(source) {
                Some(CredentialAnswer::Token(_)) => return End::Token(source),
                Some(CredentialAnswer::Refused {
                    ends_chain: true, ..
                }) => return End::Refused(source),
                _ => {}
            }
        }
        End::Nothing
    }

    /// A source that is set up and refused: chains stop there.
    fn refused(&mut self, source: Source) -> Vec<Note> {
        let Some(CredentialAnswer::Refused { words, .. }) = self.credential(source).cloned() else {
            return Vec::new();
        };
        let words = told(&words);
        let note = Note::wrong(format!("{} is refused: {words}", source.name()));
        let statement = format!(
            "{} is set up and comes before what follows in the chain, and it is refused.",
            source.name()
        );
        self.credential_fault(source, &words, statement, Certainty::Proven);
        vec![note]
    }

    /// Nobody answered: what the sources themselves said tells most.
    fn nobody(&mut self) -> Vec<Note> {
        let mut notes = vec![Note::wrong("no credential gives a token")];
        let mut told_by: Option<(Source, String)> = None;
        let mut said = Vec::new();
        for source in Source::ALL {
            match self.credential(source) {
                Some(CredentialAnswer::Refused { words, .. }) => {
                    let words = told(words);
                    notes.push(Note::wrong(format!("{}: {words}", source.title())));
                    told_by.get_or_insert((source, words));
                }
                Some(CredentialAnswer::Recognised(words)) => {
                    notes.push(Note::unknown(format!(
                        "{}: {}",
                        source.title(),
                        told(words)
                    )));
                }
                Some(CredentialAnswer::Absent(words)) => {
                    said.push(format!("{}: {}", source.title(), told(words)));
                }
                Some(CredentialAnswer::Token(_)) | None => {}
            }
        }
        notes.extend(said.iter().cloned().map(Note::seen));
        match told_by {
            Some((source, words)) => {
                let statement = format!(
                    "{} is refused, and no other credential answers.",
                    source.name()
                );
                self.credential_fault(source, &words, statement, Certainty::Proven);
            }
            None => {
                let fault = self.fault(
                    Step::Credential,
                    RuleId::CredentialUnavailable,
                    Certainty::Proven,
                );
                fault.says("No credential of the chain gives a token where the program runs.");
                for words in said {
                    fault.shown_by(words);
                }
            }
        }
        notes
    }

    /// A fault whose cause the words of Entra or of an identity endpoint tell.
    fn credential_fault(
        &mut self,
        source: Source,
        words: &str,
        statement: String,
        certainty: Certainty,
    ) {
        let text = format!("{}: {words}", source.name());
        let read = read_words(&text).filter(|finding| finding.rule.code().starts_with("CRE"));
        let named_by_client = source == Source::ManagedIdentity
            && self.variable("AZURE_CLIENT_ID").is_some()
            && (words.contains("Identity not found") || words.contains("No User Assigned"));
        let read = read.filter(|_| !named_by_client);
        let rule = read.as_ref().map_or(
            match source {
                Source::ManagedIdentity if named_by_client => {
                    RuleId::ManagedIdentityClientIdMissing
                }
                Source::ManagedIdentity => RuleId::ManagedIdentityUnavailable,
                Source::WorkloadIdentity => RuleId::CredentialFederationMismatch,
                _ => RuleId::CredentialUnavailable,
            },
            |finding| finding.rule,
        );
        let fault = self.fault(Step::Credential, rule, certainty);
        match read {
            Some(finding) => fault
                .says(format!("{statement} {}", finding.cause))
                .fixed_by(finding.fix),
            None if named_by_client => fault.says(format!(
                "{statement} AZURE_CLIENT_ID names an identity that this machine does not have."
            )),
            None => fault.says(statement),
        };
        fault.shown_by(text);
    }

    /// Languages whose chain ends elsewhere: one environment, two identities.
    fn other_orders(&self, own: Language, end: End) -> Vec<Note> {
        if self.target().sdk.is_some() {
            return Vec::new();
        }
        let differs = LANGUAGES
            .iter()
            .filter(|(language, _)| *language != own)
            .filter_map(|(language, name)| match self.end_of_chain(*language) {
                other if other == end => None,
                End::Token(source) => Some(format!("in {name} {} answers first", source.name())),
                End::Refused(source) => {
                    Some(format!("in {name} {} is refused first", source.name()))
                }
                End::Nothing => Some(format!("in {name} nothing answers")),
            });
        differs.map(Note::notable).collect()
    }

    /// Others that would answer, as somebody else: the usual reason why it works on another machine.
    fn others(&self, end: End) -> Vec<Note> {
        let own = self
            .chosen
            .as_ref()
            .and_then(|chosen| chosen.claims.as_deref());
        let mut notes = Vec::new();
        for source in Source::ALL {
            match self.credential(source) {
                Some(CredentialAnswer::Token(Some(claims)))
                    if end != End::Token(source)
                        && own.is_none_or(|own| own.object_id != claims.object_id) =>
                {
                    notes.push(Note::notable(format!(
                        "{} would answer as {}",
                        source.title(),
                        who(claims)
                    )));
                }
                Some(CredentialAnswer::Refused { words, .. })
                    if end != End::Refused(source) && end != End::Nothing =>
                {
                    notes.push(Note::notable(format!(
                        "{}: {}",
                        source.title(),
                        told(words)
                    )));
                }
                Some(CredentialAnswer::Recognised(words)) if end != End::Nothing => {
                    notes.push(Note::notable(format!(
                        "{}: {}",
                        source.title(),
                        told(words)
                    )));
                }
                _ => {}
            }
        }
        notes
    }
}

/// Who a token's claims say it is: never by a person's name or address.
pub(super) fn who(claims: &TokenClaims) -> String {
    let object =
        id(claims.object_id.as_deref()).unwrap_or_else(|| "an unnamed principal".to_owned());
    let tenant = id(claims.tenant.as_deref());
    let tenant = tenant.map_or(String::new(), |tenant| format!(" of tenant {tenant}"));
    let kind = match (&claims.managed_identity, claims.application, &claims.app_id) {
        (Some(name), _, _) => format!("managed identity `{}`", named(name)),
        (None, true, _) => "application".to_owned(),
        (None, false, _) => "user".to_owned(),
    };
    format!("{kind} {object}{tenant}")
}

/// An id of Entra, if it looks like one.
pub(super) fn id(text: Option<&str>) -> Option<String> {
    let text = text?;
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    (text.len() == 36 && text.chars().all(hex)).then(|| text.to_ascii_lowercase())
}

/// Words of another program or service in a report: one line, bounded, without secrets.
pub(super) fn told(words: &str) -> String {
    /// Entra appends these to every refusal; nobody mends anything with them.
    const TRAILS: [&str; 3] = ["Trace ID:", "Correlation ID:", "Timestamp:"];
    let end = TRAILS.iter().filter_map(|trail| words.find(trail)).min();
    let words = &words[..end.unwrap_or(words.len())];
    let words: Vec<&str> = words.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(300).collect();
    evidence::redact::redact(&line)
}

/// What the doctor makes of words alone.
pub(super) fn read_words(text: &str) -> Option<Finding> {
    diagnose(&evidence::read(text)).findings.into_iter().next()
}
