//! Checks JSON against the published OpenAPI documents in this folder.
//!
//! OpenAPI 3.0 is not JSON Schema: `nullable` becomes `null` in the type, and a
//! schema with a discriminator also demands what the named variant demands.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// One of the documents in this folder.
pub(crate) struct Document {
    schemas: Map<String, Value>,
}

impl Document {
    /// `/openai/deployments/…`, api-version 2024-10-21.
    pub(crate) fn azure_openai() -> Self {
        Self::parse(include_str!("azure-openai-2024-10-21.json"))
    }

    /// `/openai/v1/…`.
    pub(crate) fn openai_v1() -> Self {
        Self::parse(include_str!("openai-v1.json"))
    }

    /// `/models/…`.
    pub(crate) fn model_inference() -> Self {
        Self::parse(include_str!("model-inference-2025-05-15-preview.json"))
    }

    fn parse(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).expect("a document in this folder");
        let schemas = document["components"]["schemas"]
            .as_object()
            .expect("schemas")
            .clone();
        let bases: Vec<_> = schemas
            .iter()
            .filter(|(_, schema)| schema.get("discriminator").is_some())
            .map(|(name, _)| format!("#/components/schemas/{name}"))
            .collect();
        let mut translated = Map::new();
        for (name, schema) in &schemas {
            let mut schema = schema.clone();
            translate(&mut schema);
            extend_base(&mut schema, &bases);
            if let Some(dispatch) = discriminate(&mut schema, name) {
                translated.insert(format!("{name}.base"), schema);
                schema = dispatch;
            }
            translated.insert(name.clone(), schema);
        }
        Self {
            schemas: translated,
        }
    }

    /// Panics with every violation if `value` is not a `name`.
    pub(crate) fn check(&self, name: &str, value: &Value) {
        let faults = self.faults(name, value);
        assert!(
            faults.is_empty(),
            "not a {name}:\n{}\n{value:#}",
            faults.join("\n")
        );
    }

    /// What is wrong with `value` as a `name`.
    pub(crate) fn faults(&self, name: &str, value: &Value) -> Vec<String> {
        assert!(self.schemas.contains_key(name), "no schema {name}");
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{name}"),
            "components": { "schemas": self.schemas },
        });
        let validator: Validator = jsonschema::validator_for(&root).expect("a valid schema");
        validator
            .iter_errors(value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect()
    }
}

/// `nullable` to a type that admits `null`, in place and everywhere below.
fn translate(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(translate);
            if members.remove("nullable") == Some(Value::Bool(true)) {
                let inner = Value::Object(std::mem::take(members));
                members.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(translate),
        _ => {}
    }
}

/// A variant extends the base without its discriminator: or it would ask for itself forever.
fn extend_base(schema: &mut Value, bases: &[String]) {
    for part in schema
        .get_mut("allOf")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(Value::String(target)) = part.get_mut("$ref")
            && bases.contains(target)
        {
            target.push_str(".base");
        }
    }
}

/// For a schema with a discriminator: what to check in its stead, so that the
/// variant named in the value is checked too. Variants refer to the base.
fn discriminate(schema: &mut Value, name: &str) -> Option<Value> {
    let members = schema.as_object_mut()?;
    let discriminator = members.remove("discriminator")?;
    let property = discriminator["propertyName"].as_str()?.to_owned();
    let mut all = vec![json!({ "$ref": format!("#/components/schemas/{name}.base") })];
    for (value, target) in discriminator["mapping"].as_object()? {
        all.push(json!({
            "if": { "properties": { property.as_str(): { "const": value } }, "required": [property] },
            "then": { "$ref": target },
        }));
    }
    Some(json!({ "allOf": all }))
}
