//! One reader for ARM's nested, the CLI's flattened and PowerShell's capitalised objects.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The fields that an entry is made of, wherever they stand.
pub(super) trait Fields: Default {
    /// What an entry is called in "expected …".
    const EXPECTING: &'static str;

    /// Reads the value of a field that this entry has. `key` is in lower case. A key that it does not
    /// have is answered with `false` and its value left alone.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Declares an entry: its fields with their names in lower case.
macro_rules! entry {
    ($(#[doc = $doc:literal])+ $name:ident ($expecting:literal) { $($key:literal => $field:ident: $type:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Default)]
        pub(super) struct $name {
            $(pub(super) $field: Option<$type>,)+
        }

        impl super::resource::Fields for $name {
            const EXPECTING: &'static str = $expecting;

            fn read<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
            ) -> Result<bool, A::Error> {
                match key {
                    // `null` says nothing: an outer value stands.
                    $($key => {
                        if let Some(value) = map.next_value()? {
                            self.$field = Some(value);
                        }
                    })+
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}
pub(super) use entry;

/// An entry with its fields at the top or in `properties`.
#[derive(Debug)]
pub(super) struct Resource<T>(pub(super) T);

impl<'de, T: Fields> Deserialize<'de> for Resource<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = T::default();
        deserializer.deserialize_map(Into(&mut fields))?;
        Ok(Self(fields))
    }
}

/// Reads an object's fields into an entry.
struct Into<'t, T>(&'t mut T);

impl<'de, T: Fields> DeserializeSeed<'de> for Into<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Fields> Visitor<'de> for Into<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTING)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(()) // `"properties": null`
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            let read = if key.lower == "properties" {
                map.next_value_seed(Into(&mut *self.0)).map(|()| true)
            } else {
                self.0.read(&key.lower, &mut map)
            };
            if !read.map_err(|error| A::Error::custom(within(&key.given, &error)))? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The way to an error, from the outside in: `roleDefinitions[3]: permissions[0]: dataActions: …`.
fn within(key: &str, error: &impl fmt::Display) -> String {
    let error = error.to_string();
    match error.starts_with('[') {
        true => format!("{key}{error}"),
        false => format!("{key}: {error}"),
    }
}

/// A key as it was given, and in lower case.
struct Key {
    given: String,
    lower: String,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        let lower = given.to_ascii_lowercase();
        Ok(Self { given, lower })
    }
}

/// A list of entries, or ARM's page of one (`{"value": […]}`). An error names the entry by its place.
#[derive(Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(ListVisitor(PhantomData))
            .map(Self)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        loop {
            match seq.next_element() {
                Ok(Some(item)) => list.push(item),
                Ok(None) => return Ok(list),
                Err(error) => return Err(A::Error::custom(format!("[{}]: {error}", list.len()))),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(key) = map.next_key::<Key>()? {
            if key.lower == "value" {
                list = map.next_value::<List<T>>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(list)
    }
}
