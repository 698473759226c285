//! An instance of a JSON Schema: what a model writes that was told to.
//!
//! Small, deterministic and bounded. Defaults, constants, enums and examples of
//! the schema come first; a text that nothing is said about is named after its
//! property. What a schema cannot mean (`minimum` above `maximum`) yields the
//! nearest thing rather than an error: real models do no better.
//!
//! Schemas come from clients, so nothing of them is copied but what is written,
//! and what is written has a budget: a reference repeated a thousand times to a
//! default of a megabyte must not make a gigabyte.

mod number;
mod text;
mod view;

use serde_json::{Map, Value};

use self::view::View;
use crate::backend::hash::hash;

/// Nesting at which optional parts are left out.
const SHALLOW: usize = 4;
/// Nesting at which nothing more is written.
const DEEPEST: usize = 32;
/// Most values of one instance.
const MAX_VALUES: usize = 4_096;
/// Most items of one array, whatever `minItems` says.
const MAX_ITEMS: usize = 64;
/// Most bytes of all texts and copied values.
const MAX_BYTES: usize = 256 * 1024;

/// An instance of `schema`. A seed other than 0 picks other members of enums
/// and other alternatives than the first.
pub(super) fn instance(schema: &Value, seed: u64) -> Value {
    Writer {
        root: schema,
        seed,
        values: 0,
        bytes: MAX_BYTES,
    }
    .write(schema, "value", 0)
}

struct Writer<'a> {
    root: &'a Value,
    seed: u64,
    /// Values written so far.
    values: usize,
    /// Bytes that may still be written.
    bytes: usize,
}

impl Writer<'_> {
    /// An instance of `schema` for the property or item called `name`.
    fn write(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        self.values += 1;
        if depth > DEEPEST || self.values > MAX_VALUES {
            return Value::Null;
        }
        let Some(view) = View::new(self.root, schema) else {
            // `true` and what is no schema admit anything.
            return self.name(name);
        };
        for word in ["const", "default"] {
            if let Some(value) = view.find(word) {
                return self.copy(value);
            }
        }
        for word in ["enum", "examples"] {
            if let Some(value) = view.list(word).and_then(|values| self.pick(values, name)) {
                return self.copy(value);
            }
        }
        for word in ["anyOf", "oneOf"] {
            if let Some(alternatives) = view.list(word) {
                return match self.alternative(alternatives, name, depth) {
                    Some(alternative) => self.write(alternative, name, depth + 1),
                    None => self.name(name),
                };
            }
        }
        match view.type_name(depth >= SHALLOW) {
            "object" => self.object(&view, depth),
            "array" => self.array(&view, name, depth),
            "integer" => number::write(&view, true),
            "number" => number::write(&view, false),
            "boolean" => Value::Bool(true),
            "null" => Value::Null,
            _ => {
                let text = text::write(&view, name, self.bytes);
                self.bytes = self.bytes.saturating_sub(text.len());
                Value::String(text)
            }
        }
    }

    fn object(&mut self, view: &View<'_>, depth: usize) -> Value {
        let mut object = Map::new();
        let required: std::collections::BTreeSet<&str> = view.required().take(MAX_VALUES).collect();
        for (name, schema) in view.properties() {
            if self.spent() {
                break;
            }
            if (depth < SHALLOW || required.contains(name.as_str())) && !object.contains_key(name) {
                let value = self.write(schema, name, depth + 1);
                self.bytes = self.bytes.saturating_sub(name.len());
                object.insert(name.clone(), value);
            }
        }
        let anything = Value::Bool(true);
        let others = view.find("additionalProperties").unwrap_or(&anything);
        for name in required {
            if self.spent() {
                break;
            }
            if !object.contains_key(name) {
                let value = self.write(others, name, depth + 1);
                self.bytes = self.bytes.saturating_sub(name.len());
                object.insert(name.to_owned(), value);
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, view: &View<'_>, name: &str, depth: usize) -> Value {
        let prefix = view.list("prefixItems").unwrap_or_default();
        let least = view
            .count("minItems")
            .unwrap_or(0)
            .max(prefix.len().min(MAX_ITEMS));
        // One item shows what items look like, unless that would never end.
        let wanted = if depth < SHALLOW { least.max(1) } else { least };
        let wanted = wanted
            .min(view.count("maxItems").unwrap_or(MAX_ITEMS))
            .min(MAX_ITEMS);
        let unique = view.find("uniqueItems") == Some(&Value::Bool(true));
        let anything = Value::Bool(true);
        let mut items: Vec<Value> = Vec::new();
        for index in 0..wanted {
            if self.spent() {
                break;
            }
            let schema = prefix
                .get(index)
                .or_else(|| view.find("items"))
                .unwrap_or(&anything);
            let name = if index == 0 {
                name.to_owned()
            } else {
                format!("{name} {}", index + 1)
            };
            let mut item = self.write(schema, &name, depth + 1);
            if unique && items.contains(&item) {
                item = other(schema, &items).unwrap_or(item);
            }
            items.push(item);
        }
        Value::Array(items)
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

    /// The first alternative that is not null, or one that the seed picks; null
    /// where it gets deep and where there is nothing else.
    fn alternative<'v>(
        &self,
        alternatives: &'v [Value],
        name: &str,
        depth: usize,
    ) -> Option<&'v Value> {
        let is_null = |schema: &&Value| schema.get("type").and_then(Value::as_str) == Some("null");
        let null = alternatives.iter().find(is_null);
        if depth >= SHALLOW && null.is_some() {
            return null;
        }
        let others = alternatives
            .iter()
            .filter(|schema| !is_null(schema))
            .count();
        let chosen = match (self.seed, u64::try_from(others)) {
            (1.., Ok(others @ 1..)) => {
                usize::try_from(hash(self.seed, &[name.as_bytes()]) % others).unwrap_or(0)
            }
            _ => 0,
        };
        alternatives
            .iter()
            .filter(|schema| !is_null(schema))
            .nth(chosen)
            .or(null)
    }

    /// A copy of a value of the schema, as far as the budget goes.
    fn copy(&mut self, value: &Value) -> Value {
        let Some(left) = charge(value, self.bytes) else {
            return Value::Null;
        };
        self.bytes = left;
        value.clone()
    }

    /// The name as a text, where anything will do.
    fn name(&mut self, name: &str) -> Value {
        let name = &name[..name.floor_char_boundary(self.bytes)];
        self.bytes -= name.len();
        Value::String(name.to_owned())
    }

    fn spent(&self) -> bool {
        self.values >= MAX_VALUES || self.bytes == 0
    }
}

/// What is left of `budget` after writing `value`; none if it does not fit. Stops
/// looking as soon as that is known.
fn charge(value: &Value, budget: usize) -> Option<usize> {
    let budget = budget.checked_sub(8)?;
    match value {
        Value::String(text) => budget.checked_sub(text.len()),
        Value::Array(items) => items
            .iter()
            .try_fold(budget, |budget, item| charge(item, budget)),
        Value::Object(members) => members.iter().try_fold(budget, |budget, (name, member)| {
            charge(member, budget.checked_sub(name.len())?)
        }),
        _ => Some(budget),
    }
}

/// Another item than those already there, where the schema makes it easy.
fn other(schema: &Value, items: &[Value]) -> Option<Value> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values
            .iter()
            .take(MAX_VALUES)
            .find(|value| !items.contains(value))
            .cloned();
    }
    let greatest = items.iter().filter_map(Value::as_i64).max()?;
    let step = schema
        .get("multipleOf")
        .and_then(Value::as_i64)
        .unwrap_or(1);
    Some(Value::from(greatest.checked_add(step)?))
}
