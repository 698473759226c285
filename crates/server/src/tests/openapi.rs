//! The OpenAPI document of Entrada's own API: made from THE TABLE and the types, so that it is true.
//!
//! `docs/openapi.json` is the document that the server serves; this test says what it must be.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use wire::entrada as api;

use super::TestServer;
use crate::operator::OPENAPI;
use crate::route::table::{Guard, OperatorRoute, PublicRoute, Row, SERVICE};

/// What a route takes and gives, beside what the table says.
struct Described {
    summary: &'static str,
    query: &'static [(&'static str, Kind, &'static str)],
    body: Option<(Schema, Value)>,
    answer: Schema,
    /// Statuses beside 200, 400 and 401.
    more: &'static [(u16, &'static str)],
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
}

type Schema = fn(&mut SchemaGenerator) -> Value;

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

fn object(_: &mut SchemaGenerator) -> Value {
    json!({ "type": "object" })
}

const NAME: (u16, &str) = (404, "a name means nothing");
const LOCAL: (u16, &str) = (404, "the server serves real tenants, and has no such thing");

/// Every route, or this does not compile.
fn described(route: OperatorRoute) -> Described {
    use OperatorRoute::*;
    let asked = |summary, body: Schema, example: Value, answer: Schema| Described {
        summary,
        query: &[],
        body: Some((body, example)),
        answer,
        more: &[NAME],
    };
    let read = |summary, query, answer: Schema, more| Described {
        summary,
        query,
        body: None,
        answer,
        more,
    };
    let question = json!({ "principal": "owner", "operation": "chat", "resource": "contoso" });
    let assignment = json!({ "principal": "nobody", "role": "Foundry User", "scope": "contoso" });
    match route {
        Check => asked(
            "May a principal do something, and why",
            of::<api::CheckQuestion>,
            question,
            of::<api::CheckAnswer>,
        ),
        WhoCan => asked(
            "Who may do something",
            of::<api::WhoCanQuestion>,
            json!({ "operation": "chat", "resource": "contoso", "eligible": true }),
            of::<api::WhoCanAnswer>,
        ),
        Effective => asked(
            "What a principal may do at all",
            of::<api::EffectiveQuestion>,
            json!({ "principal": "owner", "scope": "contoso" }),
            of::<api::EffectiveAnswer>,
        ),
        WhyNot => asked(
            "Why a principal may not do something, and what would permit it",
            of::<api::WhyNotQuestion>,
            question,
            of::<api::WhyNotAnswer>,
        ),
        Diff => Described {
            more: &[NAME, (409, "there is nothing to take away")],
            ..asked(
                "What changes of the policy would alter",
                of::<api::DiffQuestion>,
                json!({ "changes": [{ "change": "assign", "principal": "nobody", "role": "Foundry User", "scope": "contoso" }] }),
                of::<api::DiffAnswer>,
            )
        },
        LeastPrivilege => asked(
            "The smallest roles for what a principal really does",
            of::<api::LeastPrivilegeQuestion>,
            json!({ "principal": "owner", "uses": [{ "operation": "chat", "resource": "contoso" }] }),
            of::<api::LeastPrivilegeAnswer>,
        ),
        Grant => asked(
            "Assign a role",
            of::<api::GrantRequest>,
            assignment,
            of::<api::GrantAnswer>,
        ),
        Revoke => asked(
            "Remove role assignments",
            of::<api::GrantRequest>,
            assignment,
            of::<api::RevokeAnswer>,
        ),
        IssueToken => asked(
            "A token of a principal of the local tenant",
            of::<api::TokenRequest>,
            json!({ "principal": "developer", "scope": "https://cognitiveservices.azure.com/.default" }),
            of::<api::TokenAnswer>,
        ),
        RotateKeys => Described {
            more: &[LOCAL],
            ..asked(
                "Have another key sign tokens",
                of::<api::RotateKeysRequest>,
                json!({ "at_once": false }),
                of::<api::KeyList>,
            )
        },
        Policy => read(
            "The policy as a file, in the shapes of `az … list`",
            &[],
            object,
            &[],
        ),
        ListRequests => read(
            "The newest refusals, newest first",
            &[
                ("principal", Kind::Text, "only of this principal"),
                ("limit", Kind::Number, "how many at most"),
            ],
            of::<api::RequestList>,
            &[],
        ),
        ReadRequest => read(
            "One refusal, explained",
            &[],
            of::<api::RequestRecord>,
            &[(404, "no refusal has this id")],
        ),
        ListCalls => read(
            "The newest calls, newest first",
            &[
                ("principal", Kind::Text, "only of this principal"),
                (
                    "after",
                    Kind::Number,
                    "only those that came after the call of this number",
                ),
                ("limit", Kind::Number, "how many at most"),
            ],
            of::<api::CallList>,
            &[],
        ),
        TallyCalls => read(
            "Who did what how often since the start",
            &[("principal", Kind::Text, "only of this principal")],
            of::<api::CallTally>,
            &[],
        ),
        Audit => read(
            "The journal, in order",
            &[
                ("after", Kind::Number, "only rows after this one"),
                ("limit", Kind::Number, "how many at most"),
            ],
            of::<api::AuditPage>,
            &[(404, "the server keeps no journal")],
        ),
        AuditHead => read(
            "How far the journal has come, signed",
            &[],
            object,
            &[(404, "there is no journal, or nothing in it")],
        ),
        Journal => read(
            "What simulated models were asked",
            &[("test-id", Kind::Text, "only in this test")],
            object,
            &[LOCAL],
        ),
        Reset => Described {
            more: &[LOCAL],
            ..read(
                "Forget the journal of simulated models, counts and kept responses",
                &[("test-id", Kind::Text, "only of this test")],
                object,
                &[],
            )
        },
        Environment => read(
            "What a principal needs in its environment",
            &[("principal", Kind::Text, "the principal")],
            of::<api::EnvironmentAnswer>,
            &[NAME],
        ),
        ListKeys => read(
            "The keys that sign tokens",
            &[],
            of::<api::KeyList>,
            &[LOCAL],
        ),
    }
}

/// The document.
fn made() -> String {
    let mut settings = SchemaSettings::openapi3();
    settings.inline_subschemas = false;
    let mut generator = settings.into_generator();
    let problem = of::<api::Problem>(&mut generator);
    let mut paths: Map<String, Value> = Map::new();
    for row in SERVICE {
        let operation = match row.guard {
            Guard::Operator(route) => guarded(row, &described(route), &problem, &mut generator),
            Guard::Public(PublicRoute::OpenApi, _) => json!({
                "summary": "This document",
                "security": [],
                "responses": { "200": answer("the document", &json!({ "type": "object" })) },
            }),
            _ => continue,
        };
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        path[row.method.to_ascii_lowercase()] = operation;
    }
    let schemas: Map<String, Value> = generator.take_definitions(true).into_iter().collect();
    let document = json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Entrada",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Entrada's own API: questions about access, changes to it, and what happened. \
                            Its bearer token is the operator's, from the data folder, or with real tenants that of somebody who has the operator's app role.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "https://localhost:8443" }],
        "security": [{ "operator": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "operator": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    });
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}

fn guarded(
    row: &Row,
    described: &Described,
    problem: &Value,
    generator: &mut SchemaGenerator,
) -> Value {
    let refused = |description: &str| answer(description, problem);
    let mut responses = json!({
        "200": answer("the answer", &(described.answer)(generator)),
        "400": refused("the question cannot be read"),
        "401": refused("the token is not the operator's"),
    });
    for (status, description) in described.more {
        responses[status.to_string()] = refused(description);
    }
    let in_path = row
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let in_query = described.query.iter().map(|(name, kind, description)| {
        let schema = match kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Number => json!({ "type": "integer", "minimum": 0 }),
        };
        let mut parameter =
            json!({ "name": name, "in": "query", "description": description, "schema": schema });
        if *name == "principal" {
            parameter["example"] = "developer".into();
        }
        parameter
    });
    let mut operation = json!({
        "summary": described.summary,
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": responses,
    });
    if let Some((body, example)) = &described.body {
        let schema = body(generator);
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn answer(description: &str, schema: &Value) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

#[test]
fn the_document_is_that_of_the_table_and_the_types() {
    let made = made();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        return std::fs::write(path, made).unwrap();
    }
    assert!(
        OPENAPI == made,
        "docs/openapi.json is not what the table and the types say: run \
         `INSTA_UPDATE=always cargo test -p server openapi`"
    );
}

#[test]
fn the_document_is_served_to_everyone() {
    let server = TestServer::start();
    let answer = server.send("GET", "/entrada/openapi.json", &[], "");
    assert_eq!((answer.status, answer.body.as_str()), (200, OPENAPI));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}
