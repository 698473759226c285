//! Embeddings: texts in, vectors out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::usage::EmbeddingUsage;

/// Embeddings as a client asks for them.
#[derive(Deserialize)]
pub struct EmbeddingRequest {
    /// Deployment; the deployment routes ignore it, and LangChain names another.
    #[serde(default)]
    pub model: Option<String>,
    /// What to embed.
    pub input: Input,
    /// `float` unless said otherwise; the OpenAI SDKs ask for `base64`.
    #[serde(default)]
    pub encoding_format: Option<EncodingFormat>,
    /// Length of the vectors.
    #[serde(default)]
    pub dimensions: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One text or several, as text or as token numbers.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Input {
    /// One text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// One text as token numbers.
    Tokens(Vec<u32>),
    /// Several texts as token numbers.
    TokenLists(Vec<Vec<u32>>),
}

/// How a vector is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EncodingFormat {
    /// A list of numbers.
    Float,
    /// Base64 of little-endian 32-bit floats.
    Base64,
    /// A format that Entrada does not write.
    #[serde(other)]
    Unsupported,
}

/// A list of embeddings.
#[derive(Serialize)]
#[serde(tag = "object", rename = "list")]
pub struct EmbeddingList {
    /// Names the answer; only the Model Inference API has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// One per input, in order.
    pub data: Vec<Embedding>,
    /// Which model answered.
    pub model: String,
    /// Token counts.
    pub usage: EmbeddingUsage,
}

/// The embedding of one input.
#[derive(Serialize)]
#[serde(tag = "object", rename = "embedding")]
pub struct Embedding {
    /// Which input.
    pub index: u32,
    /// The vector.
    pub embedding: Vector,
}

/// A vector in the format the client asked for.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Vector {
    /// A list of numbers.
    Float(Vec<f32>),
    /// Base64 of little-endian 32-bit floats.
    Base64(String),
}

impl Vector {
    /// Writes `values` as `format` says; what is not `Base64` is a list.
    pub fn new(values: Vec<f32>, format: EncodingFormat) -> Self {
        match format {
            EncodingFormat::Base64 => {
                let bytes: Vec<u8> = values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect();
                Self::Base64(STANDARD.encode(bytes))
            }
            EncodingFormat::Float | EncodingFormat::Unsupported => Self::Float(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_little_endian_floats() {
        let written = serde_json::to_string(&Vector::new(vec![1.0, -2.0], EncodingFormat::Base64))
            .expect("serialises");
        assert_eq!(written, r#""AACAPwAAAMA=""#);
    }

    #[test]
    fn input_is_read_as_text_or_tokens() {
        let read = |json: &str| serde_json::from_str::<Input>(json).expect(json);
        assert!(matches!(read(r#""a""#), Input::Text(_)));
        assert!(matches!(read(r#"["a","b"]"#), Input::Texts(texts) if texts.len() == 2));
        assert!(matches!(read("[1,2,3]"), Input::Tokens(tokens) if tokens.len() == 3));
        assert!(matches!(read("[[1],[2]]"), Input::TokenLists(lists) if lists.len() == 2));
        assert!(serde_json::from_str::<Input>("[1,\"a\"]").is_err());
    }
}
