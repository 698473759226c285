//! JSON documents that span lines, or that are one endless line: the records are within them.
//!
//! What `az` prints, pages of a REST API and what Log Analytics answers are read from the outside in: a list at the
//! top, or the list that a known member holds. Its items are handed over one by one, so a document of any size needs
//! no more memory than one item.
//!
//! | document | records |
//! |---|---|
//! | `[…]` | its items |
//! | `{"value": […]}`, `{"records": […]}` | the items of the list |
//! | `{"log": {"entries": […]}}` | the entries: an HTTP archive |
//! | `{"tables": [{"columns": […], "rows": [[…]]}]}` | the rows, with the names of the columns |
//! | any other `{…}` | itself |

use super::frame::RECORD_BYTES;
use super::skim::{Skim, Step};
use super::table::{self, Columns};

/// A longer name is none that is looked for.
const NAME: usize = 4 * 1024;

/// A document that is being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    /// The lists and objects that are open around the place.
    path: Vec<Place>,
    next: Next,
    /// The member whose value comes.
    member: Member,
    /// A value that is passed over.
    skip: Option<Skim>,
    /// The names for the rows of the table that is open.
    pub(super) columns: Columns,
    /// Whether a list of records was entered.
    listed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A list of records.
    List,
    /// A list of lists of values.
    Rows,
    /// A list of tables.
    Tables,
    Top,
    Archive,
    Table,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Next {
    #[default]
    ItemOrEnd,
    Item,
    Colon,
    Value,
    CommaOrEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Member {
    #[default]
    Other,
    List(Place),
    Archive,
    Columns,
}

/// What comes next in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// A record from where it was asked, to the byte where it ends.
    Record(usize),
    /// The same, cut: the rest of it will be passed over.
    Cut(usize),
    /// Nothing up to this byte.
    Gap(usize),
    /// More has to be read first.
    More,
    /// The document is over, or is none, from this byte on.
    Left(usize),
}

/// What stands where a line begins.
#[derive(Debug)]
pub(super) enum Beginning {
    /// Records in a document.
    Document(Document),
    /// A record, up to this byte.
    Record(usize),
    /// A line.
    Line,
}

/// Looks at a line that begins with a bracket. `None`: more has to be read first.
pub(super) fn begins(buffer: &[u8], from: usize, last: bool) -> Option<Beginning> {
    let limit = buffer.len().min(from + RECORD_BYTES);
    let text = &buffer[from..limit];
    let complete = last && limit == buffer.len() || text.len() == RECORD_BYTES;
    if text.first() == Some(&b'[') {
        let Some(at) = text[1..].iter().position(|b| !b.is_ascii_whitespace()) else {
            return complete.then_some(Beginning::Line);
        };
        return Some(match text[1 + at] {
            b'{' => Beginning::Document(Document::list()),
            _ => Beginning::Line,
        });
    }
    let mut document = Document::object();
    let mut at = 1;
    loop {
        match document.turn(text, at, false) {
            _ if document.listed => return Some(Beginning::Document(Document::object())),
            Turn::Left(end) if document.path.is_empty() => {
                return Some(Beginning::Record(from + end));
            }
            Turn::Gap(end) => at = end,
            Turn::More if !complete => return None,
            Turn::More | Turn::Left(_) | Turn::Record(_) | Turn::Cut(_) => {
                return Some(Beginning::Line);
            }
        }
    }
}

/// Whether an object begins with a member that may hold records: its line then is none itself.
pub(super) fn may_hold_records(line: &[u8]) -> bool {
    const NAMES: [&[u8]; 3] = [b"\"tables\"", b"\"records\"", b"\"value\""];
    let member = line
        .strip_prefix(b"{")
        .unwrap_or_default()
        .trim_ascii_start();
    let begins = |name: &&[u8]| {
        member
            .get(..name.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(name))
    };
    NAMES.iter().any(begins)
}

impl Document {
    /// Behind the bracket of a list.
    fn list() -> Self {
        Self {
            path: vec![Place::List],
            listed: true,
            ..Self::default()
        }
    }

    /// Behind the bracket of an object.
    fn object() -> Self {
        Self {
            path: vec![Place::Top],
            ..Self::default()
        }
    }

    /// Whether its records are rows of a table.
    pub(super) fn is_in_rows(&self) -> bool {
        self.path.last() == Some(&Place::Rows)
    }

    /// What comes from `from` on. Only as much is remembered as a name or a record takes.
    pub(super) fn turn(&mut self, buffer: &[u8], from: usize, last: bool) -> Turn {
        let mut at = from;
        loop {
            let more = match at > from {
                true => Turn::Gap(at),
                false if last => Turn::Left(at),
                false => Turn::More,
            };
            let rest = &buffer[at..];
            if let Some(skip) = &mut self.skip {
                match skip.advance(rest) {
                    Step::End(end) => {
                        at += end;
                        self.skip = None;
                        self.next = Next::CommaOrEnd;
                        continue;
                    }
                    Step::More if rest.is_empty() => return more,
                    Step::More => return Turn::Gap(buffer.len()),
                    Step::Broken(wrong) => return Turn::Left(at + wrong),
                }
            }
            let Some(place) = self.path.last().copied() else {
                return Turn::Left(at);
            };
            let Some(byte) = rest.first().copied() else {
                return more;
            };
            let is_object = matches!(place, Place::Top | Place::Archive | Place::Table);
            match (byte, self.next) {
                (b' ' | b'\t' | b'\r' | b'\n', _) => at += 1,
                (b']', Next::ItemOrEnd | Next::CommaOrEnd) if !is_object => {
                    self.close();
                    at += 1;
                }
                (b'}', Next::ItemOrEnd | Next::CommaOrEnd) if is_object => {
                    self.close();
                    at += 1;
                }
                (b',', Next::CommaOrEnd) => {
                    self.next = Next::Item;
                    at += 1;
                }
                (b'"', Next::ItemOrEnd | Next::Item) if is_object => {
                    match Skim::default().advance(&rest[..rest.len().min(NAME)]) {
                        Step::End(end) => {
                            self.member = place.member(&rest[1..end - 1]);
                            self.next = Next::Colon;
                            at += end;
                        }
                        Step::More if rest.len() < NAME => return more,
                        Step::More | Step::Broken(_) => return Turn::Left(at),
                    }
                }
                (b':', Next::Colon) => {
                    self.next = Next::Value;
                    at += 1;
                }
                (_, Next::Value) => match self.value(rest, last) {
                    Some(taken) => at += taken,
                    None => return more,
                },
                (b'{', Next::ItemOrEnd | Next::Item) if place == Place::Tables => {
                    self.columns = Columns::default();
                    self.open(Place::Table);
                    at += 1;
                }
                (b'{' | b'[', Next::ItemOrEnd | Next::Item)
                    if matches!(place, Place::List | Place::Rows) =>
                {
                    return if at > from {
                        Turn::Gap(at)
                    } else {
                        self.record(buffer, at, last)
                    };
                }
                (_, Next::ItemOrEnd | Next::Item) if !is_object => {
                    self.skip = Some(Skim::default());
                }
                _ => return Turn::Left(at),
            }
        }
    }

    /// The record that begins here.
    fn record(&mut self, buffer: &[u8], at: usize, last: bool) -> Turn {
        let limit = buffer.len().min(at + RECORD_BYTES);
        let mut skim = Skim::default();
        match skim.advance(&buffer[at..limit]) {
            Step::End(end) => {
                self.next = Next::CommaOrEnd;
                Turn::Record(at + end)
            }
            Step::More if limit - at == RECORD_BYTES => {
                self.skip = Some(skim);
                Turn::Cut(limit)
            }
            Step::More if !last => Turn::More,
            Step::More | Step::Broken(_) => Turn::Left(at),
        }
    }

    /// Enters the value of a member, or begins to pass it over. How many bytes that takes; `None`: more has to
    /// be read first.
    fn value(&mut self, rest: &[u8], last: bool) -> Option<usize> {
        match (self.member, rest[0]) {
            (Member::List(place), b'[') => {
                self.open(place);
                return Some(1);
            }
            (Member::Archive, b'{') => {
                self.open(Place::Archive);
                return Some(1);
            }
            (Member::Columns, b'[') => {
                let head = &rest[..rest.len().min(table::HEAD_BYTES)];
                match Skim::default().advance(head) {
                    Step::End(end) => {
                        self.columns = Columns::of_json(&head[..end]);
                        self.next = Next::CommaOrEnd;
                        return Some(end);
                    }
                    Step::More if head.len() < table::HEAD_BYTES && !last => return None,
                    Step::More | Step::Broken(_) => {}
                }
            }
            _ => {}
        }
        self.skip = Some(Skim::default());
        Some(0)
    }

    fn open(&mut self, place: Place) {
        self.listed |= matches!(place, Place::List | Place::Rows);
        self.path.push(place);
        self.next = Next::ItemOrEnd;
    }

    fn close(&mut self) {
        self.path.pop();
        self.next = Next::CommaOrEnd;
    }
}

impl Place {
    /// What the member of this name is to such an object.
    fn member(self, name: &[u8]) -> Member {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match self {
            Self::Top if is("value") || is("records") => Member::List(Self::List),
            Self::Top if is("tables") => Member::List(Self::Tables),
            Self::Top if is("log") => Member::Archive,
            Self::Archive if is("entries") => Member::List(Self::List),
            Self::Table if is("columns") => Member::Columns,
            Self::Table if is("rows") => Member::List(Self::Rows),
            _ => Member::Other,
        }
    }
}
