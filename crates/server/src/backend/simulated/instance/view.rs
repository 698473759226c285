//! A schema with its references followed and its `allOf` folded in, by
//! reference: nothing is copied.

use serde_json::{Map, Value};

use super::MAX_ITEMS;

/// Most schemas that make up one.
const MAX_PARTS: usize = 64;

/// All the objects that together are one schema, the nearest first.
pub(super) struct View<'s>(Vec<&'s Map<String, Value>>);

impl<'s> View<'s> {
    /// `schema` with what it refers to in `root`; none if nothing of it is an object.
    pub(super) fn new(root: &'s Value, schema: &'s Value) -> Option<Self> {
        let mut parts = Vec::new();
        let mut pending = vec![schema];
        let mut looked = 0;
        while let Some(schema) = pending.pop() {
            looked += 1;
            if looked > MAX_PARTS {
                break;
            }
            let Value::Object(members) = schema else {
                continue;
            };
            parts.push(members);
            // References outside the document admit anything.
            let target = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.strip_prefix('#'));
            pending.extend(target.and_then(|pointer| root.pointer(pointer)));
            let all = members.get("allOf").and_then(Value::as_array);
            pending.extend(all.into_iter().flatten().take(MAX_PARTS));
        }
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// The nearest value of a word.
    pub(super) fn find(&self, word: &str) -> Option<&'s Value> {
        self.0.iter().find_map(|part| part.get(word))
    }

    /// The nearest list of a word.
    pub(super) fn list(&self, word: &str) -> Option<&'s [Value]> {
        self.find(word).and_then(Value::as_array).map(Vec::as_slice)
    }

    /// The nearest count of a word, cut to what an array may have.
    pub(super) fn count(&self, word: &str) -> Option<usize> {
        self.find(word)
            .and_then(Value::as_u64)
            .map(|count| usize::try_from(count).unwrap_or(MAX_ITEMS))
    }

    /// The nearest number of a word.
    pub(super) fn number(&self, word: &str) -> Option<f64> {
        self.find(word).and_then(Value::as_f64)
    }

    /// The nearest text of a word.
    pub(super) fn text(&self, word: &str) -> Option<&'s str> {
        self.find(word).and_then(Value::as_str)
    }

    /// The properties of all parts; a name may come twice.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&'s String, &'s Value)> {
        self.0
            .iter()
            .filter_map(|part| part.get("properties").and_then(Value::as_object))
            .flatten()
    }

    /// The required names of all parts.
    pub(super) fn required(&self) -> impl Iterator<Item = &'s str> {
        let lists = self
            .0
            .iter()
            .filter_map(|part| part.get("required").and_then(Value::as_array));
        lists.flatten().filter_map(Value::as_str)
    }

    /// The type to write; null only if nothing else is allowed, or `rather_null`.
    pub(super) fn type_name(&self, rather_null: bool) -> &'s str {
        let has = |words: &[&str]| words.iter().any(|word| self.find(word).is_some());
        match self.find("type") {
            Some(Value::String(one)) => one,
            Some(Value::Array(several)) => {
                let names = || several.iter().filter_map(Value::as_str);
                if rather_null && names().any(|name| name == "null") {
                    return "null";
                }
                names().find(|name| *name != "null").unwrap_or("null")
            }
            _ if has(&["properties", "required"]) => "object",
            _ if has(&["items", "prefixItems"]) => "array",
            _ if has(&["minimum", "maximum"]) => "number",
            _ => "string",
        }
    }
}
