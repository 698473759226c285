//! Check access: may somebody do something at a scope, and why or why not?

use access::action::Plane;
use access::condition::Attributes;
use access::condition::Truth;
use access::decide::Question;
use access::decision::{Decision, Denial, Step, Verdict};
use access::role::{RoleDefinition, RoleId};
use access::scope::Scope;
use askama::Template;

use super::super::page::{self, Frame};
use super::super::people::{self, Named};
use super::super::place;
use super::super::trouble::Trouble;
use super::super::visit::{Answer, Visit};
use super::mend::{Fix, Way, fix, fix_by, ways};
use super::picture::{self, Picture};
use super::{Head, READ_ASSIGNMENTS, SECTION, Tab, roles};
use crate::config::Principal;
use crate::question::{self, SHORT};

#[derive(Template)]
#[template(path = "portal/access/check.html")]
struct CheckPage {
    frame: Frame,
    head: Head,
    /// What stands in the field.
    principal: String,
    suggestions: Vec<Named>,
    operations: Vec<Operation>,
    roles: Vec<Role>,
    action: String,
    /// Whether the person may ask about others.
    about_others: bool,
    answer: Answered,
}

/// An operation to choose.
struct Operation {
    word: &'static str,
    path: String,
    is_chosen: bool,
}

/// A role to choose.
struct Role {
    id: String,
    name: String,
    is_chosen: bool,
}

/// What the page answers.
enum Answered {
    /// Nothing was asked yet.
    Nothing,
    /// Nobody is called so; these are called similarly.
    Nobody(String, Vec<Named>),
    /// The operation or action makes no sense.
    Unreadable(String),
    /// What somebody may do, operation by operation.
    Everything(Box<Everything>),
    /// One question.
    One(Box<One>),
}

struct Everything {
    who: Named,
    /// The role whose operations these are; empty if all are shown.
    role: String,
    rows: Vec<Row>,
    permitted: usize,
    fix: Option<Fix>,
}

struct Row {
    word: &'static str,
    path: String,
    verdict: &'static str,
    effect: &'static str,
    why: String,
}

struct One {
    who: Named,
    effect: &'static str,
    title: &'static str,
    sentence: String,
    action: String,
    is_data: bool,
    cause: &'static str,
    picture: Picture,
    /// It will be effective by itself.
    waits: bool,
    /// A role was assigned a moment ago, from this page.
    was_granted: bool,
    fix: Option<Fix>,
    /// Everything that would permit it, if that was asked for.
    ways: Option<Vec<Way>>,
    /// Where that is asked for; empty if it is not offered.
    more: String,
}

/// `GET /portal/access?scope=ID&principal=NAME&ask=…`
pub(in super::super) async fn show(visit: &Visit<'_>) -> Answer {
    let head = Head::of(visit, Tab::Check)?;
    let text = |name: &str| {
        visit
            .query
            .value(name)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let (principal, ask, action) = (text("principal"), text("ask"), text("action"));
    let about_others = visit.may(READ_ASSIGNMENTS, &head.scope);
    let answer = answer(visit, &head, &principal, &ask, &action).await?;
    let operations = SHORT.iter().map(|(word, operation)| Operation {
        word,
        path: operation.to_string(),
        is_chosen: ask == *word,
    });
    let known = roles::assignable(visit, &head.scope).into_iter();
    let known = known.map(|role| Role {
        id: role.id.to_string(),
        name: role.name.clone(),
        is_chosen: ask.strip_prefix("role:").map(RoleId::parse) == Some(role.id.clone()),
    });
    page::page(&CheckPage {
        frame: visit.frame(SECTION),
        suggestions: match about_others {
            true => people::suggestions(visit.world()),
            false => Vec::new(),
        },
        operations: operations.collect(),
        roles: known.collect(),
        principal,
        action,
        about_others,
        answer,
        head,
    })
}

async fn answer(
    visit: &Visit<'_>,
    head: &Head,
    principal: &str,
    ask: &str,
    action: &str,
) -> Result<Answered, Trouble> {
    if principal.is_empty() {
        return Ok(Answered::Nothing);
    }
    let world = visit.world();
    let Some(who) = world.principal_or_object_id(principal) else {
        let similar = people::search(world, principal).into_iter().map(Named::of);
        return Ok(Answered::Nobody(principal.to_owned(), similar.collect()));
    };
    if who.id != visit.caller().principal {
        // Whoever asks about others learns what is assigned to them.
        visit.demand(READ_ASSIGNMENTS, &head.scope)?;
    }
    if let Some(role) = ask.strip_prefix("role:") {
        let role = world.policy.role(&RoleId::parse(role));
        let role = role.ok_or_else(|| Trouble::Missing("There is no such role.".to_owned()))?;
        return Ok(Answered::Everything(Box::new(of_role(
            visit, head, &who, role,
        ))));
    }
    let asked = if action.is_empty() { ask } else { action };
    if asked.is_empty() {
        return Ok(Answered::Everything(Box::new(everything(
            visit, head, &who,
        ))));
    }
    let Some(asked) = question::read(world, asked, &head.scope) else {
        return Ok(Answered::Unreadable(asked.to_owned()));
    };
    let decision = decide(visit, &head.scope, &who, &asked.action, asked.plane);
    let mut one = one(visit, &who, &decision);
    let is_denied = matches!(decision.verdict, Verdict::Denied(_));
    // What others have, whoever may not see it is not told by way of advice.
    if is_denied && visit.may(READ_ASSIGNMENTS, &head.scope) {
        match visit.query.value("ways") {
            Some(_) => one.ways = Some(ways(visit, &decision).await?),
            None => one.more = format!("{}&ways=1#ways", visit.here),
        }
    }
    Ok(Answered::One(Box::new(one)))
}

/// The answer for somebody, with what is known of their groups here.
pub(in super::super) fn decide(
    visit: &Visit<'_>,
    scope: &Scope,
    who: &Principal,
    action: &str,
    plane: Plane,
) -> Decision {
    let own = who.id == visit.caller().principal;
    visit.snapshot.decide(&Question {
        principal: &who.id,
        // Of others, only the directory's groups are known.
        groups: if own { &visit.caller().groups } else { &[] },
        action,
        plane,
        scope,
        now: visit.now,
    })
}

fn one(visit: &Visit<'_>, who: &Principal, decision: &Decision) -> One {
    let named = Named::of(who);
    let (title, effect, cause) = told(decision.verdict);
    One {
        sentence: sentence(visit, decision),
        who: named,
        effect,
        title,
        action: decision.action.clone(),
        is_data: decision.plane == Plane::Data,
        cause,
        picture: Picture::draw(visit, decision),
        waits: decision.verdict == Verdict::Denied(Denial::NotYetEffective),
        was_granted: visit.query.value("granted").is_some(),
        fix: fix(visit, who, decision),
        ways: None,
        more: String::new(),
    }
}

/// What decides, in a sentence.
fn sentence(visit: &Visit<'_>, decision: &Decision) -> String {
    let step = match (decision.decisive(), decision.near_misses.first()) {
        (Some(Step::Grant(grant)), _) => Some(grant),
        (Some(Step::Deny(deny)), _) => {
            let place = place::label(visit.world(), &deny.scope);
            return format!("The deny assignment “{}” at {place} decides.", deny.name);
        }
        (None, near) => near,
    };
    let Some(step) = step else {
        return "No role assignment reaches it.".to_owned();
    };
    let item = picture::candidate(step, false);
    let place = place::label(visit.world(), &step.scope);
    let through = match item.through.last() {
        Some(group) => format!(", assigned to the group {group},"),
        None => String::new(),
    };
    match item.effect {
        picture::Effect::Yes => format!("{}{through} at {place} {}.", item.name, item.why),
        _ => format!("{}{through} at {place}: {}.", item.name, item.why),
    }
}

fn told(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Allowed => ("Allowed", "yes", ""),
        Verdict::Denied(denial) => ("Not allowed", "no", denial.id()),
        Verdict::Unknown => ("Cannot be told", "maybe", ""),
        Verdict::Conditional => ("Depends on a condition", "maybe", ""),
    }
}

fn everything(visit: &Visit<'_>, head: &Head, who: &Principal) -> Everything {
    let rows: Vec<Row> = SHORT
        .iter()
        .map(|(word, _)| row(visit, head, who, word))
        .collect();
    Everything {
        who: Named::of(who),
        role: String::new(),
        permitted: permitted(&rows),
        rows,
        fix: None,
    }
}

/// Whether somebody may do what a role permits: all of it, some, nothing.
fn of_role(visit: &Visit<'_>, head: &Head, who: &Principal, role: &RoleDefinition) -> Everything {
    let world = visit.world();
    let permits = |word: &&str| {
        question::read(world, word, &head.scope).is_some_and(|asked| {
            role.permits(&asked.action, asked.plane, Attributes::none()) == Truth::True
        })
    };
    let words = SHORT.iter().map(|(word, _)| *word).filter(permits);
    let rows: Vec<Row> = words.map(|word| row(visit, head, who, word)).collect();
    let lacks = permitted(&rows) < rows.len() || rows.is_empty();
    Everything {
        who: Named::of(who),
        role: role.name.clone(),
        permitted: permitted(&rows),
        rows,
        fix: lacks.then(|| fix_by(visit, who, &role.id, &role.name, &head.scope)),
    }
}

fn permitted(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.effect == "yes").count()
}

fn row(visit: &Visit<'_>, head: &Head, who: &Principal, word: &'static str) -> Row {
    let asked = question::read(visit.world(), word, &head.scope);
    let operation = SHORT.iter().find(|(known, _)| *known == word);
    let path = operation.map_or_else(String::new, |(_, operation)| operation.to_string());
    let Some(asked) = asked else {
        return Row {
            word,
            path,
            verdict: "Cannot be told",
            effect: "maybe",
            why: String::new(),
        };
    };
    let decision = decide(visit, &head.scope, who, &asked.action, asked.plane);
    let (verdict, effect, _) = told(decision.verdict);
    let why = sentence(visit, &decision);
    Row {
        word,
        path,
        verdict,
        effect,
        why,
    }
}
