//! What a worker and a connection remember, and the one function that authenticates a token.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use access::Timestamp;
use access::token::TokenFault;

use super::RouteFamily;
use super::authority::Authority;
use super::cache::{KnownToken, TokenCache};
use crate::backend::upstream::Pool;

/// State of one worker; never shared with another.
pub(crate) struct Worker {
    authority: Arc<Authority>,
    tokens: TokenCache,
    upstreams: Pool,
}

impl Worker {
    /// A worker that remembers nothing yet.
    pub(crate) fn new(authority: Arc<Authority>) -> Self {
        Self {
            authority,
            tokens: TokenCache::default(),
            upstreams: Pool::new(),
        }
    }
}

/// State of one connection: the last token, because clients send the same one again and again.
pub(crate) struct ConnectionMemo {
    worker: Rc<Worker>,
    last: RefCell<Option<(String, Rc<KnownToken>)>>,
}

impl ConnectionMemo {
    /// A connection of this worker.
    pub(crate) fn new(worker: Rc<Worker>) -> Self {
        Self {
            worker,
            last: RefCell::default(),
        }
    }

    /// The worker's connections to model servers.
    pub(crate) fn upstreams(&self) -> &Pool {
        &self.worker.upstreams
    }

    /// Judges a token for routes of a family, at a time.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn authenticate(
        &self,
        token: &str,
        family: RouteFamily,
        now: Timestamp,
    ) -> Result<Rc<KnownToken>, TokenFault> {
        let authority = &self.worker.authority;
        let generation = authority.generation();
        let last = self
            .last
            .borrow()
            .as_ref()
            .filter(|(text, known)| text == token && known.is_of(generation))
            .map(|(_, known)| Rc::clone(known));
        let known = match last.or_else(|| self.worker.tokens.find(token, generation)) {
            Some(known) => {
                known.recheck(authority, family, now)?;
                known
            }
            None => {
                let known = Rc::new(KnownToken::new(
                    authority.verify(token, family, now)?,
                    generation,
                ));
                self.worker.tokens.remember(token, &known);
                known
            }
        };
        match &mut *self.last.borrow_mut() {
            Some((_, remembered)) if Rc::ptr_eq(remembered, &known) => {}
            Some((text, remembered)) => {
                token.clone_into(text);
                *remembered = Rc::clone(&known);
            }
            nothing => *nothing = Some((token.to_owned(), Rc::clone(&known))),
        }
        Ok(known)
    }
}
