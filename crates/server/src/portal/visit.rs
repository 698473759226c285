//! One request of somebody who is signed in.

use std::sync::Arc;

use access::Timestamp;
use access::condition::Attributes;
use access::scope::Scope;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;

use super::browser::Browser;
use super::page::{Frame, Section};
use super::session::Session;
use super::trouble::Trouble;
use crate::app::App;
use crate::authenticate::Identity;
use crate::body::Body;
use crate::config::{PrincipalDetails, World};
use crate::control_plane::{self, Internal, Query};
use crate::question::Asker;
use crate::snapshot::Snapshot;

/// A page, or why there is none.
pub(super) type Answer = Result<Response<Body>, Trouble>;

/// A request to the portal, with the world as it is at its beginning.
pub(super) struct Visit<'v> {
    pub(super) app: &'v App,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) session: Session,
    pub(super) browser: &'v Browser,
    /// Path and query, as the browser asked for them.
    pub(super) here: &'v str,
    pub(super) query: Query,
    /// What a form sent; empty for pages.
    pub(super) form: Query,
    pub(super) now: Timestamp,
}

impl Visit<'_> {
    pub(super) fn world(&self) -> &World {
        &self.snapshot.world
    }

    /// Who is signed in.
    pub(super) fn caller(&self) -> &Identity {
        &self.session.identity
    }

    /// Asks what may take a while in a large policy; others wait for this thread, so it is done on another.
    pub(super) async fn ask<A: Send + 'static>(
        &self,
        question: impl FnOnce(&Asker<'_>) -> A + Send + 'static,
    ) -> Result<A, Trouble> {
        let (snapshot, now) = (Arc::clone(&self.snapshot), self.now);
        let answer = tokio::task::spawn_blocking(move || {
            question(&Asker {
                index: &snapshot.index,
                newest: None,
                names: &snapshot.world,
                now,
            })
        });
        answer
            .await
            .map_err(|error| Trouble::Internal(error.to_string()))
    }

    /// Whether the person may do something somewhere, as far as one can tell without doing it: what hangs
    /// on a condition is a no.
    ///
    /// # Errors
    /// [`Trouble::Forbidden`]
    pub(super) fn demand(&self, action: &'static str, scope: &Scope) -> Result<(), Trouble> {
        let (snapshot, caller) = (&self.snapshot, self.caller());
        control_plane::allows(
            snapshot,
            caller,
            action,
            scope,
            Attributes::default(),
            self.now,
        )
        .map_err(Trouble::from)
    }

    /// [`Visit::demand`], for what is left out of a page.
    pub(super) fn may(&self, action: &'static str, scope: &Scope) -> bool {
        self.demand(action, scope).is_ok()
    }

    /// Does what a call to the management plane would do, as the person.
    ///
    /// # Errors
    /// What the management plane would refuse.
    pub(super) async fn perform(
        &self,
        method: &'static str,
        path: &str,
        body: &Value,
    ) -> Result<StatusCode, Trouble> {
        let asked = Internal {
            caller: self.caller(),
            via: "portal",
            address: self.browser.address,
            method,
            path,
            body: Bytes::from(body.to_string()),
        };
        Ok(control_plane::perform(self.app, asked).await?.status())
    }

    /// How people call whoever is signed in.
    pub(super) fn person(&self) -> String {
        let id = self.caller().principal.to_string();
        match self.world().principal(&id).map(|known| &known.details) {
            Some(PrincipalDetails::User { display_name, .. }) => display_name.clone(),
            _ => self.caller().claims.name.clone().unwrap_or(id),
        }
    }

    pub(super) fn frame(&self, section: Section) -> Frame {
        let token = self.session.form_token.expose().to_owned();
        let person = Some((self.person(), token));
        // What somebody put into an address by mistake is not to be repeated.
        let here = match section {
            Section::Tokens => "/portal/tokens",
            _ => self.here,
        };
        Frame::of(section, self.browser, here, person)
    }

    /// A field that a form must have.
    ///
    /// # Errors
    /// [`Trouble::Bad`]
    pub(super) fn field(&self, name: &'static str) -> Result<&str, Trouble> {
        let value = self.form.value(name).map(str::trim);
        value
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Trouble::bad(format!("The field “{name}” is empty.")))
    }
}
