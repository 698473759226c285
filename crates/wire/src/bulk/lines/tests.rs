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
