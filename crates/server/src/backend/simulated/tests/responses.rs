use serde_json::{Value, json};

use super::{Bench, RESPONSES, json as status_and_json};

fn text(response: &Value) -> &str {
    response["output"][0]["content"][0]["text"]
        .as_str()
        .unwrap_or_default()
}

#[test]
fn a_response_is_kept_read_continued_and_deleted() {
    let bench = Bench::new("gpt-4o");
    let first = bench.good(
        RESPONSES,
        &json!({ "model": "x", "input": "hello", "metadata": { "k": "v" } }),
    );
    assert_eq!(text(&first), "[simulated gpt-4o] You said: hello");
    assert_eq!(first["model"], "the-deployment");
    let id = first["id"].as_str().expect("an id");
    assert_eq!(
        status_and_json(bench.simulator.read_response("contoso", id)),
        (200, first.clone())
    );

    let second = bench.good(
        RESPONSES,
        &json!({ "input": "again", "previous_response_id": id }),
    );
    assert_eq!(second["previous_response_id"], id);
    let (earlier, later) = (&first["usage"], &second["usage"]);
    assert!(
        later["input_tokens"].as_u64() > earlier["total_tokens"].as_u64(),
        "a continuation counts what it continues"
    );

    let (status, items) = status_and_json(bench.simulator.response_items("contoso", id, None));
    assert_eq!(
        (status, &items["data"][0]["content"][0]["text"]),
        (200, &json!("hello"))
    );
    let (status, deleted) = status_and_json(bench.simulator.delete_response("contoso", id));
    assert_eq!((status, deleted["deleted"].clone()), (200, json!(true)));
    assert_eq!(bench.simulator.read_response("contoso", id).status(), 404);
    assert_eq!(bench.simulator.delete_response("contoso", id).status(), 404);
}

#[test]
fn an_account_can_neither_read_nor_continue_anothers_response() {
    let bench = Bench::new("gpt-4o");
    let first = bench.good(RESPONSES, &json!({ "input": "secret" }));
    let id = first["id"].as_str().expect("an id");
    assert_eq!(bench.simulator.read_response("fabrikam", id).status(), 404);
    assert_eq!(
        bench
            .simulator
            .response_items("fabrikam", id, None)
            .status(),
        404
    );
    assert_eq!(
        bench.simulator.delete_response("fabrikam", id).status(),
        404
    );
    let body = json!({ "input": "and?", "previous_response_id": id })
        .to_string()
        .into();
    let (status, error) = status_and_json(bench.as_account("fabrikam", RESPONSES, &body));
    assert_eq!(
        (status, error["error"]["code"].as_str()),
        (400, Some("previous_response_not_found"))
    );
    assert!(bench.simulator.has_response("contoso", id));
}

#[test]
fn a_response_that_is_not_to_be_kept_is_not() {
    let bench = Bench::new("gpt-4o");
    let response = bench.good(RESPONSES, &json!({ "input": "hello", "store": false }));
    assert!(
        !bench
            .simulator
            .has_response("contoso", response["id"].as_str().expect("an id"))
    );
}

#[test]
fn a_function_is_called_and_its_output_reported() {
    let bench = Bench::new("gpt-4o");
    let tools = json!([{ "type": "function", "name": "get_time", "parameters": { "type": "object", "properties": {} } },
        { "type": "web_search_preview" }]);
    let first = bench.good(
        RESPONSES,
        &json!({ "input": "get_time please", "tools": tools }),
    );
    let call = &first["output"][0];
    assert_eq!(
        (call["type"].as_str(), call["name"].as_str()),
        (Some("function_call"), Some("get_time"))
    );
    let output =
        json!([{ "type": "function_call_output", "call_id": call["call_id"], "output": "noon" }]);
    let second = bench.good(
        RESPONSES,
        &json!({ "input": output, "previous_response_id": first["id"], "tools": tools }),
    );
    assert_eq!(text(&second), "[simulated gpt-4o] get_time returned: noon");
    let (status, error) = bench.ask(RESPONSES, &json!({ "input": output }));
    assert_eq!(status, 400, "{error}");
}

#[test]
fn a_limit_makes_a_response_incomplete() {
    let response = Bench::new("gpt-4o").good(
        RESPONSES,
        &json!({ "input": "hello", "max_output_tokens": 2 }),
    );
    assert_eq!(response["status"], "incomplete");
    assert_eq!(
        response["incomplete_details"]["reason"],
        "max_output_tokens"
    );
}

#[test]
fn a_stream_counts_its_events_and_ends_with_the_whole_response() {
    let bench = Bench::new("gpt-4o");
    let events: Vec<Value> = bench
        .stream(RESPONSES, &json!({ "input": "hello" }))
        .iter()
        .map(|event| serde_json::from_str(event).expect("JSON"))
        .collect();
    for (event, number) in events.iter().zip(0_u64..) {
        assert_eq!(event["sequence_number"], number);
    }
    let kinds: Vec<_> = events
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(
        &kinds[..4],
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added"
        ]
    );
    assert_eq!(kinds.last(), Some(&"response.completed"));
    let said: String = events
        .iter()
        .filter_map(|event| event["delta"].as_str())
        .collect();
    assert_eq!(said, "[simulated gpt-4o] You said: hello");
    let last = &events[events.len() - 1]["response"];
    assert!(
        bench
            .simulator
            .has_response("contoso", last["id"].as_str().expect("an id")),
        "streamed responses are kept too"
    );
}
