//! Every kind of answer, whole and streamed, is what the published documents say.

#[path = "../../../../../wire/tests/specs/validate.rs"]
mod validate;

use serde_json::{Value, json};
use validate::Document;

use super::{
    Bench, CHAT, CHAT_INFERENCE, CHAT_V1, COMPLETIONS, EMBEDDINGS, RESPONSES,
    json as status_and_json, user, with,
};
use crate::backend::{Api, Dialect, Route};

/// Requests whose answers differ in kind: text, tools, JSON, limits, choices.
fn chats() -> Vec<Value> {
    let tools = json!([{ "type": "function", "function": { "name": "look", "parameters": { "type": "object" } } }]);
    vec![
        user("hello"),
        with(user("hello"), json!({ "n": 2, "max_tokens": 2 })),
        with(
            user("hello"),
            json!({ "tools": tools, "tool_choice": "required" }),
        ),
        with(
            user("hello"),
            json!({ "response_format": { "type": "json_object" } }),
        ),
        with(
            user("hello"),
            json!({ "stream_options": { "include_usage": true } }),
        ),
    ]
}

const FILTERED: &str = "[[reply]]\nwhen = { message = 'filter' }\ncontent_filter = { category = 'hate', on = 'completion' }";

fn check_chats(
    document: &Document,
    route: Route,
    whole: &str,
    chunk: &str,
    known: impl Fn(&str) -> bool,
) {
    let bench = Bench::scripted("gpt-4o", FILTERED);
    for body in chats().into_iter().chain([user("filter this")]) {
        document.check(whole, &bench.good(route, &body));
        for event in bench
            .stream(route, &body)
            .iter()
            .filter(|event| *event != "[DONE]")
        {
            let event: Value = serde_json::from_str(event).expect("JSON");
            let faults = document.faults(chunk, &event);
            let unknown: Vec<_> = faults.iter().filter(|fault| !known(fault)).collect();
            assert!(unknown.is_empty(), "not a {chunk}: {unknown:?}\n{event:#}");
        }
    }
}

#[test]
fn classic_chat_conforms() {
    let document = Document::azure_openai();
    check_chats(
        &document,
        CHAT,
        "createChatCompletionResponse",
        "createChatCompletionStreamResponse",
        |_| false,
    );
}

#[test]
fn v1_chat_conforms() {
    let document = Document::openai_v1();
    check_chats(
        &document,
        CHAT_V1,
        "AzureCreateChatCompletionResponse",
        "AzureCreateChatCompletionStreamResponse",
        |_| false,
    );
}

/// The one exception: the document repeats `chat.completion` for chunks, where
/// the service and every client say `chat.completion.chunk`.
#[test]
fn inference_chat_conforms() {
    let document = Document::model_inference();
    let known = |fault: &str| fault.starts_with("/object: ");
    check_chats(
        &document,
        CHAT_INFERENCE,
        "ChatCompletions",
        "StreamingChatCompletionsUpdate",
        known,
    );
}

#[test]
fn completions_conform() {
    let document = Document::azure_openai();
    let bench = Bench::new("gpt-35-turbo-instruct");
    for body in [
        json!({ "prompt": "once" }),
        json!({ "prompt": ["a", "b"], "n": 2, "max_tokens": 1 }),
        json!({}),
    ] {
        document.check("createCompletionResponse", &bench.good(COMPLETIONS, &body));
        for event in bench
            .stream(COMPLETIONS, &body)
            .iter()
            .filter(|event| *event != "[DONE]")
        {
            let event: Value = serde_json::from_str(event).expect("JSON");
            assert_eq!(event["object"], "text_completion");
        }
    }
}

#[test]
fn embeddings_conform() {
    let bench = Bench::new("text-embedding-3-small");
    let body = json!({ "input": ["a", "b"], "dimensions": 4 });
    let v1 = Route::new(Api::Embeddings, Dialect::V1);
    let inference = Route::new(Api::Embeddings, Dialect::Inference);
    Document::azure_openai().check("embeddingsResponse", &bench.good(EMBEDDINGS, &body));
    Document::openai_v1().check("OpenAI.CreateEmbeddingResponse", &bench.good(v1, &body));
    let encoded = with(body.clone(), json!({ "encoding_format": "base64" }));
    Document::openai_v1().check("OpenAI.CreateEmbeddingResponse", &bench.good(v1, &encoded));
    Document::model_inference().check("EmbeddingsResult", &bench.good(inference, &body));
}

#[test]
fn model_info_conforms() {
    let route = Route::new(Api::Info, Dialect::Inference);
    for model in ["gpt-4o", "text-embedding-3-small"] {
        Document::model_inference()
            .check("ModelInfo", &Bench::new(model).good(route, &Value::Null));
    }
}

#[test]
fn responses_and_their_events_conform() {
    let document = Document::openai_v1();
    let bench = Bench::scripted("gpt-4o", FILTERED);
    let tools = json!([{ "type": "function", "name": "look", "parameters": { "type": "object" }, "strict": true }]);
    for body in [
        json!({ "input": "hello", "model": "gpt-4o" }),
        json!({ "input": "filter this" }),
        json!({ "input": "hello", "max_output_tokens": 1, "user": "ada", "metadata": { "k": "v" }, "store": false }),
        json!({ "input": [{ "role": "user", "content": "look" }], "tools": tools, "tool_choice": "required", "background": true }),
        json!({ "input": [{ "role": "user", "content": [{ "type": "input_text", "text": "a" }] }], "instructions": "be brief",
            "text": { "format": { "type": "json_schema", "name": "n", "schema": { "type": "object" } } } }),
    ] {
        let response = bench.good(RESPONSES, &body);
        document.check("AzureResponse", &response);
        for event in bench.stream(RESPONSES, &body) {
            document.check(
                "OpenAI.ResponseStreamEvent",
                &serde_json::from_str(&event).expect("JSON"),
            );
        }
        let id = response["id"].as_str().expect("an id");
        if bench.simulator.has_response("contoso", id) {
            let (_, items) = status_and_json(bench.simulator.response_items("contoso", id, None));
            document.check("OpenAI.ResponseItemList", &items);
        }
    }
}

#[test]
fn errors_conform() {
    let refused = Bench::scripted(
        "gpt-4o",
        "[[reply]]\ncontent_filter = { category = 'jailbreak' }",
    );
    let (_, filtered) = refused.ask(CHAT, &user("x"));
    Document::azure_openai().check("errorResponse", &filtered);
    let (_, failed) = Bench::scripted("gpt-4o", "[[reply]]\nerror = { status = 503 }")
        .ask(CHAT_INFERENCE, &user("x"));
    Document::model_inference().check("Azure.Core.Foundations.ErrorResponse", &failed);
    Document::azure_openai().check("errorResponse", &failed);
}
