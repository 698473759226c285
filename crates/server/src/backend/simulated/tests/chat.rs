use serde_json::{Value, json};

use super::{Bench, CHAT, CHAT_V1, EMBEDDINGS, user, with};

fn content(answer: &Value) -> &str {
    answer["choices"][0]["message"]["content"]
        .as_str()
        .unwrap_or_default()
}

fn weather() -> Value {
    json!([{ "type": "function", "function": { "name": "get_weather", "parameters": {
        "type": "object",
        "properties": { "city": { "type": "string" }, "unit": { "type": "string", "enum": ["celsius", "fahrenheit"] } },
        "required": ["city"],
    } } }])
}

#[test]
fn the_answer_repeats_the_message_and_says_that_it_is_simulated() {
    let answer = Bench::new("gpt-4o").good(CHAT, &user("hello"));
    assert_eq!(content(&answer), "[simulated gpt-4o] You said: hello");
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");
    assert_eq!(answer["created"], 1_700_000_000);
}

#[test]
fn the_same_calls_give_the_same_answers() {
    let ask = || Bench::new("gpt-4o").good(CHAT, &user("hello"));
    assert_eq!(ask(), ask());
    let bench = Bench::new("gpt-4o");
    let (first, second) = (
        bench.good(CHAT, &user("hello")),
        bench.good(CHAT, &user("hello")),
    );
    assert_ne!(first["id"], second["id"], "each call has its own name");
}

#[test]
fn a_tool_is_called_when_the_request_or_the_message_asks_for_it() {
    let calls = |message: &str, choice: Value| {
        let body = with(
            user(message),
            json!({ "tools": weather(), "tool_choice": choice }),
        );
        let answer = Bench::new("gpt-4o").good(CHAT, &body);
        let choice = &answer["choices"][0];
        let called = choice["message"]["tool_calls"][0]["function"].clone();
        if !called.is_null() {
            assert_eq!(choice["finish_reason"], "tool_calls");
            assert_eq!(choice["message"]["content"], Value::Null);
        }
        called
    };
    let called =
        json!({ "name": "get_weather", "arguments": r#"{"city":"city","unit":"celsius"}"# });
    assert_eq!(calls("what about Paris?", json!("required")), called);
    assert_eq!(
        calls(
            "hello",
            json!({ "type": "function", "function": { "name": "get_weather" } })
        ),
        called
    );
    assert_eq!(calls("use get_weather for Paris", json!("auto")), called);
    assert_eq!(calls("Please get weather for Paris", Value::Null), called);
    assert_eq!(calls("hello", json!("auto")), Value::Null);
    assert_eq!(
        calls("use get_weather for Paris", json!("none")),
        Value::Null
    );
}

#[test]
fn a_tools_result_is_reported_and_ends_the_loop() {
    let body = json!({ "tools": weather(), "messages": [
        { "role": "user", "content": "get_weather in Paris" },
        { "role": "assistant", "content": null, "tool_calls": [
            { "id": "call_1", "type": "function", "function": { "name": "get_weather", "arguments": "{}" } },
        ] },
        { "role": "tool", "tool_call_id": "call_1", "content": "22 degrees" },
    ] });
    let answer = Bench::new("gpt-4o").good(CHAT, &body);
    assert_eq!(
        content(&answer),
        "[simulated gpt-4o] get_weather returned: 22 degrees"
    );
}

#[test]
fn a_schema_is_followed() {
    let schema = json!({ "type": "object", "properties": { "age": { "type": "integer", "minimum": 18 } }, "required": ["age"] });
    let format =
        json!({ "type": "json_schema", "json_schema": { "name": "person", "schema": schema } });
    let answer = Bench::new("gpt-4o").good(
        CHAT,
        &with(user("who?"), json!({ "response_format": format })),
    );
    assert_eq!(content(&answer), r#"{"age":18}"#);
    let answer = Bench::new("gpt-4o").good(
        CHAT,
        &with(
            user("in JSON"),
            json!({ "response_format": { "type": "json_object" } }),
        ),
    );
    let object: Value = serde_json::from_str(content(&answer)).expect("JSON");
    assert_eq!(object["message"], "in JSON");
}

#[test]
fn limits_and_stop_sequences_hold() {
    let bench = Bench::new("gpt-4o");
    let cut = bench.good(CHAT, &with(user("hello"), json!({ "max_tokens": 3 })));
    assert_eq!(content(&cut), "[simulated g");
    assert_eq!(cut["choices"][0]["finish_reason"], "length");
    assert_eq!(cut["usage"]["completion_tokens"], 3);
    let stopped = bench.good(CHAT, &with(user("hello"), json!({ "stop": " You" })));
    assert_eq!(content(&stopped), "[simulated gpt-4o]");
    let three = bench.good(CHAT, &with(user("hello"), json!({ "n": 3 })));
    assert_eq!(three["choices"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        three["choices"][2]["message"]["content"],
        "[simulated gpt-4o] You said: hello (choice 3)"
    );
}

#[test]
fn a_long_message_is_not_repeated_whole() {
    let answer = Bench::new("gpt-4o").good(CHAT, &user(&"é".repeat(1_000_000)));
    assert!(content(&answer).len() < 2_100);
    assert_eq!(answer["usage"]["prompt_tokens"], 500_007);
}

#[test]
fn requests_that_the_api_does_not_allow_are_refused_with_their_parameter() {
    let refused = |more: Value, param: &str| {
        let (status, answer) = Bench::new("gpt-4o").ask(CHAT_V1, &with(user("hello"), more));
        assert_eq!(
            (status, answer["error"]["param"].as_str()),
            (400, Some(param)),
            "{answer}"
        );
        assert_eq!(answer["error"]["type"], "invalid_request_error");
    };
    refused(json!({ "messages": [] }), "messages");
    refused(json!({ "n": 0 }), "n");
    refused(json!({ "n": 129 }), "n");
    refused(json!({ "temperature": 2.5 }), "temperature");
    refused(json!({ "max_tokens": 0 }), "max_tokens");
    refused(json!({ "tool_choice": "required" }), "tool_choice");
    refused(json!({ "tool_choice": "perhaps" }), "tool_choice");
    refused(
        json!({ "tools": weather(), "tool_choice": { "type": "function", "function": { "name": "x" } } }),
        "tool_choice",
    );
    refused(
        json!({ "tools": [{ "type": "function", "function": { "name": "a b" } }] }),
        "tools",
    );
    refused(
        json!({ "response_format": { "type": "json_schema" } }),
        "response_format",
    );
    refused(
        json!({ "messages": [{ "role": "tool", "tool_call_id": "call_9", "content": "?" }] }),
        "messages",
    );
}

#[test]
fn what_is_no_request_at_all_is_refused_and_not_repeated_at_length() {
    let bench = Bench::new("gpt-4o");
    let bodies = [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"messages":"hello"}"#,
        r#"{"messages":[{"role":1}]}"#,
    ];
    for body in bodies {
        let (status, answer) = super::json(bench.raw(CHAT, body));
        assert_eq!(status, 400, "{body}: {answer}");
    }
    let long = format!(r#"{{"messages":"{}"}}"#, "x".repeat(100_000));
    assert!(super::text(bench.raw(CHAT, long)).len() < 600);
    let not_utf8 =
        bytes::Bytes::from_static(b"{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}");
    assert_eq!(bench.raw(CHAT, not_utf8).status(), 400);
    let deep = format!(r#"{{"messages":{}"#, "[".repeat(100_000));
    assert_eq!(bench.raw(CHAT, deep).status(), 400);
}

#[test]
fn a_model_is_refused_what_it_cannot_do() {
    let (status, answer) = Bench::new("text-embedding-3-small").ask(CHAT, &user("hello"));
    assert_eq!(
        (status, answer["error"]["code"].as_str()),
        (400, Some("OperationNotSupported"))
    );
    let (status, _) = Bench::new("gpt-4o").ask(EMBEDDINGS, &json!({ "input": "hello" }));
    assert_eq!(status, 400);
}

#[test]
fn a_classic_stream_begins_with_the_filters_verdict_and_ends_as_openais_do() {
    let events = Bench::new("gpt-4o").stream(
        CHAT,
        &with(
            user("hello"),
            json!({ "stream_options": { "include_usage": true } }),
        ),
    );
    let chunks: Vec<Value> = events[..events.len() - 1]
        .iter()
        .map(|event| serde_json::from_str(event).expect("JSON"))
        .collect();
    assert_eq!(events.last().map(String::as_str), Some("[DONE]"));
    assert_eq!(chunks[0]["choices"], json!([]));
    assert!(chunks[0]["prompt_filter_results"][0]["content_filter_results"]["hate"].is_object());
    assert_eq!(chunks[1]["choices"][0]["delta"]["role"], "assistant");
    let said: String = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(said, "[simulated gpt-4o] You said: hello");
    let usage = chunks.last().expect("a chunk");
    assert_eq!(
        (
            usage["choices"].clone(),
            usage["usage"]["prompt_tokens"].clone()
        ),
        (json!([]), json!(9))
    );
    let v1 = Bench::new("gpt-4o").stream(CHAT_V1, &user("hello"));
    assert!(v1[0].contains("assistant") && !v1[0].contains("prompt_filter_results"));
}

#[test]
fn streamed_tool_calls_make_up_the_whole_call() {
    let body = with(
        user("go"),
        json!({ "tools": weather(), "tool_choice": "required" }),
    );
    let events = Bench::new("gpt-4o").stream(CHAT, &body);
    let mut arguments = String::new();
    let mut names = Vec::new();
    for event in events.iter().filter(|event| *event != "[DONE]") {
        let chunk: Value = serde_json::from_str(event).expect("JSON");
        let call = &chunk["choices"][0]["delta"]["tool_calls"][0];
        names.extend(call["function"]["name"].as_str().map(str::to_owned));
        arguments.push_str(call["function"]["arguments"].as_str().unwrap_or_default());
    }
    assert_eq!(names, ["get_weather"]);
    assert_eq!(arguments, r#"{"city":"city","unit":"celsius"}"#);
}

#[test]
fn many_tools_and_long_messages_are_bounded() {
    let tool = |n: usize| json!({ "type": "function", "function": { "name": format!("tool_{n}"), "parameters": {} } });
    let tools: Vec<_> = (0..129).map(tool).collect();
    let body = with(user("hello"), json!({ "tools": tools }));
    assert_eq!(Bench::new("gpt-4o").ask(CHAT, &body).0, 400);
    let schema = json!({ "type": "object", "properties": { "a": { "type": "string", "default": "x".repeat(200_000) } } });
    let tools: Vec<_> = (0..128)
        .map(|n| json!({ "type": "function", "function": { "name": format!("tool_{n}"), "parameters": schema } }))
        .collect();
    let all: Vec<_> = (0..128).map(|n| format!("tool_{n}")).collect();
    let body = with(user(&all.join(" ")), json!({ "tools": tools }));
    assert_eq!(
        Bench::new("gpt-4o").ask(CHAT, &body).0,
        400,
        "25 MB of arguments"
    );
}

#[test]
fn a_stream_of_many_choices_has_a_bounded_number_of_pieces() {
    let bench = Bench::scripted(
        "gpt-4o",
        &format!("[[reply]]\ntext = '{}'", "word ".repeat(10_000)),
    );
    let answer =
        super::answer(bench.reply(CHAT, &with(user("x"), json!({ "n": 128, "stream": true }))));
    assert!(answer.frames.len() < 6_000, "{}", answer.frames.len());
}
