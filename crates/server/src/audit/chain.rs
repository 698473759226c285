//! The chain of the journal: every row is bound to the one before it, under a key that the store does not hold.
//!
//! Who can write to the store and has not the key can change nothing that [`Verification`] would not find, with one
//! exception: rows at the end can be taken away. A [`Head`] that was saved elsewhere finds that too, for
//! everything up to it.

use std::path::Path;

use access::Timestamp;
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use store::JournalRow;

use crate::private_file::{self, PrivateFileError};

/// The key, made once per data folder or read from `[audit] key_file`.
pub struct ChainKey(hmac::Key);

/// How a row is bound to the one before it: HMAC-SHA256.
type Mac = [u8; 32];

/// What the first row is bound to.
const BEGINNING: Mac = [0; 32];

/// Keep the two uses of the key apart.
const ROW: &[u8] = b"entrada journal row 1";
const HEAD: &[u8] = b"entrada journal head 1";

impl ChainKey {
    /// A key of these bytes.
    fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The key in a private file (32 bytes in base64url); `None` if there is no such file.
    ///
    /// # Errors
    /// The file can be read by others, or holds something else.
    pub fn read(path: &Path) -> Result<Option<Self>, PrivateFileError> {
        Ok(private_file::known_key(path)?.as_ref().map(Self::new))
    }

    /// The key in a private file, made if there is none.
    pub(crate) fn read_or_make(path: &Path) -> Result<Self, PrivateFileError> {
        Ok(Self::new(&private_file::random_key(path)?))
    }

    /// The row that follows `last` and says `body`.
    #[must_use]
    pub(crate) fn next(&self, last: Option<&JournalRow>, body: String) -> JournalRow {
        let sequence = last.map_or(1, |last| last.sequence + 1);
        let previous = last.map_or(BEGINNING, |last| last.mac);
        JournalRow {
            mac: self.link(&previous, sequence, &body),
            sequence,
            body,
        }
    }

    /// A statement that the journal reached this row at this time.
    #[must_use]
    pub(crate) fn head(&self, last: &JournalRow, now: Timestamp) -> Head {
        let (sequence, mac, time) = (last.sequence, hex(&last.mac), now.to_string());
        let seal = hex(&self.seal(sequence, &mac, &time));
        Head {
            sequence,
            mac,
            time,
            seal,
        }
    }

    fn link(&self, previous: &Mac, sequence: u64, body: &str) -> Mac {
        self.mac(&[ROW, previous, &sequence.to_be_bytes(), body.as_bytes()])
    }

    fn seal(&self, sequence: u64, mac: &str, time: &str) -> Mac {
        self.mac(&[
            HEAD,
            &sequence.to_be_bytes(),
            mac.as_bytes(),
            time.as_bytes(),
        ])
    }

    /// Every part but the last has a fixed length, so that no two lists of parts are the same bytes.
    fn mac(&self, parts: &[&[u8]]) -> Mac {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }
}

/// How far the journal had come at some time: save it where who can write to the store cannot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The newest row's place.
    pub sequence: u64,
    /// Its MAC, hexadecimal.
    pub mac: String,
    /// When this was said (RFC 3339, UTC).
    pub time: String,
    /// A MAC over the others, hexadecimal.
    pub seal: String,
}

/// What is wrong with a journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A row is not what was written, or the row before it is not.
    #[error("row {0} was changed, or is not from this journal, or the key is another one")]
    Changed(u64),
    /// Rows are missing in the middle.
    #[error("row {expected} is missing: row {found} comes instead")]
    Gap {
        /// The place that should come.
        expected: u64,
        /// The one that comes.
        found: u64,
    },
    /// The head was not made with this key.
    #[error("the head was changed, or is not from this journal, or the key is another one")]
    HeadChanged,
    /// The end was taken away.
    #[error(
        "the journal ends with row {last}, although it had {saved} rows when the head was saved"
    )]
    Truncated {
        /// The last row.
        last: u64,
        /// What the head says.
        saved: u64,
    },
    /// The journal was begun anew.
    #[error("row {0} is not the one that the head was saved for")]
    Replaced(u64),
}

/// Looks at rows in their order, from the first.
pub struct Verification<'key> {
    key: &'key ChainKey,
    head: Option<Head>,
    previous: Mac,
    last: u64,
}

impl<'key> Verification<'key> {
    /// Begins one, against a head that was saved earlier if there is one.
    ///
    /// # Errors
    /// [`Broken::HeadChanged`]
    pub fn new(key: &'key ChainKey, head: Option<Head>) -> Result<Self, Broken> {
        if let Some(head) = &head {
            let seal = key.seal(head.sequence, &head.mac, &head.time);
            if !is_equal(&hex(&seal), &head.seal) {
                return Err(Broken::HeadChanged);
            }
        }
        Ok(Self {
            key,
            head,
            previous: BEGINNING,
            last: 0,
        })
    }

    /// Looks at the next row, whose MAC is written in hexadecimal digits.
    ///
    /// # Errors
    /// The row is not what was written.
    pub fn row(&mut self, sequence: u64, body: &str, mac: &str) -> Result<(), Broken> {
        let expected = self.last + 1;
        if sequence != expected {
            let found = sequence;
            return Err(Broken::Gap { expected, found });
        }
        let computed = self.key.link(&self.previous, sequence, body);
        let written = hex(&computed);
        if !is_equal(&written, mac) {
            return Err(Broken::Changed(sequence));
        }
        let mut saved = self.head.iter().filter(|head| head.sequence == sequence);
        if saved.any(|head| !is_equal(&written, &head.mac)) {
            return Err(Broken::Replaced(sequence));
        }
        self.previous = computed;
        self.last = sequence;
        Ok(())
    }

    /// Ends it, and says how many rows there are.
    ///
    /// # Errors
    /// [`Broken::Truncated`]
    pub fn end(self) -> Result<u64, Broken> {
        match self.head {
            Some(head) if head.sequence > self.last => Err(Broken::Truncated {
                last: self.last,
                saved: head.sequence,
            }),
            _ => Ok(self.last),
        }
    }
}

fn is_equal(one: &str, other: &str) -> bool {
    subtle::ConstantTimeEq::ct_eq(one.as_bytes(), other.as_bytes()).into()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ChainKey {
        ChainKey::new(&[7; 32])
    }

    fn rows(bodies: &[&str]) -> Vec<JournalRow> {
        let mut rows: Vec<JournalRow> = Vec::new();
        for body in bodies {
            rows.push(key().next(rows.last(), (*body).to_owned()));
        }
        rows
    }

    fn verify(key: &ChainKey, rows: &[JournalRow], head: Option<Head>) -> Result<u64, Broken> {
        let mut verification = Verification::new(key, head)?;
        for row in rows {
            verification.row(row.sequence, &row.body, &hex(&row.mac))?;
        }
        verification.end()
    }

    #[test]
    fn what_was_written_is_verified() {
        assert_eq!(verify(&key(), &rows(&["a", "b", "c"]), None), Ok(3));
        assert_eq!(verify(&key(), &[], None), Ok(0));
    }

    #[test]
    fn every_edit_is_found() {
        let good = rows(&["a", "b", "c", "d"]);
        let check = |change: &dyn Fn(&mut Vec<JournalRow>), expected: Broken| {
            let mut changed = good.clone();
            change(&mut changed);
            assert_eq!(verify(&key(), &changed, None), Err(expected));
        };
        check(&|rows| rows[1].body = "x".to_owned(), Broken::Changed(2));
        check(&|rows| rows[1].mac[0] ^= 1, Broken::Changed(2));
        check(
            &|rows| drop(rows.remove(1)),
            Broken::Gap {
                expected: 2,
                found: 3,
            },
        );
        check(
            &|rows| drop(rows.remove(0)),
            Broken::Gap {
                expected: 1,
                found: 2,
            },
        );
        check(
            &|rows| rows.swap(1, 2),
            Broken::Gap {
                expected: 2,
                found: 3,
            },
        );
        check(
            &|rows| {
                rows.remove(1);
                rows[1].sequence = 2;
                rows[2].sequence = 3;
            },
            Broken::Changed(2),
        );
        let other = ChainKey::new(&[8; 32]);
        assert_eq!(verify(&other, &good, None), Err(Broken::Changed(1)));
    }

    #[test]
    fn a_saved_head_finds_what_was_cut_off_or_begun_anew() {
        let good = rows(&["a", "b", "c"]);
        let head = key().head(&good[2], Timestamp(0));
        assert_eq!(verify(&key(), &good, Some(head.clone())), Ok(3));
        let longer = rows(&["a", "b", "c", "d"]);
        assert_eq!(verify(&key(), &longer, Some(head.clone())), Ok(4));
        let cut = Broken::Truncated { last: 2, saved: 3 };
        assert_eq!(verify(&key(), &good[..2], Some(head.clone())), Err(cut));
        let anew = rows(&["a", "b", "x"]);
        assert_eq!(
            verify(&key(), &anew, Some(head.clone())),
            Err(Broken::Replaced(3))
        );
        let forged = Head {
            sequence: 2,
            ..head
        };
        assert_eq!(
            verify(&key(), &good[..2], Some(forged)),
            Err(Broken::HeadChanged)
        );
    }
}
