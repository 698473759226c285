use std::time::Duration;

use serde_json::{Value, json};

use super::super::TEST_ID;
use super::{Bench, CHAT, EMBEDDINGS, MESSAGES, RESPONSES, delay, try_build, user, with};

fn says(bench: &Bench, message: &str) -> String {
    let (status, answer) = bench.ask(CHAT, &user(message));
    match answer["choices"][0]["message"]["content"].as_str() {
        Some(text) => text.to_owned(),
        None => format!(
            "{status} {}",
            answer["error"]["code"].as_str().unwrap_or_default()
        ),
    }
}

#[test]
fn the_first_reply_that_matches_answers() {
    let bench = Bench::scripted(
        "gpt-4o",
        r#"
        [[reply]]
        when = { message = "WEATHER", call = 1 }
        error = { status = 429, retry_after = 0 }
        [[reply]]
        when = { message = "weather" }
        text = "sunny, said {model} to `{message}`"
        [[reply]]
        when = { pattern = '^order #(\d+)$' }
        json = { status = "shipped" }
        [[reply]]
        when = { header = { x-scenario = "late" } }
        text = "late"
        "#,
    );
    assert_eq!(says(&bench, "the weather?"), "429 429");
    assert_eq!(
        says(&bench, "the weather?"),
        "sunny, said gpt-4o to `the weather?`"
    );
    assert_eq!(says(&bench, "order #12"), r#"{"status":"shipped"}"#);
    assert_eq!(
        says(&bench, "order #x"),
        "[simulated gpt-4o] You said: order #x"
    );
    let bench = bench.header("x-scenario", "late");
    assert_eq!(says(&bench, "anything"), "late");
}

#[test]
fn calls_are_counted_for_each_test() {
    let script = "[[reply]]\nwhen = { call = 2 }\ntext = 'second'\n[[reply]]\nwhen = { call = { every = 2 } }\ntext = 'even'\n\
                  [[reply]]\nwhen = { call = { from = 2 } }\ntext = 'later'";
    let bench = Bench::scripted("gpt-4o", script).header(TEST_ID, "a");
    let said: Vec<_> = (0..5).map(|_| says(&bench, "x")).collect();
    // Each reply counts the calls that reach it.
    assert_eq!(
        said,
        [
            "[simulated gpt-4o] You said: x",
            "second",
            "even",
            "later",
            "even"
        ]
    );
    let bench = bench.header(TEST_ID, "b");
    assert!(says(&bench, "x").starts_with("[simulated"));
    assert_eq!(says(&bench, "x"), "second");
}

#[test]
fn a_reply_calls_tools_with_its_own_or_with_fitting_arguments() {
    let script = r#"
        [[reply]]
        when = { tool = "lookup" }
        text = "one moment"
        tool_calls = [{ name = "lookup", arguments = { id = 7 } }, { name = "lookup" }]
    "#;
    let tools = json!([{ "type": "function", "function": { "name": "lookup", "parameters": {
        "type": "object", "properties": { "id": { "type": "integer", "minimum": 3 } }, "required": ["id"],
    } } }]);
    let bench = Bench::scripted("gpt-4o", script);
    let answer = bench.good(CHAT, &with(user("x"), json!({ "tools": tools })));
    let message = &answer["choices"][0]["message"];
    assert_eq!(message["content"], "one moment");
    let arguments: Vec<_> = message["tool_calls"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|call| call["function"]["arguments"].clone())
        .collect();
    assert_eq!(arguments, [json!(r#"{"id":7}"#), json!(r#"{"id":3}"#)]);
    assert_ne!(
        message["tool_calls"][0]["id"],
        message["tool_calls"][1]["id"]
    );
    assert_eq!(
        says(&bench, "x"),
        "[simulated gpt-4o] You said: x",
        "the tool is not on offer"
    );
}

#[test]
fn a_reply_is_a_schema_a_file_or_just_later() {
    let schema =
        "[[reply]]\nschema = { type = 'object', properties = { ok = { type = 'boolean' } } }";
    assert_eq!(
        says(&Bench::scripted("gpt-4o", schema), "x"),
        r#"{"ok":true}"#
    );
    let file = "[[reply]]\nfile = 'Cargo.toml'";
    assert!(says(&Bench::scripted("gpt-4o", file), "x").starts_with("[package]"));
    let later = Bench::scripted(
        "gpt-4o",
        "[[reply]]\ndelay_ms = 300\n[simulated]\nlatency = { first_ms = 50 }",
    );
    let reply = later.reply(CHAT, &user("x"));
    assert_eq!(delay(&reply), Duration::from_millis(350));
    assert_eq!(says(&later, "x"), "[simulated gpt-4o] You said: x");
}

#[test]
fn the_content_filter_steps_in_on_either_side() {
    let prompt = Bench::scripted(
        "gpt-4o",
        "[[reply]]\ncontent_filter = { category = 'self_harm', severity = 'medium' }",
    );
    let (status, body) = prompt.ask(CHAT, &user("x"));
    assert_eq!(
        (status, body["error"]["code"].as_str()),
        (400, Some("content_filter"))
    );
    let found = &body["error"]["innererror"]["content_filter_result"];
    assert_eq!(
        found["self_harm"],
        json!({ "filtered": true, "severity": "medium" })
    );
    assert_eq!(
        found["hate"],
        json!({ "filtered": false, "severity": "safe" })
    );
    let answer = "[[reply]]\ncontent_filter = { category = 'violence', on = 'completion' }";
    let body = Bench::scripted("gpt-4o", answer).good(CHAT, &user("x"));
    assert_eq!(body["choices"][0]["finish_reason"], "content_filter");
    assert_eq!(
        body["choices"][0]["content_filter_results"]["violence"]["filtered"],
        true
    );
    let body = Bench::scripted("claude-sonnet", answer)
        .good(MESSAGES, &with(user("x"), json!({ "max_tokens": 9 })));
    assert_eq!(body["stop_reason"], "refusal");
    let body = Bench::scripted("gpt-4o", answer).good(RESPONSES, &json!({ "input": "x" }));
    assert_eq!(body["incomplete_details"]["reason"], "content_filter");
}

#[test]
fn a_script_reaches_embeddings_too() {
    let bench = Bench::scripted(
        "text-embedding-3-small",
        "[[reply]]\nwhen = { message = 'secret' }\nerror = { status = 500 }",
    );
    assert_eq!(
        bench
            .ask(EMBEDDINGS, &json!({ "input": ["a", "a secret"] }))
            .0,
        500
    );
    assert_eq!(bench.ask(EMBEDDINGS, &json!({ "input": "a" })).0, 200);
}

#[test]
fn latency_is_spread_over_a_stream() {
    let bench = Bench::scripted(
        "gpt-4o",
        "[simulated]\nlatency = { first_ms = 100, token_ms = 10 }",
    );
    let answer = super::answer(bench.reply(
        CHAT,
        &with(user("one two three"), json!({ "stream": true })),
    ));
    let pauses: Vec<_> = answer
        .frames
        .iter()
        .map(|frame| frame.after.as_millis())
        .filter(|pause| *pause > 0)
        .collect();
    assert_eq!(pauses[0], 100);
    assert!(pauses[1..].iter().all(|pause| *pause == 10));
    assert_eq!(answer.delay, Duration::ZERO);
}

#[test]
fn a_script_that_cannot_work_is_found_at_start() {
    for (config, fault) in [
        (
            "[[reply]]\nwhen = { pattern = '(' }",
            "reply 1 cannot be used: `(` is not a usable pattern",
        ),
        (
            "[[reply]]\ntext = 'a'\n[[reply]]\ntext = 'a'\njson = 1",
            "reply 2 cannot be used: a reply gives one of",
        ),
        (
            "[[reply]]\nwhen = { header = { Authorization = 'x' } }",
            "reply 1 cannot be used: a reply cannot depend on the credential",
        ),
        (
            "[[reply]]\nwhen = { header = { 'a b' = 'x' } }",
            "reply 1 cannot be used: `a b` is not a header name",
        ),
        (
            "[[reply]]\nerror = { status = 200 }",
            "reply 1 cannot be used: `200` is not the status of an error",
        ),
        (
            "[[reply]]\nfile = 'no-such-file'",
            "reply 1 cannot be used: reply file `",
        ),
        (
            "[[reply]]\ndelay_ms = 600001",
            "reply 1 cannot be used: a delay of 600001 ms",
        ),
        (
            "[[reply]]\nwhen = { call = { every = 0 } }",
            "reply 1 cannot be used: `every` counts from 1",
        ),
        (
            "[[reply]]\nwhen = { mesage = 'x' }",
            "unknown field `mesage`",
        ),
        (
            "[simulated]\ndimensions = 0",
            "`0` is not between 1 and 4096 dimensions",
        ),
    ] {
        let found = try_build("gpt-4o", config).err().unwrap_or_default();
        assert!(found.contains(fault), "{config}: {found}");
    }
}

#[test]
fn what_a_user_writes_is_not_taken_for_a_place_to_fill() {
    let bench = Bench::scripted("gpt-4o", "[[reply]]\ntext = '{message} {call}'");
    assert_eq!(says(&bench, "{model} {call}"), "{model} {call} 1");
    assert_eq!(
        bench.good(CHAT, &user("x"))["choices"][0]["message"]["content"],
        Value::from("x 2")
    );
}
