//! The documents themselves: the validator must reject what is wrong, or its
//! silence about answers means nothing.

#[path = "specs/validate.rs"]
mod validate;

use serde_json::{Value, json};
use validate::Document;
use wire::inference::{ModelInfo, ModelType};
use wire::openai::chat::ChatRequest;
use wire::openai::model::{Model, ModelList};
use wire::openai::responses::ResponseRequest;

#[test]
fn a_missing_member_is_a_fault() {
    let document = Document::openai_v1();
    let model = json!({ "id": "gpt-4o", "object": "model", "created": 1, "owned_by": "openai" });
    document.check("OpenAI.Model", &model);
    let mut broken = model;
    broken.as_object_mut().expect("object").remove("owned_by");
    assert_eq!(document.faults("OpenAI.Model", &broken).len(), 1);
}

#[test]
fn a_nullable_member_may_be_null_and_others_may_not() {
    let document = Document::azure_openai();
    let message = json!({ "role": "assistant", "content": null, "refusal": null });
    document.check("chatCompletionResponseMessage", &message);
    let broken = json!({ "role": null, "content": null, "refusal": null });
    assert!(
        !document
            .faults("chatCompletionResponseMessage", &broken)
            .is_empty()
    );
}

#[test]
fn a_discriminator_demands_its_variant() {
    let document = Document::openai_v1();
    let event = json!({
        "type": "response.output_text.delta", "sequence_number": 4, "item_id": "msg_1",
        "output_index": 0, "content_index": 0, "delta": "hi", "obfuscation": "",
    });
    document.check("OpenAI.ResponseStreamEvent", &event);
    let mut broken = event;
    broken.as_object_mut().expect("object").remove("delta");
    assert!(
        !document
            .faults("OpenAI.ResponseStreamEvent", &broken)
            .is_empty()
    );
    let item = json!({ "type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [
        { "type": "output_text", "annotations": [] },
    ] });
    assert!(
        !document.faults("OpenAI.ItemResource", &item).is_empty(),
        "a part without its text"
    );
}

#[test]
fn a_model_list_conforms() {
    let list = ModelList {
        data: vec![Model {
            id: "gpt-4o".to_owned(),
            created: 1,
            owned_by: "openai".to_owned(),
        }],
    };
    Document::openai_v1().check(
        "OpenAI.ListModelsResponse",
        &serde_json::to_value(list).expect("serialises"),
    );
}

#[test]
fn model_info_conforms() {
    let info = ModelInfo {
        model_name: "Phi-4".to_owned(),
        model_type: ModelType::Chat,
        model_provider_name: "Microsoft".to_owned(),
    };
    let written = serde_json::to_value(info).expect("serialises");
    Document::model_inference().check("ModelInfo", &written);
}

/// Requests which the documents allow are read.
#[test]
fn requests_of_the_documents_are_read() {
    let chat = json!({
        "model": "gpt-4o",
        "messages": [
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": [
                { "type": "text", "text": "What is this?" },
                { "type": "image_url", "image_url": { "url": "https://example.com/cat.png" } },
            ] },
            { "role": "assistant", "content": null, "tool_calls": [
                { "id": "call_1", "type": "function", "function": { "name": "look", "arguments": "{}" } },
            ] },
            { "role": "tool", "tool_call_id": "call_1", "content": "a cat" },
        ],
        "tools": [{ "type": "function", "function": { "name": "look", "parameters": { "type": "object" } } }],
        "tool_choice": { "type": "function", "function": { "name": "look" } },
        "response_format": { "type": "json_schema", "json_schema": { "name": "cat", "description": "A cat.", "schema": { "type": "object" } } },
        "stop": ["\n"], "max_completion_tokens": 50, "stream": true,
        "stream_options": { "include_usage": true }, "user": "ada",
    });
    // The older document demands a `type` inside `json_schema`, which no client sends.
    let mut classic = chat.clone();
    classic["response_format"] = json!({ "type": "json_object" });
    Document::azure_openai().check("createChatCompletionRequest", &classic);
    Document::openai_v1().check("AzureCreateChatCompletionRequest", &chat);
    let read = serde_json::from_value::<ChatRequest>(chat).map_err(|fault| fault.to_string());
    let read = read.unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(read.messages.len(), 4);
    assert!(
        read.rest.contains_key("user"),
        "what Entrada does not know rides along"
    );

    let response = json!({
        "model": "gpt-4o",
        "input": [
            { "role": "user", "type": "message", "content": "hello" },
            { "type": "function_call_output", "call_id": "call_1", "output": "{}" },
        ],
        "tools": [{ "type": "function", "name": "look", "parameters": { "type": "object" }, "strict": true }],
        "previous_response_id": "resp_1", "metadata": { "k": "v" },
        "text": { "format": { "type": "json_schema", "name": "cat", "schema": { "type": "object" } } },
    });
    Document::openai_v1().check("AzureCreateResponse", &response);
    let read =
        serde_json::from_value::<ResponseRequest>(response).map_err(|fault| fault.to_string());
    assert!(read.is_ok(), "{:?}", read.err());
}

#[test]
fn null_is_read_wherever_clients_send_it() {
    let langchain = json!({ "model": null, "messages": [{ "role": "user", "content": "hi" }], "tools": null,
        "tool_choice": null, "stop": null, "n": null, "stream": null, "response_format": null });
    assert!(serde_json::from_value::<ChatRequest>(langchain).is_ok());
    let none: Result<ResponseRequest, _> =
        serde_json::from_value::<ResponseRequest>(json!({ "input": Value::Null }));
    assert!(none.is_ok());
}
