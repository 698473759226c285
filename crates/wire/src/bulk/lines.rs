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
mod tests;
