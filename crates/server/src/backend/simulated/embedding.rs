//! Vectors that mean a little: texts that share words and pieces of words
//! point in similar directions, so that a search in a test finds what it should.
//!
//! Each word and each three letters of a word is hashed to a few signed places
//! of the vector (feature hashing); the sum is scaled to length 1. Similarity of
//! two vectors then estimates how much their texts overlap. There is no meaning
//! beyond that: synonyms are strangers.

use crate::backend::hash::{hash, mix};

/// Places that one feature touches.
const PLACES: u64 = 8;
/// A whole word counts as much as this many of its pieces.
const WORD_WEIGHT: f32 = 3.0;
/// Longest text that is looked at, in bytes; the API's own limit is 8,192 tokens.
const MAX_BYTES: usize = 64 * 1024;

/// The vector of `text` with `dimensions` places, of length 1.
pub(super) fn embed(text: &str, dimensions: u32, seed: u64) -> Vec<f32> {
    let mut vector = vec![0.0_f32; dimensions.max(1) as usize];
    let text = text[..text.floor_char_boundary(MAX_BYTES)].to_lowercase();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        add(&mut vector, seed, word, WORD_WEIGHT);
        let marked = format!("<{word}>");
        let starts: Vec<usize> = marked
            .char_indices()
            .map(|(at, _)| at)
            .chain([marked.len()])
            .collect();
        for piece in starts.windows(4) {
            add(&mut vector, seed, &marked[piece[0]..piece[3]], 1.0);
        }
    }
    let mut length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length == 0.0 {
        // Nothing to go by: hash the text itself, so that even `""` has a direction.
        add(&mut vector, seed, &format!("\u{0}{text}"), 1.0);
        length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    }
    if length == 0.0 {
        vector[0] = 1.0;
        return vector;
    }
    for value in &mut vector {
        *value /= length;
    }
    vector
}

fn add(vector: &mut [f32], seed: u64, feature: &str, weight: f32) {
    let mut state = hash(seed, &[feature.as_bytes()]);
    for _ in 0..PLACES {
        state = mix(state);
        let place = usize::try_from((state >> 1) % vector.len() as u64).unwrap_or(0);
        vector[place] += if state & 1 == 0 { weight } else { -weight };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(a: &str, b: &str) -> f32 {
        embed(a, 1536, 0)
            .iter()
            .zip(embed(b, 1536, 0))
            .map(|(a, b)| a * b)
            .sum()
    }

    #[test]
    fn vectors_have_length_one_whatever_the_text() {
        for text in ["", " ", "!?", "hello", "日本語", &"long ".repeat(50_000)] {
            for dimensions in [1, 2, 256, 3072] {
                let vector = embed(text, dimensions, 0);
                assert_eq!(vector.len(), dimensions as usize);
                let length: f32 = vector.iter().map(|value| value * value).sum();
                assert!(
                    (length - 1.0).abs() < 1e-4,
                    "{text:.10} in {dimensions}: {length}"
                );
            }
        }
    }

    #[test]
    fn texts_that_share_words_are_closer() {
        let question = "how do I assign a role in Azure?";
        let near = similarity(question, "Assign roles with the Azure portal");
        let far = similarity(question, "The weather in Paris is sunny today");
        assert!(near > far + 0.1, "{near} against {far}");
        assert!((similarity(question, question) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn a_seed_gives_another_space() {
        assert_ne!(embed("hello", 16, 0), embed("hello", 16, 1));
        assert_eq!(embed("hello", 16, 1), embed("hello", 16, 1));
    }
}
