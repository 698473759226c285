//! The policy as a picture: which role permits which operation, assigned where.
//!
//! The snapshot is reviewed by people: a change of a role, of the table or of the evaluation shows
//! as a changed cell. A second test compares with a matrix that was computed independently.

use access::Timestamp;
use access::action::{ActionPattern, Plane};
use access::assignment::RoleAssignment;
use access::builtin;
use access::decide::{Question, decide};
use access::operation::{Formats, ModelFormat, Operation, OperationTable};
use access::policy::Policy;
use access::principal::PrincipalId;
use access::role::{Permission, RoleDefinition, RoleId};
use access::scope::Scope;
use serde_json::Value;

const GROUP: &str = "/subscriptions/s/resourceGroups/rg";

fn scope(text: &str) -> Scope {
    Scope::parse(text).expect("a scope")
}

fn account(name: &str) -> Scope {
    scope(&format!(
        "{GROUP}/providers/Microsoft.CognitiveServices/accounts/{name}"
    ))
}

/// The custom role of Microsoft's article: `MaaS/*` and nothing else.
fn article_role() -> RoleDefinition {
    let mut role = RoleDefinition::new(RoleId::parse("article"), "custom role of the article");
    role.permissions.push(Permission {
        data_actions: vec![ActionPattern::new(
            "Microsoft.CognitiveServices/accounts/MaaS/*",
        )],
        ..Permission::default()
    });
    role
}

fn allowed(role: &RoleDefinition, assigned: &Scope, action: &str, asked: &Scope) -> bool {
    let principal = PrincipalId::new("someone");
    let assignment = RoleAssignment::new("1", principal.clone(), role.id.clone(), assigned.clone());
    let policy = Policy {
        roles: vec![role.clone()],
        assignments: vec![assignment],
        ..Policy::default()
    };
    let question = Question {
        principal: &principal,
        groups: &[],
        action,
        plane: Plane::Data,
        scope: asked,
        now: Timestamp(0),
    };
    decide(&policy, &question).is_allowed()
}

/// The letters of the places where the role, assigned there, permits the operation.
fn cell(role: &RoleDefinition, operation: Operation, format: &ModelFormat) -> String {
    let table = OperationTable::standard();
    let action = table.data_action(operation, format).as_str();
    let project = account("contoso").child("projects", "web");
    let asked = match operation.template().starts_with("/api/projects/") {
        true => project.clone(),
        false => account("contoso"),
    };
    let places = [
        ('A', account("contoso")),
        ('G', scope(GROUP)),
        ('S', account("contoso2")),
        ('P', project),
    ];
    let letters: String = places
        .iter()
        .filter(|(_, place)| allowed(role, place, action, &asked))
        .map(|(letter, _)| *letter)
        .collect();
    if letters.is_empty() {
        "-".to_owned()
    } else {
        letters
    }
}

#[test]
fn roles_operations_and_scopes() {
    let article = article_role();
    let table = OperationTable::standard();
    let (open_ai, other) = (ModelFormat::OpenAi, ModelFormat::parse("Microsoft"));
    let mut columns = Vec::new();
    for operation in Operation::ALL {
        let actions = [&open_ai, &other].map(|format| table.data_action(*operation, format));
        columns.push((*operation, &open_ai, ""));
        if actions[0] != actions[1] {
            columns.push((*operation, &other, ", model not OpenAI's"));
        }
    }
    let mut picture = String::from(
        "Where a role has to be assigned so that an operation on account `contoso`, or on its\n\
         project `web`, is allowed: A the account, G its resource group, S a sibling account,\n\
         P the project, - nowhere.\n\n",
    );
    for (number, (operation, format, note)) in columns.iter().enumerate() {
        let action = table.data_action(*operation, format).as_str();
        let action = action.trim_start_matches("Microsoft.CognitiveServices/accounts/");
        let line = format!("{:>3}  {operation}{note}: {action}\n", number + 1);
        picture.push_str(&line);
    }
    picture.push('\n');
    let mut line = |name: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>4}")).collect();
        picture.push_str(&format!("{name:<56}{cells}\n"));
    };
    line(
        "",
        (1..=columns.len())
            .map(|number| number.to_string())
            .collect(),
    );
    for role in builtin::role_definitions().iter().chain([&article]) {
        let cells = columns
            .iter()
            .map(|(operation, format, _)| cell(role, *operation, format));
        line(&role.name, cells.collect());
    }
    insta::assert_snapshot!(picture);
}

#[test]
fn the_matrix_agrees_with_the_one_computed_independently() {
    let matrix: Value =
        serde_json::from_str(include_str!("../../../data/role-operation-matrix.json")).unwrap();
    let rows = matrix["matrix"].as_array().unwrap();
    assert_eq!(rows.len(), builtin::role_definitions().len() + 1);
    let article = article_role();
    for row in rows {
        let role = match row["guid"].as_str() {
            Some(guid) => builtin::by_id(&RoleId::parse(guid)).unwrap(),
            None => &article,
        };
        let expected: Vec<&str> = row["allowed"]
            .as_array()
            .unwrap()
            .iter()
            .map(|operation| operation.as_str().unwrap())
            .collect();
        for row in OperationTable::standard().rows() {
            // Three kinds of row are ours and not in that matrix: what another model format changes,
            // project routes by analogy with the account's, and what a kept response was asked.
            let ours = row.formats != Formats::Any
                || row.template.ends_with("/input_items")
                || row
                    .template
                    .starts_with("/api/projects/{projectName}/openai/v1/")
                    && row.data_action.as_str()
                        != "Microsoft.CognitiveServices/accounts/AIServices/responses/write";
            if ours {
                continue;
            }
            let operation = format!("{} {}", row.method, row.template);
            // One row stands for a whole tree of paths and names a pattern; the other matrix counts
            // it as allowed if some of it is.
            let action = row.data_action.as_str();
            let found = ["read", "write", "delete"].iter().any(|verb| {
                let action = action.replace('*', verb);
                allowed(role, &account("a"), &action, &account("a"))
            });
            let expected = expected.contains(&&*operation);
            assert_eq!(found, expected, "{} {operation}", role.name);
        }
    }
}
