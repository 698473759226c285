//! The JSON Schema that editors use: made from the file's shape, and as strict as the server.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::super::file::ConfigFile;
use super::{NOW, SAMPLE, documented, guides};
use crate::config;

fn made() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<ConfigFile>();
    schema.insert("title".to_owned(), "Entrada".into());
    let mut schema = serde_json::to_value(schema).unwrap();
    tidy(&mut schema);
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    text
}

/// TOML has no null: a setting is there or it is not. And what is wrapped in the source is one line here.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(members) => members.iter_mut().for_each(tidy),
        Value::Object(members) => {
            members.retain(|name, value| name != "default" || !value.is_null());
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|one| one != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(forms)) = members.get_mut("anyOf") {
                forms.retain(|form| form["type"] != "null");
                if forms.len() == 1 {
                    let forms = members.remove("anyOf").unwrap();
                    members.insert("allOf".to_owned(), forms);
                }
            }
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            members.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

/// What is wrong with a configuration by the schema.
fn faults(text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(&made()).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let config: Value = toml::from_str(text).unwrap();
    validator
        .iter_errors(&config)
        .map(|error| error.to_string())
        .collect()
}

#[test]
fn the_published_schema_is_fresh() {
    let path = guides().join("../configuration.schema.json");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        return std::fs::write(&path, made()).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == made(),
        "docs/configuration.schema.json is not what the types say: run \
         `INSTA_UPDATE=always cargo test -p server schema`"
    );
}

#[test]
fn the_schema_takes_every_configuration_that_is_shown() {
    for text in documented().iter().map(String::as_str).chain([SAMPLE]) {
        assert_eq!(faults(text), [""; 0], "{text}");
    }
}

#[test]
fn the_schema_refuses_what_the_server_cannot_read() {
    for wrong in [
        "surprise = 1",
        "[endpoint]\nsurprise = 1",
        "[endpoint]\nmissing_role_text = \"verbose\"",
        "[endpoint]\ncheck_order = [\"luck\"]",
        "[endpoint]\npropagation_seconds = -1",
        "[endpoint.audiences]\nclassic = \"https://ai.azure.com\"",
        "[endpoint.api_version]\nrequired = [\"v1\"]",
        "[[endpoint.operation]]\nmethod = \"GET\"",
        "[tls]\ncertificate = \"a.pem\"",
        "[[account]]\nname = \"a\"",
        "[[account]]\nname = \"a\"\nsubscription = \"s\"\nresource_group = \"r\"\nnetwork = \"closed\"",
        "[[user]]\nname = \"ada\"\nid = 1\nupn = \"ada@x\"",
        "[[assignment]]\nprincipal = \"p\"\nrole = \"r\"",
        "[[assignment]]\nprincipal = \"p\"\nrole = \"r\"\nscope = \"s\"\ngranted = \"later\"",
        "[entra]\nclient_id = \"x\"\ntenant = []",
    ] {
        let head = "[tenant]\nid = \"c0a70500-7e4a-4c0d-9e1d-000000000000\"\nname = \"n\"\ndomain = \"d\"\n";
        let text = if wrong.starts_with("surprise") {
            format!("{wrong}\n{head}")
        } else {
            format!("{head}{wrong}\n")
        };
        assert!(!faults(&text).is_empty(), "{wrong}");
        assert!(config::read(&text, &guides(), NOW).is_err(), "{wrong}");
    }
    assert!(!faults("").is_empty(), "neither [tenant] nor [entra]");
}
