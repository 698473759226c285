use serde_json::{Value, json};

use super::{Bench, MESSAGES, user, with};
use crate::backend::{Api, Dialect, Route};

const COUNT: Route = Route::new(Api::CountTokens, Dialect::Anthropic);

fn ask(message: &str) -> Value {
    with(
        user(message),
        json!({ "model": "claude-sonnet", "max_tokens": 100 }),
    )
}

#[test]
fn a_message_is_answered() {
    let message = Bench::new("claude-sonnet").good(MESSAGES, &ask("hello"));
    assert_eq!(
        message["content"],
        json!([{ "type": "text", "text": "[simulated claude-sonnet] You said: hello" }])
    );
    assert_eq!(
        (message["stop_reason"].as_str(), message["type"].as_str()),
        (Some("end_turn"), Some("message"))
    );
}

#[test]
fn a_tool_is_used_and_its_result_reported() {
    let bench = Bench::new("claude-sonnet");
    let tools = json!([{ "name": "get_time", "input_schema": { "type": "object", "properties": { "zone": { "type": "string" } } } }]);
    let used = bench.good(
        MESSAGES,
        &with(
            ask("now?"),
            json!({ "tools": tools, "tool_choice": { "type": "any" } }),
        ),
    );
    assert_eq!(used["stop_reason"], "tool_use");
    let block = &used["content"][0];
    assert_eq!(
        (block["name"].as_str(), &block["input"]),
        (Some("get_time"), &json!({ "zone": "zone" }))
    );
    let messages = json!([
        { "role": "user", "content": "now?" },
        { "role": "assistant", "content": used["content"] },
        { "role": "user", "content": [{ "type": "tool_result", "tool_use_id": block["id"], "content": [{ "type": "text", "text": "noon" }] }] },
    ]);
    let told = bench.good(
        MESSAGES,
        &with(ask(""), json!({ "messages": messages, "tools": tools })),
    );
    assert_eq!(
        told["content"][0]["text"],
        "[simulated claude-sonnet] get_time returned: noon"
    );
}

#[test]
fn tokens_are_counted_without_an_answer() {
    let bench = Bench::new("claude-sonnet");
    let count = bench.good(COUNT, &user("hello"));
    let message = bench.good(MESSAGES, &ask("hello"));
    assert_eq!(count["input_tokens"], message["usage"]["input_tokens"]);
}

#[test]
fn errors_are_worded_as_anthropic_words_them() {
    let (status, error) = Bench::new("claude-sonnet").ask(MESSAGES, &user("hello"));
    assert_eq!(status, 400);
    assert_eq!(
        error,
        json!({ "type": "error", "error": { "type": "invalid_request_error", "message": "max_tokens: Field required" } })
    );
}

#[test]
fn a_stream_builds_the_message_up() {
    let events: Vec<Value> = Bench::new("claude-sonnet")
        .stream(MESSAGES, &ask("hello"))
        .iter()
        .map(|event| serde_json::from_str(event).expect("JSON"))
        .collect();
    let mut kinds: Vec<_> = events
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"
        ]
    );
    assert_eq!(events[0]["message"]["content"], json!([]));
    let said: String = events
        .iter()
        .filter_map(|event| event["delta"]["text"].as_str())
        .collect();
    assert_eq!(said, "[simulated claude-sonnet] You said: hello");
}
