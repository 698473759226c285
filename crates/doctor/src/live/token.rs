//! Step 3, the token: for whom it is, of which tenant, and how long.

use super::ask::{SecretForm, Setting};
use super::examination::Examination;
use super::step::{Note, Step};
use crate::RuleId;
use crate::evidence::audience::{Cloud, Resource};
use crate::evidence::token::TokenClaims;
use crate::fact::Name;
use crate::report::Certainty;

/// Seconds that a token should still be good for.
const SOON: i64 = 300;

impl Examination {
    pub(super) fn evaluate_token(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        match self.chosen.clone() {
            None => notes.push(Note::unknown("there is no token to look at")),
            Some(chosen) => match chosen.claims {
                None => notes.push(Note::unknown("the token cannot be read")),
                Some(claims) => {
                    notes.extend(self.times(&claims));
                    notes.extend(self.audience(&claims, None));
                    notes.extend(self.tenant(&claims));
                    if claims.groups_overage {
                        notes.push(Note::notable(
                            "the caller is in more groups than a token lists; the service looks them up",
                        ));
                    }
                }
            },
        }
        notes.extend(self.token_in_variable());
        notes.extend(self.default_scope());
        notes
    }

    fn times(&self, claims: &TokenClaims) -> Vec<Note> {
        let Some(expires) = claims.expires else {
            return vec![Note::notable("the token does not say when it ends")];
        };
        let left = expires.0 - self.now().0;
        match left {
            ..=0 => vec![Note::notable(
                "the token has ended already: does the clock of this machine run fast?",
            )],
            1..=SOON => vec![Note::notable(format!("the token ends in {left} seconds"))],
            _ => vec![Note::seen(format!(
                "good for another {} minutes",
                left / 60
            ))],
        }
    }

    /// Whether the endpoint takes tokens for this audience. `variable` is where the token stands, if it
    /// was not requested here.
    fn audience(&mut self, claims: &TokenClaims, variable: Option<&'static str>) -> Vec<Note> {
        let wanted = self.target().endpoint_scope();
        let wanted = wanted.trim_end_matches("/.default").to_owned();
        let found = claims.audience_name();
        let of_project = self.target().url.endpoint.is_project();
        let own = self.target().scope.is_some();
        let accepted = match claims.resource() {
            Some(audience) if !own => {
                let here = audience.cloud == self.target().url.cloud();
                here && match audience.resource {
                    Resource::Foundry => true,
                    Resource::CognitiveServices => !of_project,
                    _ => false,
                }
            }
            // An audience of one's own, or one that the table does not know: it is the one requested.
            _ => variable.is_none() || claims.audience.trim_end_matches('/') == wanted,
        };
        let place = variable.map_or("the token".to_owned(), |name| {
            format!("the token in `{name}`")
        });
        if accepted {
            return vec![Note::seen(format!("{place} is for {found}"))];
        }
        self.value(Name::Audience, &wanted, Step::Token);
        let other_cloud = claims
            .resource()
            .is_some_and(|audience| audience.cloud != self.target().url.cloud());
        let rule = match other_cloud && self.target().url.cloud() != Cloud::default() {
            true => RuleId::TokenWrongCloud,
            false => RuleId::TokenWrongAudience,
        };
        let words = format!("{place} is for {found}; the endpoint takes tokens for {wanted}");
        let fault = self.fault(Step::Token, rule, Certainty::Likely);
        fault.says(format!("{}.", sentence(&words)));
        if let Some(name) = variable {
            fault.unsets(name);
        }
        vec![Note::wrong(words)]
    }

    fn tenant(&mut self, claims: &TokenClaims) -> Vec<Note> {
        let configured = self.plain("AZURE_TENANT_ID").map(str::to_owned);
        let token = super::credential::id(claims.tenant.as_deref());
        match (
            token,
            configured
                .as_deref()
                .and_then(|one| super::credential::id(Some(one))),
        ) {
            (Some(token), Some(configured)) if token != configured => vec![Note::notable(format!(
                "the token is of tenant {token}, and AZURE_TENANT_ID is {configured}"
            ))],
            _ => Vec::new(),
        }
    }

    /// A token that somebody put into a variable ends within the hour and is never renewed.
    fn token_in_variable(&mut self) -> Vec<Note> {
        const NAME: &str = "AZURE_OPENAI_AD_TOKEN";
        let Some(Setting::Secret(SecretForm::Token(claims))) =
            self.variable(NAME).map(|one| one.setting.clone())
        else {
            return Vec::new();
        };
        let mut notes = self.audience(&claims, Some(NAME));
        if let Some(expires) = claims.expires.filter(|expires| *expires <= self.now()) {
            let words = format!("the token in `{NAME}` ended at {expires}, and nothing renews it");
            notes.push(Note::wrong(words.clone()));
            self.fault(Step::Token, RuleId::TokenExpired, Certainty::Likely)
                .says(format!("{}.", sentence(&words)))
                .unsets(NAME);
        }
        notes
    }

    /// A client that asks for another audience unless it is told.
    fn default_scope(&mut self) -> Vec<Note> {
        let Some((sdk, default)) = self
            .target()
            .sdk
            .and_then(|sdk| Some((sdk, sdk.default_scope?)))
        else {
            return Vec::new();
        };
        if self.target().scope.is_some() {
            return Vec::new();
        }
        let wanted = self.target().endpoint_scope();
        let words = format!(
            "{} asks for {default} unless it is given credential_scopes=[\"{wanted}\"]",
            sdk.title
        );
        self.value(
            Name::Audience,
            wanted.trim_end_matches("/.default"),
            Step::Token,
        );
        self.fault(Step::Token, RuleId::TokenWrongAudience, Certainty::Possible)
            .says(format!(
                "{}, and this endpoint refuses such tokens.",
                sentence(&words)
            ));
        vec![Note::notable(words)]
    }
}

/// A note as the beginning of a sentence.
pub(super) fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
