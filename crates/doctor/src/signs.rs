//! The facts of a case as words, for the table that is learnt from cases ([`crate::wording`]).
//!
//! Rules weigh what their authors thought of; which facts go together with which cause beyond that is
//! learnt. A sign begins with `=`, so that no word of a text is one. Names are those of the types'
//! variants: when one changes, `cargo xtask fit` makes the table anew, and a test says so.

use crate::case::{Case, Seen};
use crate::fact::Kind;
use crate::situation::Situation;

/// The signs of a case, in order, each once.
pub(crate) fn of(case: &Case<'_>) -> Vec<String> {
    let mut signs: Vec<String> = Vec::new();
    for fact in case.facts().iter() {
        of_fact(&fact.kind, &mut signs);
    }
    let situations = Situation::ALL
        .iter()
        .filter(|one| case.situation(**one).is_some());
    signs.extend(situations.map(|one| format!("=situation {one:?}")));
    let put_together = put_together(case);
    let seen = put_together.iter().filter(|(_, seen)| seen.is_some());
    signs.extend(seen.map(|(sign, _)| format!("=case {sign}")));
    signs.extend(case.protocol().map(|one| format!("=speaks {one:?}")));
    let likeness = case.likeness();
    signs.extend(likeness.map(|(likeness, _)| format!("=name {likeness:?}")));
    signs.sort();
    signs.dedup();
    signs
}

fn of_fact(kind: &Kind, signs: &mut Vec<String>) {
    match kind {
        Kind::Status(code) => signs.push(format!("=status {code}")),
        Kind::Refused { shape, values, .. } => {
            signs.push(format!("=refused {shape:?}"));
            let codes = values.iter().filter(|(name, _)| *name == "code");
            signs.extend(codes.map(|(_, code)| format!("=code {code}")));
        }
        Kind::Client(client) => {
            signs.push(format!("=client {}", client.name));
            signs.extend(client.protocol.map(|one| format!("=protocol {one:?}")));
            signs.extend(client.language.map(|one| format!("=language {one:?}")));
            signs.extend(client.application.then(|| "=application".to_owned()));
        }
        Kind::Endpoint(one) => {
            signs.push(format!("=host {:?}", one.host));
            signs.push(format!("=path {:?}", one.path));
            signs.push(format!("=url {:?} {:?}", one.host, one.path));
            signs.extend(one.flaws.iter().map(|flaw| format!("=flaw {flaw:?}")));
            signs.extend(one.operation.map(|_| "=operation".to_owned()));
        }
        Kind::ApiVersion(version) => signs.push(format!("=version {:?}", version.kind)),
        Kind::Audience(audience) => {
            signs.push(format!(
                "=audience {:?} {:?}",
                audience.resource, audience.mention
            ));
            signs.push(format!("=cloud {:?}", audience.cloud));
        }
        Kind::Role(role) => signs.push(format!("=role {:?} {:?}", role.stance, role.reach())),
        Kind::Clue(clue) => signs.push(format!("=clue {}", clue.id)),
        Kind::About(subject, says) => signs.push(format!("=about {} {says:?}", subject.id)),
        Kind::Sent(sent) => signs.push(format!("=sent {sent:?}")),
        Kind::Variable(one) => signs.push(format!("=variable {:?} {:?}", one.purpose, one.stance)),
        Kind::Named(mention) => signs.push(format!("=named {:?}", mention.part)),
        Kind::Value(name, _) => signs.push(format!("=value {name:?}")),
        Kind::Package { .. } => signs.push("=package".to_owned()),
        Kind::Advisory { .. } => signs.push("=advisory".to_owned()),
        Kind::BugText { .. } => signs.push("=bug".to_owned()),
        Kind::Deployed { .. } => signs.push("=deployed".to_owned()),
        Kind::Claims(_) | Kind::Wording(_) | Kind::Observed(_) | Kind::Known { .. } => {}
    }
}

/// What several facts say together.
fn put_together<'f>(case: &Case<'f>) -> [(&'static str, Seen<'f>); 9] {
    [
        ("mismatched endpoint", case.mismatched_endpoint()),
        ("mismatched call", case.mismatched_call()),
        ("holds enough", case.holds_enough()),
        ("version too old", case.version_too_old()),
        ("entra meant", case.entra_meant()),
        ("other version works", case.other_version_works()),
        ("deployment left out", case.deployment_left_out()),
        ("asked although set", case.asked_although_set()),
        ("asked and unset", case.asked_and_unset()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::Table;

    #[test]
    fn facts_become_signs_in_order() {
        let facts =
            crate::evidence::read("status: 404\n{'error': {'code': 'DeploymentNotFound'}}\n");
        let signs = of(&Case::new(&facts));
        assert!(signs.contains(&"=status 404".to_owned()), "{signs:?}");
        let situation = "=situation DeploymentMissing".to_owned();
        assert!(signs.contains(&situation), "{signs:?}");
        assert!(signs.is_sorted());
    }

    #[test]
    fn signs_of_situations_in_the_table_have_the_names_of_today() {
        let known: Vec<String> = Situation::ALL
            .iter()
            .map(|one| format!("=situation {one:?}"))
            .collect();
        let table = Table::built_in();
        let learnt = known.iter().filter(|sign| table.holds(sign)).count();
        assert!(learnt * 10 >= known.len() * 9, "{learnt} of {known:?}");
    }
}
