//! An instance of a JSON Schema: what a model writes that was told to.
//!
//! Small, deterministic and bounded. Defaults, constants, enums and examples of
//! the schema come first; a text that nothing is said about is named after its
//! property. What a schema cannot mean (`minimum` above `maximum`) yields the
//! nearest thing rather than an error: real models do no better.

mod text;

use serde_json::{Map, Number, Value};

use crate::backend::hash::hash;

/// Nesting at which optional parts are left out.
const SHALLOW: usize = 4;
/// Nesting at which nothing more is written.
const DEEPEST: usize = 32;
/// Most values of one instance.
const MAX_VALUES: usize = 4_096;
/// Most items of one array, whatever `minItems` says.
const MAX_ITEMS: usize = 64;

/// An instance of `schema`. A seed other than 0 picks other members of enums
/// and other alternatives than the first.
pub(super) fn instance(schema: &Value, seed: u64) -> Value {
    Writer {
        root: schema,
        seed,
        values: 0,
    }
    .write(schema, "value", 0)
}

struct Writer<'a> {
    root: &'a Value,
    seed: u64,
    values: usize,
}

impl Writer<'_> {
    /// An instance of `schema` for the property or item called `name`.
    fn write(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        self.values += 1;
        if depth > DEEPEST || self.values > MAX_VALUES {
            return Value::Null;
        }
        let Value::Object(members) = schema else {
            // `true` and `{}` admit anything.
            return Value::String(name.to_owned());
        };
        if let Some(target) = members.get("$ref").and_then(Value::as_str) {
            let target = self.resolve(target);
            return self.write(&target, name, depth + 1);
        }
        for word in ["const", "default"] {
            if let Some(value) = members.get(word) {
                return value.clone();
            }
        }
        for word in ["enum", "examples"] {
            if let Some(value) = members
                .get(word)
                .and_then(Value::as_array)
                .and_then(|values| self.pick(values, name))
            {
                return value.clone();
            }
        }
        if let Some(parts) = members.get("allOf").and_then(Value::as_array) {
            let merged = self.merge(members, parts);
            return self.write(&Value::Object(merged), name, depth + 1);
        }
        for word in ["anyOf", "oneOf"] {
            if let Some(alternatives) = members.get(word).and_then(Value::as_array) {
                let alternative = self.alternative(alternatives, name, depth);
                return self.write(&alternative, name, depth + 1);
            }
        }
        match type_of(members, depth) {
            "object" => self.object(members, depth),
            "array" => self.array(members, name, depth),
            "integer" => number(members, true),
            "number" => number(members, false),
            "boolean" => Value::Bool(true),
            "null" => Value::Null,
            _ => Value::String(text::write(members, name)),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, depth: usize) -> Value {
        let required: Vec<&str> = members
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut object = Map::new();
        if let Some(properties) = members.get("properties").and_then(Value::as_object) {
            for (name, schema) in properties {
                if self.values >= MAX_VALUES {
                    break;
                }
                if depth < SHALLOW || required.contains(&name.as_str()) {
                    let value = self.write(schema, name, depth + 1);
                    object.insert(name.clone(), value);
                }
            }
        }
        for name in required {
            if self.values >= MAX_VALUES {
                break;
            }
            if !object.contains_key(name) {
                let schema = members
                    .get("additionalProperties")
                    .cloned()
                    .unwrap_or(Value::Bool(true));
                let value = self.write(&schema, name, depth + 1);
                object.insert(name.to_owned(), value);
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, members: &Map<String, Value>, name: &str, depth: usize) -> Value {
        let count = |word: &str| {
            members
                .get(word)
                .and_then(Value::as_u64)
                .map(|n| usize::try_from(n).unwrap_or(MAX_ITEMS))
        };
        let prefix = members
            .get("prefixItems")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let least = count("minItems")
            .unwrap_or(0)
            .max(prefix.len().min(MAX_ITEMS));
        // One item shows what items look like, unless that would never end.
        let wanted = if depth < SHALLOW { least.max(1) } else { least };
        let wanted = wanted
            .min(count("maxItems").unwrap_or(MAX_ITEMS))
            .min(MAX_ITEMS);
        let unique = members.get("uniqueItems") == Some(&Value::Bool(true));
        let mut items: Vec<Value> = Vec::new();
        for index in 0..wanted {
            if self.values >= MAX_VALUES {
                break;
            }
            let schema = prefix
                .get(index)
                .or_else(|| members.get("items"))
                .cloned()
                .unwrap_or(Value::Bool(true));
            let name = if index == 0 {
                name.to_owned()
            } else {
                format!("{name} {}", index + 1)
            };
            let mut item = self.write(&schema, &name, depth + 1);
            if unique && items.contains(&item) {
                item = self.other(&schema, &items).unwrap_or(item);
            }
            items.push(item);
        }
        Value::Array(items)
    }

    /// Another item than those already there, where the schema makes it easy.
    fn other(&self, schema: &Value, items: &[Value]) -> Option<Value> {
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values.iter().find(|value| !items.contains(value)).cloned();
        }
        let greatest = items.iter().filter_map(Value::as_i64).max()?;
        let step = schema
            .get("multipleOf")
            .and_then(Value::as_i64)
            .unwrap_or(1);
        Some(Value::from(greatest.checked_add(step)?))
    }

    /// One of `values`: the first, or one that the seed picks.
    fn pick<'v>(&self, values: &'v [Value], name: &str) -> Option<&'v Value> {
        if values.is_empty() {
            return None;
        }
        let index = if self.seed == 0 {
            0
        } else {
            usize::try_from(hash(self.seed, &[name.as_bytes()]) % values.len() as u64).unwrap_or(0)
        };
        values.get(index)
    }

    /// The first alternative that is not null; where it gets deep, null if it may be.
    fn alternative(&self, alternatives: &[Value], name: &str, depth: usize) -> Value {
        let is_null = |schema: &&Value| schema.get("type").and_then(Value::as_str) == Some("null");
        let null = alternatives.iter().find(is_null);
        if let (true, Some(null)) = (depth >= SHALLOW, null) {
            return null.clone();
        }
        let others: Vec<Value> = alternatives
            .iter()
            .filter(|schema| !is_null(schema))
            .cloned()
            .collect();
        self.pick(&others, name)
            .or(null)
            .cloned()
            .unwrap_or(Value::Bool(true))
    }

    /// `members` with every part of its `allOf` folded in.
    fn merge(&self, members: &Map<String, Value>, parts: &[Value]) -> Map<String, Value> {
        let mut merged = members.clone();
        merged.remove("allOf");
        for part in parts.iter().take(MAX_ITEMS) {
            let part = match part.get("$ref").and_then(Value::as_str) {
                Some(target) => self.resolve(target),
                None => part.clone(),
            };
            let Value::Object(part) = part else { continue };
            for (word, value) in part {
                match (merged.get_mut(&word), value) {
                    (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
                    (Some(Value::Array(known)), Value::Array(more)) if word == "required" => {
                        known.extend(more);
                    }
                    (None, value) => {
                        merged.insert(word, value);
                    }
                    _ => {}
                }
            }
        }
        merged
    }

    /// What a reference within the schema points at; anything else admits anything.
    fn resolve(&self, target: &str) -> Value {
        let pointed = target
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer));
        pointed.cloned().unwrap_or(Value::Bool(true))
    }
}

/// The type to write; null only if nothing else is allowed, or deep down.
fn type_of(members: &Map<String, Value>, depth: usize) -> &str {
    match members.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(several)) => {
            let mut names = several.iter().filter_map(Value::as_str);
            if depth >= SHALLOW && several.iter().any(|name| name == "null") {
                return "null";
            }
            names.find(|name| *name != "null").unwrap_or("null")
        }
        _ if members.contains_key("properties") || members.contains_key("required") => "object",
        _ if members.contains_key("items") || members.contains_key("prefixItems") => "array",
        _ if members.contains_key("minimum") || members.contains_key("maximum") => "number",
        _ => "string",
    }
}

/// The smallest number from 0 (or above the minimum) that fits.
fn number(members: &Map<String, Value>, integer: bool) -> Value {
    let bound = |word: &str| members.get(word).and_then(Value::as_f64);
    let step = bound("multipleOf")
        .filter(|step| *step > 0.0)
        .unwrap_or(if integer { 1.0 } else { 0.5 });
    let mut value = 0.0_f64;
    if let Some(maximum) = bound("maximum") {
        value = value.min((maximum / step).floor() * step);
    }
    if let Some(maximum) = bound("exclusiveMaximum") {
        value = value.min(((maximum / step).ceil() - 1.0) * step);
    }
    if let Some(minimum) = bound("minimum") {
        value = value.max((minimum / step).ceil() * step);
    }
    if let Some(minimum) = bound("exclusiveMinimum") {
        value = value.max(((minimum / step).floor() + 1.0) * step);
    }
    let multiple = members.contains_key("multipleOf");
    if !integer && !multiple {
        // A narrow interval may hold no half: take its middle.
        let low = bound("minimum").or(bound("exclusiveMinimum"));
        let high = bound("maximum").or(bound("exclusiveMaximum"));
        if let (Some(low), Some(high)) = (low, high)
            && value > high
        {
            value = low.midpoint(high);
        }
    }
    if integer || (multiple && value.fract() == 0.0) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number out of range saturates"
        )]
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
