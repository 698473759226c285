//! `entrada diff`: who would gain and who would lose what, before a change is made.

use std::path::Path;

use wire::entrada::{DiffAnswer, DiffEntry, DiffPrincipal, DiffQuestion, ProposedChange};

use crate::args::Diff;
use crate::exit::{Answer, Failure, Outcome};
use crate::policy;
use crate::render::{BAD, FAINT, GOOD, HEADING, print, print_json};

/// The most actions that are listed of one principal at one place.
const MAX_SHOWN: usize = 12;

pub(crate) fn run(diff: &Diff) -> Outcome {
    let answer = match &diff.against {
        Some(file) => against(diff, file)?,
        None => {
            let question = DiffQuestion {
                changes: proposed(diff)?,
            };
            if question.changes.is_empty() {
                return Err(Failure::new("no change is proposed").hint(
                    "--assign, --unassign, --add-member, --remove-member, --role or --against",
                ));
            }
            policy::ask(
                &diff.source,
                "/entrada/diff",
                &question,
                |asker, question| asker.diff(question),
            )?
        }
    };
    if diff.output.is_json() {
        print_json(&answer)?;
    } else {
        print(human(&answer))?;
    }
    let differs = answer.differences_total > 0 || answer.not_compared > 0;
    Ok(if differs { Answer::No } else { Answer::Yes })
}

/// The running server's policy, or a file's, beside another file's.
fn against(diff: &Diff, file: &Path) -> Result<DiffAnswer, Failure> {
    let after = policy::read(file)?;
    policy::with_asker(&diff.source, |asker| asker.compare(after.policy))
}

/// The changes of the command line, in a fixed order: roles are defined before they are assigned.
fn proposed(diff: &Diff) -> Result<Vec<ProposedChange>, Failure> {
    let mut changes = Vec::new();
    for file in &diff.roles {
        let shown = file.display();
        let text = std::fs::read(file)
            .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
        let definition = serde_json::from_slice(&text)
            .map_err(|error| Failure::new(format!("`{shown}`: {error}")))?;
        changes.push(ProposedChange::DefineRole { definition });
    }
    for [principal, role, scope] in diff.unassign.as_chunks().0 {
        changes.push(ProposedChange::Unassign {
            principal: principal.clone(),
            role: role.clone(),
            scope: scope.clone(),
        });
    }
    for [group, member] in diff.remove_member.as_chunks().0 {
        changes.push(ProposedChange::RemoveMember {
            group: group.clone(),
            member: member.clone(),
        });
    }
    for [group, member] in diff.add_member.as_chunks().0 {
        changes.push(ProposedChange::AddMember {
            group: group.clone(),
            member: member.clone(),
        });
    }
    for [principal, role, scope] in diff.assign.as_chunks().0 {
        changes.push(ProposedChange::Assign {
            principal: principal.clone(),
            role: role.clone(),
            scope: scope.clone(),
        });
    }
    Ok(changes)
}

fn human(answer: &DiffAnswer) -> String {
    let mut text = String::new();
    for change in &answer.changes {
        text += &format!("{HEADING}{}{HEADING:#}\n", change.summary);
    }
    for principal in &answer.principals {
        self::principal(&mut text, principal);
    }
    if answer.principals_total > answer.principals.len() {
        let more = answer.principals_total - answer.principals.len();
        text += &format!("… and {more} more principals\n");
    }
    text += &match answer.differences_total {
        0 => "no difference\n".to_owned(),
        total => format!(
            "{} gain, {} lose; {total} differences\n",
            answer.gaining, answer.losing
        ),
    };
    if answer.not_compared > 0 {
        text += &format!(
            "{BAD}not complete{BAD:#}: {} pairs of principal and place were not compared\n",
            answer.not_compared
        );
    }
    for caveat in &answer.not_known {
        text += &format!("{FAINT}not known: {caveat}{FAINT:#}\n");
    }
    text
}

fn principal(text: &mut String, principal: &DiffPrincipal) {
    *text += &format!("{}\n", principal.principal);
    let all = &principal.differences;
    let mut left: Vec<&DiffEntry> = all.iter().collect();
    while let Some(&first) = left.first() {
        let key = (&first.scope, &first.before, &first.after);
        let (same, others): (Vec<&DiffEntry>, Vec<&DiffEntry>) = left
            .into_iter()
            .partition(|one| (&one.scope, &one.before, &one.after) == key);
        let sign = match first.gain {
            true => format!("{GOOD}+{GOOD:#}"),
            false => format!("{BAD}-{BAD:#}"),
        };
        *text += &format!(
            "  {} -> {} at {FAINT}{}{FAINT:#}\n",
            first.before, first.after, first.scope
        );
        for one in same.iter().take(MAX_SHOWN) {
            let plane = if one.data { "data action" } else { "action" };
            *text += &format!("    {sign} {} {FAINT}({plane}){FAINT:#}\n", one.action);
        }
        if same.len() > MAX_SHOWN {
            *text += &format!("    … and {} more\n", same.len() - MAX_SHOWN);
        }
        left = others;
    }
    if principal.differences_total > all.len() {
        let more = principal.differences_total - all.len();
        *text += &format!("  … and {more} more\n");
    }
}
