//! Where one record of a log ends and the next begins.
//!
//! A line of JSON is a record, a document of JSON holds records (`document`), and so does a table with a head
//! (`table`). Other text is a record from a line that begins one (a time, a level, an
//! address) to the next such line, so that a stack trace stays with what it is about. Where no line of a
//! file begins so, each is a record, with its indented lines and the rest of a traceback.

use memchr::{memchr, memchr_iter};

use super::document::{Beginning, Document, Turn, begins, may_hold_records};
use super::table::{self, Columns};

/// A longer record is cut: what stands behind says nothing new, and memory has a bound.
pub(super) const RECORD_BYTES: usize = 128 * 1024;
/// How much of a line is looked at to tell whether it begins a record.
const HEAD: usize = 64;

/// One record of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// Where it begins.
    pub(super) start: usize,
    /// Where its text ends.
    pub(super) end: usize,
    /// Where to go on.
    pub(super) next: usize,
    /// How many lines it takes.
    pub(super) lines: u64,
    /// Whether its end was left out.
    pub(super) cut: bool,
    /// What its text is.
    pub(super) form: Form,
}

/// How a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON or text, by itself.
    Whole,
    /// A list of values in JSON, named by columns.
    Row,
    /// A line of fields, named by columns.
    Fields,
}

/// How the records of one file are told apart.
#[derive(Debug, Default)]
pub(super) struct Framing {
    /// Whether the file's first bytes were looked at.
    begun: bool,
    /// Whether records begin with a line of their own kind; not known before the first line.
    headed: Option<bool>,
    /// The rest of a line that was too long.
    skipping: bool,
    /// The document that is open.
    document: Option<Document>,
    /// What a file's first line says the fields of the others are.
    fields: Option<Columns>,
    /// A document is over, and its line is not.
    behind: bool,
}

impl Framing {
    /// The names of a record's values.
    pub(super) fn columns(&self, form: Form) -> Option<&Columns> {
        match form {
            Form::Whole => None,
            Form::Row => self.document.as_ref().map(|document| &document.columns),
            Form::Fields => self.fields.as_ref(),
        }
    }

    /// The next record from `from` on. `None`: there is none, or more has to be read first.
    pub(super) fn next(&mut self, buffer: &[u8], from: usize, last: bool) -> Option<Frame> {
        if from == buffer.len() {
            return None;
        }
        if self.skipping {
            let end = line_end(buffer, from);
            self.skipping = !last && !buffer[from..end].ends_with(b"\n");
            return Some(Frame::gap(buffer, from, end));
        }
        if !self.begun {
            let begun = self.begin(buffer, from, last)?;
            self.begun = true;
            if begun > from {
                return Some(Frame::gap(buffer, from, begun));
            }
        }
        if self.document.is_some() {
            return self.in_document(buffer, from, last);
        }
        if self.behind {
            let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b',');
            let end = buffer[from..].iter().position(|b| !blank(b));
            let end = end.map_or(buffer.len(), |at| from + at);
            let breaks = buffer.get(end) == Some(&b'\n');
            self.behind = end == buffer.len();
            if end + usize::from(breaks) > from {
                return Some(Frame::gap(buffer, from, end + usize::from(breaks)));
            }
        }
        if self.fields.is_some() {
            return self.of_fields(buffer, from, last);
        }
        if self.headed != Some(true) && matches!(buffer[from], b'{' | b'[') {
            match beginning(buffer, from, last)? {
                Beginning::Line => {}
                Beginning::Record(end) => {
                    self.behind = true;
                    return Some(Frame::record(buffer, from, end, Form::Whole));
                }
                Beginning::Document(document) => {
                    self.document = Some(document);
                    return Some(Frame::gap(buffer, from, from + 1));
                }
            }
        }
        self.of_lines(buffer, from, last)
    }

    /// Looks at the beginning of a file: where the mark of its encoding and its head end.
    fn begin(&mut self, buffer: &[u8], from: usize, last: bool) -> Option<usize> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let rest = &buffer[from..];
        if rest.len() < MARK.len() && MARK.starts_with(rest) && !last {
            return None;
        }
        let start = from
            + if rest.starts_with(MARK) {
                MARK.len()
            } else {
                0
            };
        if matches!(buffer.get(start), Some(b'{' | b'[')) {
            return Some(start);
        }
        let end = line_end(buffer, start);
        let line = &buffer[start..end];
        if line.len() <= table::HEAD_BYTES && !line.ends_with(b"\n") && !last {
            return None;
        }
        self.fields = Columns::of_line(line);
        Some(if self.fields.is_some() { end } else { start })
    }

    fn in_document(&mut self, buffer: &[u8], from: usize, last: bool) -> Option<Frame> {
        let document = self.document.as_mut()?;
        let form = if document.is_in_rows() {
            Form::Row
        } else {
            Form::Whole
        };
        match document.turn(buffer, from, last) {
            Turn::Record(end) => Some(Frame::record(buffer, from, end, form)),
            Turn::Cut(end) => Some(Frame {
                cut: true,
                ..Frame::record(buffer, from, end, form)
            }),
            Turn::Gap(end) => Some(Frame::gap(buffer, from, end)),
            Turn::More => None,
            Turn::Left(end) => {
                self.document = None;
                self.behind = true;
                Some(Frame::gap(buffer, from, end))
            }
        }
    }

    /// A line of fields, some of which may span lines.
    fn of_fields(&mut self, buffer: &[u8], from: usize, last: bool) -> Option<Frame> {
        let limit = buffer.len().min(from + RECORD_BYTES);
        let near = &buffer[from..limit];
        let ended = last && limit == buffer.len();
        if let Some(end) = table::line_end(near, ended) {
            return Some(Frame::record(buffer, from, from + end, Form::Fields));
        }
        if !ended && near.len() < RECORD_BYTES {
            return None;
        }
        // A quotation mark that nothing closes: a line is a line then.
        let end = memchr(b'\n', near).map_or(limit, |at| from + at + 1);
        let cut = !buffer[..end].ends_with(b"\n") && !ended;
        self.skipping = cut;
        Some(Frame {
            cut,
            ..Frame::record(buffer, from, end, Form::Fields)
        })
    }

    fn of_lines(&mut self, buffer: &[u8], start: usize, last: bool) -> Option<Frame> {
        let mut end = line_end(buffer, start);
        let whole = last || buffer[start..end].ends_with(b"\n");
        if end - start > RECORD_BYTES {
            self.skipping = !whole;
            return Some(Frame {
                next: end,
                lines: u64::from(whole),
                cut: true,
                ..Frame::record(buffer, start, start + RECORD_BYTES, Form::Whole)
            });
        }
        if !whole {
            return None;
        }
        let mut lines = 1;
        let line = &buffer[start..end];
        if !is_json(line) {
            let headed = *self.headed.get_or_insert_with(|| begins_record(line));
            let mut traceback = line.starts_with(b"Traceback ");
            while end < buffer.len() || !last {
                let rest = &buffer[end..];
                let next = line_end(rest, 0);
                if next < HEAD && !rest[..next].ends_with(b"\n") && !last {
                    return None;
                }
                let line = &rest[..next];
                let belongs = match headed {
                    true => !begins_record(line) && !is_json_beginning(rest, next, last)?,
                    false => is_indented(line) || traceback,
                };
                if !belongs || end - start + next > RECORD_BYTES {
                    break;
                }
                if !last && !line.ends_with(b"\n") {
                    return None;
                }
                // The first line that is not indented is the error itself.
                traceback = (traceback && is_indented(line)) || line.starts_with(b"Traceback ");
                end += next;
                lines += 1;
            }
        }
        Some(Frame {
            start,
            end,
            next: end,
            lines,
            cut: false,
            form: Form::Whole,
        })
    }
}

impl Frame {
    fn record(buffer: &[u8], start: usize, end: usize, form: Form) -> Self {
        Self {
            start,
            end,
            next: end,
            lines: memchr_iter(b'\n', &buffer[start..end]).count() as u64,
            cut: false,
            form,
        }
    }

    /// Nothing between these bytes.
    fn gap(buffer: &[u8], from: usize, to: usize) -> Self {
        Self {
            start: to,
            ..Self::record(buffer, from, to, Form::Whole)
        }
    }
}

/// What a line is that begins with a bracket. `None`: more has to be read first.
fn beginning(buffer: &[u8], from: usize, last: bool) -> Option<Beginning> {
    let end = line_end(buffer, from);
    let line = &buffer[from..end];
    let whole = last || line.ends_with(b"\n");
    if line.starts_with(b"{") {
        if !whole && line.len() <= RECORD_BYTES {
            return None;
        }
        // Most logs: the line is the record.
        if line.len() <= RECORD_BYTES && is_json(line) && !may_hold_records(line) {
            return Some(Beginning::Line);
        }
    }
    begins(buffer, from, last)
}

/// Whether the next line is a record of JSON; `None` where its end was not read yet.
fn is_json_beginning(rest: &[u8], end: usize, last: bool) -> Option<bool> {
    if !rest.starts_with(b"{") {
        return Some(false);
    }
    let known = last || rest[..end].ends_with(b"\n") || end > RECORD_BYTES;
    known.then(|| is_json(&rest[..end]))
}

/// Behind the line break of the line that begins here.
fn line_end(buffer: &[u8], from: usize) -> usize {
    memchr(b'\n', &buffer[from..]).map_or(buffer.len(), |at| from + at + 1)
}

/// Whether a line is an object of JSON by its two ends.
pub(super) fn is_json(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.len() > 2 && line.starts_with(b"{") && line.ends_with(b"}")
}

fn is_indented(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t'))
        || line.starts_with(b"Caused by:")
        || line.starts_with(b"--->")
        || line.starts_with(b"...")
}

/// Whether a line begins with what loggers begin with: a time, a level, an address.
fn begins_record(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 9] = [
        b"ERROR",
        b"WARN",
        b"INFO",
        b"DEBUG",
        b"TRACE",
        b"FATAL",
        b"CRITICAL",
        b"error",
        b"info",
    ];
    let line = unmarked(&line[..line.len().min(HEAD)]);
    let digits = |count: usize| line.len() > count && line[..count].iter().all(u8::is_ascii_digit);
    let at = |place: usize, bytes: &[u8]| line.get(place).is_some_and(|b| bytes.contains(b));
    // 2026-11-23, 2026/11/23; 23/Nov/2026; 10:00:00; an address of four numbers.
    (digits(4) && at(4, b"-/") && at(7, b"-/"))
        || (digits(2) && at(2, b":") && at(5, b":"))
        || (digits(2) && at(2, b"/") && at(6, b"/"))
        || is_address(line)
        || LEVELS.iter().any(|level| line.starts_with(level))
        || is_month(line)
        || (matches!(line.first(), Some(b'E' | b'W' | b'I' | b'F'))
            && line.len() > 5
            && line[1..5].iter().all(u8::is_ascii_digit))
}

/// `Nov 23 10:00:00`, as syslog begins.
fn is_month(line: &[u8]) -> bool {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    line.len() > 6
        && MONTHS.chunks(3).any(|month| line.starts_with(month))
        && line[3] == b' '
        && (line[4] == b' ' || line[4].is_ascii_digit())
        && line[5].is_ascii_digit()
}

fn is_address(line: &[u8]) -> bool {
    let end = line.iter().position(|b| *b == b' ').unwrap_or(0);
    let word = &line[..end];
    word.iter().filter(|b| **b == b'.').count() == 3
        && word.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}

/// Without the marks that stand before a time: colours, the priority of syslog, a bracket.
fn unmarked(line: &[u8]) -> &[u8] {
    let mut rest = line;
    if let Some(colour) = rest.strip_prefix(b"\x1b[") {
        let end = colour.iter().position(u8::is_ascii_alphabetic);
        rest = end.map_or(rest, |end| &colour[end + 1..]);
    }
    if let Some(priority) = rest.strip_prefix(b"<") {
        let end = priority.iter().position(|b| *b == b'>');
        rest = end
            .filter(|end| *end <= 3)
            .map_or(rest, |end| &priority[end + 1..]);
    }
    rest.strip_prefix(b"[").unwrap_or(rest)
}
