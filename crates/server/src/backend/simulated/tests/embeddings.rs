use base64::Engine as _;
use serde_json::{Value, json};

use super::{Bench, EMBEDDINGS};

fn vector(answer: &Value, index: usize) -> Vec<f64> {
    answer["data"][index]["embedding"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

#[test]
fn dimensions_are_the_models_or_as_asked() {
    for (model, body, dimensions) in [
        ("text-embedding-3-small", json!({ "input": "a" }), 1536),
        ("text-embedding-3-large", json!({ "input": "a" }), 3072),
        (
            "text-embedding-ada-002",
            json!({ "input": "a", "dimensions": 256 }),
            256,
        ),
        (
            "text-embedding-3-large",
            json!({ "input": "a", "dimensions": 3072 }),
            3072,
        ),
    ] {
        assert_eq!(
            vector(&Bench::new(model).good(EMBEDDINGS, &body), 0).len(),
            dimensions,
            "{model}"
        );
    }
    let configured = Bench::scripted("my-embedder", "[simulated]\ndimensions = 384");
    assert_eq!(
        vector(&configured.good(EMBEDDINGS, &json!({ "input": "a" })), 0).len(),
        384
    );
}

#[test]
fn base64_says_the_same_as_numbers() {
    let bench = Bench::new("text-embedding-3-small");
    let numbers = bench.good(EMBEDDINGS, &json!({ "input": "hello", "dimensions": 8 }));
    let encoded = bench.good(
        EMBEDDINGS,
        &json!({ "input": "hello", "dimensions": 8, "encoding_format": "base64" }),
    );
    let text = encoded["data"][0]["embedding"].as_str().expect("text");
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .expect("base64");
    let decoded: Vec<f32> = bytes
        .chunks(4)
        .map(|chunk| f32::from_le_bytes(chunk.try_into().expect("four bytes")))
        .collect();
    let numbers: Vec<f32> = vector(&numbers, 0)
        .iter()
        .map(|number| *number as f32)
        .collect();
    assert_eq!(decoded, numbers);
}

#[test]
fn every_form_of_input_gives_one_vector_per_text() {
    let bench = Bench::new("text-embedding-3-small");
    for (input, count, tokens) in [
        (json!("hello"), 1, 2),
        (json!(["hello", "world!"]), 2, 4),
        (json!([1, 2, 3]), 1, 3),
        (json!([[1, 2], [3]]), 2, 3),
        (json!(""), 1, 0),
    ] {
        let answer = bench.good(EMBEDDINGS, &json!({ "input": input, "dimensions": 4 }));
        assert_eq!(
            answer["data"].as_array().map(Vec::len),
            Some(count),
            "{input}"
        );
        assert_eq!(answer["usage"]["total_tokens"], tokens, "{input}");
    }
}

#[test]
fn too_much_is_refused() {
    let bench = Bench::new("text-embedding-3-small");
    for body in [
        json!({ "input": [] }),
        json!({ "input": vec!["a"; 2_049] }),
        json!({ "input": "a", "dimensions": 0 }),
        json!({ "input": "a", "dimensions": 1_537 }),
        json!({ "input": "a", "dimensions": 1_000_000_000_000_u64 }),
        json!({ "input": "a", "encoding_format": "int8" }),
        json!({ "input": { "text": "a" } }),
        json!({}),
    ] {
        assert_eq!(bench.ask(EMBEDDINGS, &body).0, 400, "{body:.80}");
    }
    assert_eq!(
        bench
            .ask(EMBEDDINGS, &json!({ "input": vec!["a"; 2_048] }))
            .0,
        200
    );
}
