//! What assistants are told of the tools: names, descriptions and the shapes of their arguments.

use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use super::{LONGEST_WAIT, usual_wait};

const PRINCIPAL: (&str, &str) = ("principal", "name, object id, client id or UPN");
const OPERATION: (&str, &str) = (
    "operation",
    "a short name such as chat, METHOD and path, or an action",
);
const RESOURCE: (&str, &str) = ("resource", "an account's name or an ARM id");

/// Every tool, with what it is asked.
pub(super) fn catalogue() -> Vec<Tool> {
    vec![
        tool(
            "explain",
            "Names the root cause of a failed model call or sign-in, with evidence and the command that mends it. \
             Evidence is any text: errors, logs, configuration, what is known about roles and endpoint.",
            &[("evidence", "everything that is known, as text")],
            &["evidence"],
        ),
        doctor_tool(),
        tool(
            "check",
            "Says whether a principal may do an operation on a resource of the running Entrada server, and why.",
            &[PRINCIPAL, OPERATION, RESOURCE],
            &["principal", "operation", "resource"],
        ),
        tool(
            "why_not",
            "Says why a principal may not do an operation on a resource of the running Entrada server, and every \
             smallest change that would permit it, least privilege first; each was tried.",
            &[PRINCIPAL, OPERATION, RESOURCE],
            &["principal", "operation", "resource"],
        ),
        tool(
            "least_privilege",
            "Says which roles are enough for what a principal really called on the running Entrada server, and what \
             of its present ones is idle.",
            &[PRINCIPAL],
            &["principal"],
        ),
        tool(
            "who_can",
            "Says who may do an operation on a resource of the running Entrada server, with the groups on the way.",
            &[OPERATION, RESOURCE],
            &["operation", "resource"],
        ),
        tool(
            "effective",
            "Says what a principal may do at all on the running Entrada server: permissions and denials, place by place.",
            &[
                PRINCIPAL,
                (
                    "scope",
                    "only this place: an account's name, resource-group:NAME or an ARM id",
                ),
            ],
            &["principal"],
        ),
        diff_tool(),
        wait_tool(),
        tool(
            "rules",
            "Lists the causes that the doctor knows, or shows the page of one, or what an AADSTS code means.",
            &[("rule", "label, code such as TOK003, or AADSTS code")],
            &[],
        ),
    ]
}

/// The only tool that looks at other machines, and the only one with a switch.
fn doctor_tool() -> Tool {
    let tool = tool(
        "doctor",
        "Examines a live endpoint of Azure or Entrada, read-only: environment, credential chain, token, network, \
         endpoint, account, roles, and with `probe` the smallest possible call; or finds known authentication bugs of \
         the client libraries that a project's lock files name.",
        &[
            (
                "endpoint",
                "the endpoint, as the client is given it; without one, that of the environment or the running server",
            ),
            (
                "sdk",
                "the client, such as python-openai or azure-ai-inference",
            ),
            ("deployment", "the deployment that is called"),
            ("as", "call as this principal of the running Entrada server"),
            (
                "project",
                "folder of a project; alone, only its files are read",
            ),
        ],
        &[],
    );
    let probe = json!({ "type": "boolean", "description": "make the smallest possible call" });
    with_property(tool, "probe", probe).annotate(
        ToolAnnotations::new()
            .read_only(true)
            .idempotent(true)
            .open_world(true),
    )
}

/// The only tool that is asked with a list.
fn diff_tool() -> Tool {
    let change = |name: &str, members: &[&str]| {
        let mut properties = json!({ "change": { "const": name } });
        for member in members {
            properties[*member] = match *member {
                "definition" => json!({ "type": "object" }),
                _ => json!({ "type": "string" }),
            };
        }
        let required: Vec<&str> = [&["change"], members].concat();
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    };
    let changes = json!({
        "type": "array",
        "description": "changes that are not made yet, in order; definition is as `az role definition create` takes it",
        "items": { "oneOf": [
            change("assign", &["principal", "role", "scope"]),
            change("unassign", &["principal", "role", "scope"]),
            change("add-member", &["group", "member"]),
            change("remove-member", &["group", "member"]),
            change("define-role", &["definition"]),
            change("remove-role", &["role"]),
        ] },
    });
    let says = "Says who would gain and who would lose what on the running Entrada server if these changes of roles and \
                groups were made; makes none of them.";
    with_property(tool("diff", says, &[], &["changes"]), "changes", changes)
}

fn wait_tool() -> Tool {
    let says = "Waits until a principal may do an operation on a resource of the running Entrada server, as after a \
                grant that takes its time, and says how long it took.";
    let members = [PRINCIPAL, OPERATION, RESOURCE];
    let required = ["principal", "operation", "resource"];
    let seconds = json!({
        "type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": usual_wait(),
        "description": "how long to wait at most",
    });
    with_property(
        tool("wait", says, &members, &required),
        "timeout_seconds",
        seconds,
    )
}

fn with_property(mut tool: Tool, name: &str, property: Value) -> Tool {
    let mut schema = (*tool.input_schema).clone();
    if let Some(properties) = schema.get_mut("properties") {
        properties[name] = property;
    }
    tool.input_schema = Arc::new(schema);
    tool
}

fn tool(
    name: &'static str,
    description: &'static str,
    members: &[(&str, &str)],
    required: &[&str],
) -> Tool {
    let properties: Map<String, Value> = members
        .iter()
        .map(|(name, says)| {
            (
                (*name).to_owned(),
                json!({ "type": "string", "description": says }),
            )
        })
        .collect();
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    schema.insert("required".into(), required.into());
    schema.insert("additionalProperties".into(), false.into());
    Tool::new(name, description, Arc::new(schema)).annotate(
        ToolAnnotations::new()
            .read_only(true)
            .idempotent(true)
            .open_world(false),
    )
}
