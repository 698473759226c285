//! Lines of bounded length, read without copying where a whole line is at hand.

use std::io::{self, BufRead, ErrorKind};

use super::MAX_LINE;

/// A line without its newline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// What it says.
    Text(&'a [u8]),
    /// It is longer than [`MAX_LINE`]; it was passed over.
    TooLong,
}

/// Reads lines.
pub(super) struct Lines<R> {
    reader: R,
    /// Bytes that the reader holds already: reading them cannot block.
    available: usize,
    /// How many of them belong to the line returned last.
    used: usize,
    /// A line that came in pieces.
    pieces: Vec<u8>,
}

/// Where the next line is.
enum Found {
    /// So many bytes ahead in the reader.
    Ahead(usize),
    /// In `pieces`.
    InPieces,
    TooLong,
    End,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self {
            reader,
            available: 0,
            used: 0,
            pieces: Vec::new(),
        }
    }

    /// The next line. `before_waiting` is called whenever the reader may block.
    pub(super) fn next(
        &mut self,
        before_waiting: impl FnMut() -> io::Result<()>,
    ) -> io::Result<Option<Line<'_>>> {
        let used = std::mem::take(&mut self.used);
        self.consume(used);
        self.pieces.clear();
        Ok(match self.find(before_waiting)? {
            Found::Ahead(length) => {
                self.used = length + 1;
                Some(Line::Text(&self.reader.fill_buf()?[..length]))
            }
            Found::InPieces => Some(Line::Text(&self.pieces)),
            Found::TooLong => Some(Line::TooLong),
            Found::End => None,
        })
    }

    fn find(&mut self, mut before_waiting: impl FnMut() -> io::Result<()>) -> io::Result<Found> {
        let mut length = 0;
        loop {
            if self.available == 0 {
                before_waiting()?;
            }
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            self.available = buffer.len();
            let newline = memchr::memchr(b'\n', buffer);
            let piece = newline.unwrap_or(buffer.len());
            let ended = newline.is_some() || buffer.is_empty();
            if buffer.is_empty() && length == 0 {
                return Ok(Found::End);
            }
            if length == 0 && newline.is_some() && piece <= MAX_LINE {
                return Ok(Found::Ahead(piece));
            }
            length += piece;
            if length <= MAX_LINE {
                self.pieces.extend_from_slice(&buffer[..piece]);
            }
            self.consume(piece + usize::from(newline.is_some()));
            if ended {
                return Ok(if length <= MAX_LINE {
                    Found::InPieces
                } else {
                    Found::TooLong
                });
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.available = self.available.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &[u8], buffer: usize) -> Vec<Option<String>> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, text));
        let mut found = Vec::new();
        while let Some(line) = lines.next(|| Ok(())).unwrap() {
            found.push(match line {
                Line::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                Line::TooLong => None,
            });
        }
        found
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let some = |list: &[&str]| -> Vec<Option<String>> {
            list.iter().map(|text| Some((*text).to_owned())).collect()
        };
        for buffer in [1, 2, 3, 5, 100] {
            assert_eq!(lines(b"", buffer), some(&[]));
            assert_eq!(lines(b"\n", buffer), some(&[""]));
            assert_eq!(
                lines(b"ab\n\ncde\nf", buffer),
                some(&["ab", "", "cde", "f"])
            );
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_without_being_kept() {
        let mut text = vec![b'x'; MAX_LINE + 1];
        text.extend_from_slice(b"\nnext\n");
        for buffer in [1000, 8 * MAX_LINE] {
            assert_eq!(lines(&text, buffer), [None, Some("next".to_owned())]);
        }
        let mut lines = Lines::new(BufReader::with_capacity(1000, &text[..]));
        lines.next(|| Ok(())).unwrap();
        assert!(lines.pieces.len() <= MAX_LINE);
    }

    #[test]
    fn the_caller_is_told_before_the_reader_may_block() {
        let mut told = 0;
        let mut lines = Lines::new(BufReader::with_capacity(4, &b"a\nb\nc\nd\n"[..]));
        let mut seen = Vec::new();
        while lines
            .next(|| {
                told += 1;
                Ok(())
            })
            .unwrap()
            .is_some()
        {
            seen.push(());
        }
        // Two buffers full, and the end.
        assert_eq!((seen.len(), told), (4, 3));
    }
}
