//! Deny assignments: what is taken away, whatever roles grant.

use access::action::ActionPattern;
use access::principal::PrincipalKind;
use askama::Template;

use super::super::page::{self, Frame};
use super::super::people::Named;
use super::super::place;
use super::super::visit::{Answer, Visit};
use super::{Head, READ_DENIES, SECTION, Tab};

#[derive(Template)]
#[template(path = "portal/access/denies.html")]
struct DeniesPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    place: String,
    is_inherited: bool,
    principals: Vec<Named>,
    spared: Vec<Named>,
    actions: Vec<String>,
    except: Vec<String>,
    not_to_children: bool,
    is_protected: bool,
    condition: String,
}

/// `GET /portal/access/denied?scope=ID`
pub(in super::super) fn show(visit: &Visit<'_>) -> Answer {
    let head = Head::of(visit, Tab::Denies)?;
    visit.demand(READ_DENIES, &head.scope)?;
    let world = visit.world();
    let ancestors = visit.snapshot.index.ancestors(&head.scope);
    let denies = world.policy.denies.iter();
    let denies = denies.filter(|deny| {
        ancestors.covered_by(&deny.scope) && (deny.scope == head.scope || !deny.not_to_children)
    });
    let named = |ids: &[access::principal::PrincipalId]| -> Vec<Named> {
        ids.iter()
            .map(|id| Named::by_id(world, id, PrincipalKind::Unknown))
            .collect()
    };
    let texts = |one: &[ActionPattern], other: &[ActionPattern]| -> Vec<String> {
        one.iter()
            .chain(other)
            .map(|one| one.as_str().to_owned())
            .collect()
    };
    let rows = denies.map(|deny| Row {
        name: deny.name.clone(),
        place: place::label(world, &deny.scope),
        is_inherited: deny.scope != head.scope,
        principals: named(&deny.principals),
        spared: named(&deny.exclude_principals),
        actions: deny
            .permissions
            .iter()
            .flat_map(|block| texts(&block.actions, &block.data_actions))
            .collect(),
        except: deny
            .permissions
            .iter()
            .flat_map(|block| texts(&block.not_actions, &block.not_data_actions))
            .collect(),
        not_to_children: deny.not_to_children,
        is_protected: deny.system_protected,
        condition: deny
            .condition
            .as_ref()
            .map_or_else(String::new, |one| one.as_str().to_owned()),
    });
    page::page(&DeniesPage {
        frame: visit.frame(SECTION),
        rows: rows.collect(),
        head,
    })
}
