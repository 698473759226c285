//! What was judged once: most failures of a log say the same thing.

use std::collections::HashMap;

use super::failure::{Verdict, judge};
use super::variable::Taken;
use crate::evidence::Piece;
use crate::fact::Kind;

/// How much the messages that are remembered may take, in bytes; as much again stays from before.
const BYTES: usize = 8 * 1024 * 1024;

/// Judgements by message, the newest ones. Nothing is looked for in vain for long: when one half is
/// full, the other is dropped.
#[derive(Debug, Default)]
pub(super) struct Memo {
    young: HashMap<String, Option<Verdict>>,
    old: HashMap<String, Option<Verdict>>,
    bytes: usize,
}

impl Memo {
    /// What [`judge`] says, from memory if the same was judged with other ids and times.
    pub(super) fn judge(&mut self, said: &[Piece]) -> Option<Verdict> {
        let mut taken = Taken::default();
        let plain: Vec<Piece> = said
            .iter()
            .map(|piece| without(&mut taken, piece))
            .collect();
        let key = key(&plain);
        let verdict = match self.young.get(&key) {
            Some(verdict) => verdict.clone(),
            None => {
                let known = self.old.remove(&key);
                let verdict = known.unwrap_or_else(|| judge(&plain));
                self.remember(key, verdict.clone());
                verdict
            }
        };
        let back =
            |text: Option<String>| text.map(|text| taken.put_back(&text).to_ascii_lowercase());
        verdict.map(|verdict| Verdict {
            principal: back(verdict.principal),
            endpoint: back(verdict.endpoint),
            ..verdict
        })
    }

    fn remember(&mut self, key: String, verdict: Option<Verdict>) {
        if self.bytes + key.len() > BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += key.len();
        self.young.insert(key, verdict);
    }
}

fn without(taken: &mut Taken, piece: &Piece) -> Piece {
    let kinds = piece.kinds.iter().map(|kind| match kind {
        Kind::Value(name, value) => Kind::Value(*name, taken.take_out(value)),
        kind => kind.clone(),
    });
    Piece {
        kinds: kinds.collect(),
        ..Piece::new(&*piece.field, taken.take_out(&piece.text))
    }
}

/// What tells pieces apart.
fn key(pieces: &[Piece]) -> String {
    use std::fmt::Write;
    let mut key = String::new();
    for piece in pieces {
        key.push_str(&piece.text);
        for kind in &piece.kinds {
            let _ = write!(key, "\u{0}{kind:?}");
        }
        key.push('\u{1}');
    }
    key
}
