//! The generated constants of `access`, from `data/`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::generate::File;

/// `builtin/generated.rs` and `operation/generated.rs`, from `data/` below the project's root.
pub(crate) fn files(root: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let role_definitions = read(root, "builtin-roles.json", roles)?;
    let data_actions = read(root, "data-actions.json", operations)?;
    Ok(vec![
        File {
            path: "crates/access/src/builtin/generated.rs".to_owned(),
            content: role_definitions,
        },
        File {
            path: "crates/access/src/operation/generated.rs".to_owned(),
            content: data_actions,
        },
    ])
}

fn read(
    root: &Path,
    data: &str,
    generate: fn(&Value) -> Option<String>,
) -> Result<String, Box<dyn Error>> {
    let path = root.join("data").join(data);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let code = generate(&serde_json::from_str(&text)?)
        .ok_or_else(|| format!("{} has not the expected shape", path.display()))?;
    formatted(&code)
}

fn roles(data: &Value) -> Option<String> {
    let mut code = header("builtin-roles.json");
    code.push_str(
        "use super::{Constant, ConstantPermission};\n\npub(super) const ROLES: &[Constant] = &[\n",
    );
    for role in data.as_array()? {
        writeln!(
            code,
            "Constant {{ id: {}, name: {}, aliases: {}, description: {}, assignable_scopes: {}, permissions: &[",
            text(&role["name"])?,
            text(&role["roleName"])?,
            texts(&role["previousRoleNames"])?,
            text(&role["description"])?,
            texts(&role["assignableScopes"])?,
        )
        .ok()?;
        for block in role["permissions"].as_array()? {
            let condition = match &block["condition"] {
                Value::Null => "None".to_owned(),
                condition => format!("Some({})", text(condition)?),
            };
            writeln!(
                code,
                "ConstantPermission {{ actions: {}, not_actions: {}, data_actions: {}, not_data_actions: {}, condition: {condition} }},",
                texts(&block["actions"])?,
                texts(&block["notActions"])?,
                texts(&block["dataActions"])?,
                texts(&block["notDataActions"])?,
            )
            .ok()?;
        }
        code.push_str("] },\n");
    }
    code.push_str("];\n");
    Some(code)
}

fn operations(data: &Value) -> Option<String> {
    let mut code = header("data-actions.json");
    code.push_str("use super::{Confidence, Row};\n\npub(super) const ROWS: &[Row] = &[\n");
    for row in data["operations"].as_array()? {
        row_of(&mut code, row, &row["dataAction"])?;
    }
    code.push_str("];\n\n/// What a model that is not OpenAI's changes.\npub(super) const OTHER_FORMATS: &[Row] = &[\n");
    for row in data["formatOverrides"].as_array()? {
        row_of(&mut code, row, &row["dataAction"])?;
    }
    code.push_str("];\n");
    Some(code)
}

fn row_of(code: &mut String, row: &Value, action: &Value) -> Option<()> {
    let confidence = match row["confidence"].as_str()? {
        "verified-on-wire" => "VerifiedOnWire",
        "verified-provider-op" => "VerifiedOperation",
        "verified-third-party" => "VerifiedByThirdParty",
        "inferred" => "Inferred",
        "operation-real-path-guessed" => "PathGuessed",
        "guess" => "Guess",
        _ => return None,
    };
    writeln!(
        code,
        "Row {{ method: {}, template: {}, data_action: {}, confidence: Confidence::{confidence} }},",
        text(&row["method"])?,
        text(&row["path"])?,
        text(action)?,
    )
    .ok()
}

fn header(data: &str) -> String {
    format!(
        "//! Generated from `data/{data}` by `cargo xtask generate`. Change the data, not this.\n\n"
    )
}

/// A Rust string literal. JSON's escapes differ from Rust's, so it is `Debug` that writes it.
fn text(value: &Value) -> Option<String> {
    Some(format!("{:?}", value.as_str()?))
}

fn texts(value: &Value) -> Option<String> {
    let list: Option<Vec<String>> = value.as_array()?.iter().map(text).collect();
    Some(format!("&[{}]", list?.join(", ")))
}

/// What rustfmt makes of the code, so that the format check has nothing to say.
fn formatted(code: &str) -> Result<String, Box<dyn Error>> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    child
        .stdin
        .take()
        .ok_or("rustfmt has no standard input")?
        .write_all(code.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err("rustfmt refused the generated code".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
