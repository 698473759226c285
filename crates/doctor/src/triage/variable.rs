//! Messages without what differs from call to call, so that equal ones are diagnosed once.
//!
//! Ids, times and random runs give way to others of the same form: the readers see the same kind of
//! thing in the same place, so the diagnosis stays what it was. Equal ids stay equal to each other, and
//! what a diagnosis says of them is put back by [`Taken::put_back`]. A test holds both ways together.

use crate::evidence::is_line;
use crate::wording::Table;

/// How many ids of one text are told apart; further ones stay as they are.
const IDS: usize = 10;
/// Shorter runs may be names.
const RANDOM: usize = 20;
/// What stands for a random run.
const RUN: &str = "0a0a0a0a0a0a0a0a0a0a";
/// The form of an id: the lengths of its five runs.
const RUNS: [usize; 5] = [8, 4, 4, 4, 12];

/// The ids that were taken out.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// What stands in the text, and what stood there.
    ids: Vec<(String, String)>,
}

impl Taken {
    /// The text without its variable parts.
    pub(super) fn take_out(&mut self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        // What a request carries is read by its form, an api-version by its date.
        if ["eyj", "authorization:", "bearer"]
            .iter()
            .any(|sign| lower.contains(sign))
        {
            return text.to_owned();
        }
        let dates = !lower.contains("version");
        let runs = !lower.contains("key") && !lower.contains("auth");
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let mut kept = 0;
        let mut at = 0;
        while at < bytes.len() {
            if let Some(length) = source_line(text, at).or_else(|| thread(bytes, at)) {
                out.push_str(&text[kept..at]);
                out.push('0');
                at += length;
                kept = at;
                continue;
            }
            if !bytes[at].is_ascii_alphanumeric()
                || at.checked_sub(1).is_some_and(|b| joins(bytes[b]))
            {
                at += 1;
                continue;
            }
            let rest = &text[at..];
            let (put, length) = match self.id(rest) {
                Some(id) => (id, 36),
                None => match time(rest).filter(|_| dates) {
                    Some(time) => (time, 19),
                    None => {
                        let length = run(rest);
                        if length == 0 || !runs {
                            at += 1;
                            continue;
                        }
                        (RUN.to_owned(), length)
                    }
                },
            };
            out.push_str(&text[kept..at]);
            out.push_str(&put);
            at += length;
            kept = at;
        }
        out.push_str(&text[kept..]);
        out
    }

    /// A text of the diagnosis with the ids that stood in the message.
    pub(super) fn put_back(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // In one pass each is enough: what is put in is none of those that are looked for later,
        // because those that stood in the message are taken out as well.
        let mut out = String::with_capacity(text.len());
        while let Some((at, (put, id))) = self
            .ids
            .iter()
            .filter_map(|pair| Some((text.find(&pair.0)?, pair)))
            .min_by_key(|(at, _)| *at)
        {
            out.push_str(&text[..at]);
            out.push_str(id);
            text.drain(..at + put.len());
        }
        out + &text
    }

    /// What to put for the id that begins here.
    fn id(&mut self, rest: &str) -> Option<String> {
        let id = rest.get(..36).filter(|id| is_id(id))?;
        if rest.as_bytes().get(36).is_some_and(|after| joins(*after)) {
            return None;
        }
        let known = self.ids.iter().position(|(_, known)| known == id);
        let number = known.unwrap_or(self.ids.len());
        if number >= IDS {
            return None;
        }
        let put = formed_like(id, number)?;
        if known.is_none() {
            self.ids.push((put.clone(), id.to_owned()));
        }
        Some(put)
    }
}

/// An id of the same kind. None for one whose run is a word that the table knows.
///
/// What stands beside an id can make a phrase with a number (`5 minutes ago`), so its ends are numbers where
/// these are, and then all of its runs; of others, no reader looks closer.
fn formed_like(id: &str, number: usize) -> Option<String> {
    let digit = char::from(b'0' + u8::try_from(number).ok()?);
    let is_number = |run: &str| run.bytes().all(|b| b.is_ascii_digit());
    let numbers = is_number(&id[..RUNS[0]]) || is_number(&id[id.len() - RUNS[4]..]);
    let runs = id.split('-').map(|run| {
        let is_word = run.bytes().all(|b| b.is_ascii_alphabetic());
        if is_word && Table::built_in().holds(&run.to_ascii_lowercase()) {
            return None;
        }
        let rest = if numbers && is_number(run) {
            digit
        } else {
            'a'
        };
        Some(std::iter::once(digit).chain(std::iter::repeat_n(rest, run.len() - 1)))
    });
    let runs: Option<Vec<String>> = runs.map(|run| Some(run?.collect())).collect();
    runs.map(|runs| runs.join("-"))
}

fn is_id(text: &str) -> bool {
    let runs: Vec<&str> = text.split('-').collect();
    runs.len() == RUNS.len()
        && runs
            .iter()
            .zip(RUNS)
            .all(|(run, length)| run.len() == length && run.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What to put for the date and time that begin here, without the fraction.
fn time(rest: &str) -> Option<String> {
    let text = rest.get(..19)?;
    let form = text
        .bytes()
        .zip(b"20dd-dd-dd?dd:dd:dd".iter())
        .all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            b'?' => matches!(byte, b'T' | b' '),
            form => byte == *form,
        });
    let zeroed = text.bytes().enumerate().map(|(at, byte)| {
        if at >= 2 && byte.is_ascii_digit() {
            '0'
        } else {
            char::from(byte)
        }
    });
    form.then(|| zeroed.collect())
}

/// The length of the number of a line in a stack trace. One that the table of words knows stays.
fn source_line(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = bytes[at..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let ends = bytes.get(at + digits).is_none_or(|b| !joins(*b));
    let line = digits > 0 && ends && is_line(bytes, at);
    let known = || digits == 3 && Table::built_in().holds(&text[at..at + digits]);
    (line && !known()).then_some(digits)
}

/// The length of the number at the end of a thread's name, as loggers print it: `[http-nio-8080-exec-13]`.
fn thread(bytes: &[u8], at: usize) -> Option<usize> {
    const NAMES: [&[u8]; 8] = [
        b"exec-",
        b"thread-",
        b"Thread-",
        b"worker-",
        b"epoll-",
        b"parallel-",
        b"elastic-",
        b"task-",
    ];
    let digits = bytes[at..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let ends = digits > 0 && bytes.get(at + digits) == Some(&b']');
    (ends && NAMES.iter().any(|name| bytes[..at].ends_with(name))).then_some(digits)
}

/// The length of the run that begins here if no person would choose it: readers drop it as a secret.
fn run(rest: &str) -> usize {
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let run = &rest.as_bytes()[..length];
    let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
    let ends = rest[length..]
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric() && !joins_char(c));
    let random = length >= RANDOM && digits >= 3 && length - digits >= 3 && run[0].is_ascii_digit();
    if random && ends { length } else { 0 }
}

fn joins_char(c: char) -> bool {
    c.is_ascii() && joins(c as u8)
}

/// What joins a thing to what stands before it: such a word is another thing as a whole.
fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'~')
        || byte >= 0x80
}
