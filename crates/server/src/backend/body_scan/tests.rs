use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::*;

fn spliced(body: &str) -> Result<String, BodyFault> {
    let bytes = Bytes::copy_from_slice(body.as_bytes());
    let pieces = scan(&bytes)?.splice(&bytes, "up\"stream")?;
    Ok(String::from_utf8(pieces.concat()).expect("UTF-8"))
}

#[test]
fn the_model_is_rewritten_wherever_it_stands() {
    for (body, expected) in [
        (r#"{"model":"gpt-4o"}"#, r#"{"model":"up\"stream"}"#),
        (
            r#" { "a" : [ {"model":"x"} ] , "model" : null , "b":1 } "#,
            r#" { "a" : [ {"model":"x"} ] , "model" : "up\"stream" , "b":1 } "#,
        ),
        (
            r#"{"model":{"model":[1,2]},"a":"}"}"#,
            r#"{"model":"up\"stream","a":"}"}"#,
        ),
        (
            r#"{"mod\u0065l":"gpt-4o"}"#,
            r#"{"mod\u0065l":"up\"stream"}"#,
        ),
        ("{}", r#"{"model":"up\"stream"}"#),
        (" {\n} ", "{\"model\":\"up\\\"stream\"}"),
        (
            r#"{ "a": "\"model\": 1" }"#,
            r#"{ "model":"up\"stream","a": "\"model\": 1" }"#,
        ),
    ] {
        let result = spliced(body).expect(body);
        let parsed: Value = serde_json::from_str(&result).expect(&result);
        assert_eq!(parsed["model"], "up\"stream");
        if !body.contains('\n') {
            assert_eq!(result, expected);
        }
    }
}

#[test]
fn a_body_that_could_name_another_model_is_refused() {
    for (body, fault) in [
        (r#"{"model":"a","model":"b"}"#, BodyFault::TwoModels),
        (r#"{"model":"a","mod\u0065l":"b"}"#, BodyFault::TwoModels),
        (r#"{"model":"a","MODEL":"b"}"#, BodyFault::ModelSpelling),
        (r#"{"Model":"b"}"#, BodyFault::ModelSpelling),
        (r#"{"\u004dodel":"b"}"#, BodyFault::ModelSpelling),
        (r#"[{"model":"a"}]"#, BodyFault::NotAnObject),
        ("null", BodyFault::NotAnObject),
        (r#"{"a":1} {"model":"b"}"#, BodyFault::Syntax(8)),
        (r#"{"a":1}x"#, BodyFault::Syntax(7)),
        (r#"{"a":NaN}"#, BodyFault::Syntax(5)),
        (r#"{'model':"a"}"#, BodyFault::Syntax(1)),
        (r#"{"a":1,}"#, BodyFault::Syntax(7)),
        ("{\"a\":1 /* c */}", BodyFault::Syntax(7)),
        ("{\"a\":\"\n\"}", BodyFault::Syntax(6)),
        ("\u{feff}{}", BodyFault::Syntax(0)),
        ("", BodyFault::Syntax(0)),
        (r#"{"\ud800":1}"#, BodyFault::Syntax(0)),
        (r#"{"models":["b"]}"#, BodyFault::Redirecting("models")),
        (
            r#"{"API_Base":"http://b"}"#,
            BodyFault::Redirecting("api_base"),
        ),
        (
            r#"{"f\u0061llbacks":[]}"#,
            BodyFault::Redirecting("fallbacks"),
        ),
    ] {
        assert_eq!(spliced(body), Err(fault), "{body}");
    }
    assert_eq!(scan(b"{\"a\":\"\xff\"}"), Err(BodyFault::NotUtf8));
    assert_eq!(
        scan("[".repeat(1_000_000).as_bytes()),
        Err(BodyFault::TooDeep)
    );
    let deep = format!(
        "{{\"a\":{}{}}}",
        "[".repeat(MAX_DEPTH),
        "]".repeat(MAX_DEPTH)
    );
    assert!(scan(deep.as_bytes()).is_ok());
}

#[test]
fn a_reference_to_something_kept_is_seen() {
    for (body, refers) in [
        (r#"{"previous_response_id":"resp_1"}"#, true),
        (r#"{"previous_response_id":null}"#, false),
        (r#"{"Previous_Response_Id":"resp_1"}"#, true),
        ("{\"previou\u{17f}_response_id\":\"resp_1\"}", true),
        (r#"{"conversation":{"id":"conv_1"}}"#, true),
        (
            r#"{"previous_response_id":null,"previous_response_id":"resp_1"}"#,
            true,
        ),
        (r#"{"input":[{"conversation":"x"}]}"#, false),
    ] {
        assert_eq!(
            scan(body.as_bytes()).expect(body).refers_to_kept,
            refers,
            "{body}"
        );
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| serde_json::json!(number)),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("model|[a-z]{0,6}|.{0,4}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_spliced_body_differs_in_its_model_alone(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.expect("serialises");
        match spliced(&text) {
            Ok(result) => {
                let mut expected = value;
                expected["model"] = Value::from("up\"stream");
                prop_assert_eq!(serde_json::from_str::<Value>(&result).expect("JSON"), expected);
            }
            Err(BodyFault::NotAnObject) => prop_assert!(!value.is_object()),
            Err(BodyFault::ModelSpelling) => {}
            Err(fault) => prop_assert!(false, "{}: {}", fault, text),
        }
    }

    #[test]
    fn what_is_let_through_is_json_to_others(text in r#"[\[\]{}:,"\\truefalsn0-9.eE+ \-]{0,24}"#) {
        let strict = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        match scan(text.as_bytes()) {
            Ok(_) => prop_assert!(strict, "{}", text),
            Err(BodyFault::Syntax(_)) => prop_assert!(!strict, "{}", text),
            Err(_) => {}
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _outcome = scan(&bytes);
    }
}
