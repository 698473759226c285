//! Instances are held to their schemas by an independent validator.

use std::time::Instant;

use serde_json::{Value, json};

use super::super::instance::instance;

fn check(schema: &Value) {
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("a schema");
    for seed in [0, 1, 2, 99] {
        let value = instance(schema, seed);
        let faults: Vec<_> = validator
            .iter_errors(&value)
            .map(|fault| fault.to_string())
            .collect();
        assert!(
            faults.is_empty(),
            "{schema}\n{value}\n{}",
            faults.join("\n")
        );
    }
}

#[test]
fn instances_follow_their_schema() {
    for schema in [
        json!(true),
        json!({}),
        json!({ "type": "string" }),
        json!({ "type": "string", "minLength": 20, "maxLength": 25 }),
        json!({ "type": "string", "maxLength": 2 }),
        json!({ "type": "string", "format": "date-time" }),
        json!({ "type": "string", "format": "uuid" }),
        json!({ "type": "string", "format": "email" }),
        json!({ "type": "string", "format": "ipv6" }),
        json!({ "type": "string", "pattern": "^[A-Z]{3}-\\d{4}$" }),
        json!({ "type": "string", "pattern": "^(red|green|blue)+$" }),
        json!({ "type": "string", "enum": ["a", "b", "c"] }),
        json!({ "type": "integer", "minimum": 18, "maximum": 18 }),
        json!({ "type": "integer", "exclusiveMinimum": 5, "multipleOf": 4 }),
        json!({ "type": "integer", "maximum": -3 }),
        json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 }),
        json!({ "type": "number", "minimum": 0.1, "maximum": 0.2 }),
        json!({ "type": "boolean" }),
        json!({ "type": "null" }),
        json!({ "type": ["string", "null"] }),
        json!({ "const": { "a": [1] } }),
        json!({ "type": "array", "items": { "type": "integer" }, "minItems": 3, "uniqueItems": true }),
        json!({ "type": "array", "items": { "enum": ["x", "y"] }, "minItems": 2, "uniqueItems": true }),
        json!({ "type": "array", "items": { "type": "string" }, "maxItems": 0 }),
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }] }),
        json!({ "anyOf": [{ "type": "null" }, { "type": "integer" }] }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
        json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a", "b"], "additionalProperties": { "type": "integer" } }),
        json!({ "allOf": [{ "$ref": "#/$defs/a" }, { "type": "object", "properties": { "y": { "type": "integer" } }, "required": ["y"] }],
            "$defs": { "a": { "type": "object", "properties": { "x": { "type": "string" } }, "required": ["x"] } } }),
        json!({ "type": "object", "additionalProperties": false, "required": ["name", "children"], "properties": {
            "name": { "type": "string" }, "children": { "type": "array", "items": { "$ref": "#" } } } }),
        json!({ "type": "object", "required": ["value", "next"], "properties": {
            "value": { "type": "integer" }, "next": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] } } }),
    ] {
        check(&schema);
    }
}

#[test]
fn hostile_schemas_end() {
    let wide = json!({ "$defs": { "a": { "type": "object", "required": ["l", "r"], "properties": {
        "l": { "$ref": "#/$defs/a" }, "r": { "$ref": "#/$defs/a" } } } }, "$ref": "#/$defs/a" });
    let mut nested = json!({});
    for _ in 0..100 {
        nested = json!({ "type": "array", "items": nested, "minItems": 64 });
    }
    let begun = Instant::now();
    for schema in [
        json!({ "$ref": "#" }),
        json!({ "$ref": "https://example.com/schema" }),
        json!({ "$ref": "#/no/such/place" }),
        json!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }] }),
        json!({ "anyOf": [] }),
        json!({ "enum": [] }),
        json!({ "type": "integer", "minimum": 1e308, "multipleOf": 1e-300 }),
        json!({ "type": "integer", "multipleOf": 0 }),
        json!({ "type": "integer", "minimum": 10, "maximum": 1 }),
        json!({ "type": "string", "minLength": 18_446_744_073_709_551_615_u64 }),
        json!({ "type": "string", "pattern": "(((a{1000}){1000}){1000})" }),
        json!({ "type": "string", "pattern": "[" }),
        json!({ "type": "array", "minItems": 1_000_000_000, "items": { "type": "string" } }),
        json!({ "type": "object", "required": (0..100_000).map(|n| n.to_string()).collect::<Vec<_>>() }),
        json!({ "type": 7, "properties": 7, "required": 7, "items": 7 }),
        wide,
        nested,
    ] {
        assert!(instance(&schema, 1).to_string().len() < 1_000_000);
    }
    assert!(begun.elapsed().as_secs() < 5);
}

#[test]
fn a_small_request_does_not_make_a_large_answer() {
    let large = "x".repeat(100_000);
    let names: Vec<_> = (0..4_000).map(|n| n.to_string()).collect();
    let properties = |schema: Value| -> Value {
        let properties: serde_json::Map<_, _> = names
            .iter()
            .map(|name| (name.clone(), schema.clone()))
            .collect();
        json!({ "type": "object", "properties": properties, "$defs": { "a": { "default": large }, "b": { "enum": [large] } } })
    };
    let begun = Instant::now();
    for schema in [
        properties(json!({ "$ref": "#/$defs/a" })),
        properties(json!({ "$ref": "#/$defs/b" })),
        properties(json!({ "type": "string", "minLength": 4096 })),
        properties(json!({ "type": "string", "pattern": "(((){1000000}){1000000}){1000000}" })),
        properties(json!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }] })),
        properties(
            json!({ "type": "array", "minItems": 64, "items": { "type": "string", "minLength": 4096 } }),
        ),
    ] {
        assert!(instance(&schema, 1).to_string().len() < 600_000);
    }
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
