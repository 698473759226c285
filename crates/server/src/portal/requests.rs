//! Requests: what was called and how it was answered, and of every refusal the explanation.

use ::access::scope::Scope;
use askama::Template;
use wire::entrada::RequestRecord;

use super::access::{self, Fix, READ_ASSIGNMENTS};
use super::page::{self, Frame, Section};
use super::place;
use super::report::Report;
use super::sight::Sight;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};
use crate::authenticate::Caller;
use crate::calls::{self, Asked, Call};
use crate::percent;

/// Rows of the list.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "portal/requests.html")]
struct RequestsPage {
    frame: Frame,
    refused_only: bool,
    is_live: bool,
    principal: String,
    rows: Vec<Row>,
    /// Whether others' requests are shown, everywhere or in some accounts.
    sees_all: bool,
    unrecorded: u64,
}

/// A call.
struct Row {
    /// Unique on the page, so that a part which is renewed keeps the focus.
    key: String,
    time: String,
    status: u16,
    effect: &'static str,
    who: String,
    operation: String,
    place: String,
    took: String,
    count: u64,
    refusal: Option<Refusal>,
}

struct Refusal {
    id: String,
    cause: String,
    fix: Option<Fix>,
}

#[derive(Template)]
#[template(path = "portal/request.html")]
struct RequestPage {
    frame: Frame,
    record: RequestRecord,
    who: String,
    report: Report,
    fix: Option<Fix>,
    /// It would be allowed by now.
    is_mended: bool,
    check: String,
    when: String,
}

impl Row {
    fn clock(&self) -> String {
        page::clock(&self.time)
    }
}

/// `GET /portal/requests?show=refused&principal=NAME&live=off`
pub(super) fn list(visit: &Visit<'_>) -> Answer {
    let sight = Sight::of(visit, READ_ASSIGNMENTS);
    let text = |name: &str| {
        visit
            .query
            .value(name)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let (principal, refused_only) = (text("principal"), text("show") == "refused");
    let rows = match refused_only {
        true => refusals(visit, &sight, &principal),
        false => calls(visit, &sight, &principal),
    };
    page::page(&RequestsPage {
        frame: visit.frame(Section::Requests),
        refused_only,
        is_live: text("live") != "off",
        principal,
        rows,
        sees_all: sight.is_whole(),
        unrecorded: match sight.is_whole() {
            true => visit.app.explanations.unrecorded(),
            false => 0,
        },
    })
}

fn refusals(visit: &Visit<'_>, sight: &Sight<'_>, principal: &str) -> Vec<Row> {
    let named = |name: Option<&str>| {
        let wanted = visit
            .world()
            .principal(principal)
            .map_or(principal, |known| &known.name);
        principal.is_empty() || name.is_some_and(|name| name.eq_ignore_ascii_case(wanted))
    };
    let wanted =
        |name: Option<&str>, at: &str| named(name) && (sight.is_me(name) || sight.covers_text(at));
    let records = visit.app.explanations.outlines(ROWS, wanted).into_iter();
    let rows = records.map(|record| Row {
        key: format!("r-{}", record.id),
        time: record.time,
        status: record.status,
        effect: "no",
        who: record.principal.unwrap_or_else(|| "Somebody".to_owned()),
        operation: record.operation,
        place: record.account.unwrap_or_default(),
        took: String::new(),
        count: record.count,
        refusal: Some(refusal(visit, record.id, record.cause)),
    });
    rows.collect()
}

fn calls(visit: &Visit<'_>, sight: &Sight<'_>, principal: &str) -> Vec<Row> {
    let world = visit.world();
    let me = &visit.caller().principal;
    let wanted_id = world
        .principal(principal)
        .map_or_else(|| principal.to_owned(), |known| known.id.to_string());
    let wanted = |call: &Call| {
        let caller = call.caller.as_ref().and_then(Caller::identity);
        let named = principal.is_empty()
            || caller.is_some_and(|caller| {
                caller
                    .principal
                    .to_string()
                    .eq_ignore_ascii_case(&wanted_id)
            });
        let own = caller.is_some_and(|caller| caller.principal == *me);
        named
            && (own
                || match &call.asked {
                    Asked::Inference {
                        account, project, ..
                    } => sight.covers(project.as_ref().unwrap_or(&account.scope)),
                    Asked::Management(found) => sight.covers(&found.scope),
                    Asked::Other(_) => sight.is_whole(),
                })
    };
    let newest = visit.app.calls.newest(0, ROWS, wanted).into_iter();
    let newest = newest.map(|call| calls::shown(call, world));
    let rows = newest.map(|call| Row {
        key: format!("c-{}", call.sequence),
        time: call.time,
        status: call.status,
        effect: match call.status {
            0..400 => "yes",
            _ => "no",
        },
        who: call.principal.unwrap_or_else(|| "Somebody".to_owned()),
        operation: call.operation,
        place: resource(visit, call.resource.as_deref(), call.deployment.as_deref()),
        took: took(call.microseconds),
        count: 1,
        refusal: call
            .refused
            .map(|refused| refusal(visit, refused.id, refused.cause)),
    });
    rows.collect()
}

fn resource(visit: &Visit<'_>, resource: Option<&str>, deployment: Option<&str>) -> String {
    let scope = resource.and_then(|id| Scope::parse(id).ok());
    let place = scope.map_or_else(String::new, |scope| place::label(visit.world(), &scope));
    match deployment {
        Some(deployment) => format!("{place}, {deployment}"),
        None => place,
    }
}

/// Until the head of the answer was ready.
fn took(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => format!("{}.{} ms", microseconds / 1_000, microseconds / 100 % 10),
        _ => format!(
            "{}.{} s",
            microseconds / 1_000_000,
            microseconds / 100_000 % 10
        ),
    }
}

fn refusal(visit: &Visit<'_>, id: String, cause: String) -> Refusal {
    let (fix, _) = mend(visit, &id);
    Refusal {
        fix: fix.filter(|fix| fix.may_assign),
        id,
        cause,
    }
}

/// The role that would have permitted a refused call, by the policy of now, and whether it is permitted by now.
fn mend(visit: &Visit<'_>, id: &str) -> (Option<Fix>, bool) {
    let Some(lacking) = visit.app.explanations.lacking(id) else {
        return (None, false);
    };
    let who = visit.world().principal_or_object_id(&lacking.principal);
    let (Some(who), Ok(scope)) = (who, Scope::parse(&lacking.scope)) else {
        return (None, false);
    };
    let decision = access::decide(visit, &scope, &who, &lacking.action, lacking.plane);
    (access::fix(visit, &who, &decision), decision.is_allowed())
}

/// `GET /portal/requests/{id}`
pub(super) async fn read(visit: &Visit<'_>) -> Answer {
    let path = visit.here.split('?').next().unwrap_or_default();
    let id = percent::decoded(path.rsplit('/').next().unwrap_or_default());
    let found = match (visit.app.explanations.find(&id), &visit.app.audit) {
        (None, Some(audit)) => audit.explanation(&id).await?,
        (found, _) => found,
    };
    let sight = Sight::of(visit, READ_ASSIGNMENTS);
    // Of what somebody may not see, they do not learn that it is there.
    let found = found.filter(|record| {
        let place = record.account.as_deref().unwrap_or_default();
        sight.is_me(record.principal.as_deref()) || sight.covers_text(place)
    });
    let record = found.ok_or_else(|| {
        Trouble::Missing("There is no such refusal, or you may not see it.".to_owned())
    })?;
    let (fix, is_mended) = mend(visit, &id);
    page::page(&RequestPage {
        frame: visit.frame(Section::Requests),
        who: record
            .principal
            .clone()
            .unwrap_or_else(|| "Somebody without a usable credential".to_owned()),
        report: Report::read(&record.report),
        check: check_link(visit, &id),
        when: page::clock(&record.time),
        fix,
        is_mended,
        record,
    })
}

/// Where the same question is answered with all its steps; empty if it is none of access.
fn check_link(visit: &Visit<'_>, id: &str) -> String {
    use crate::token_service::form::encode;

    let Some(lacking) = visit.app.explanations.lacking(id) else {
        return String::new();
    };
    let who = visit.world().principal(&lacking.principal);
    let who = who.map_or(&lacking.principal, |known| &known.name);
    let plane = match lacking.plane {
        ::access::action::Plane::Data => "data:",
        ::access::action::Plane::Control => "control:",
    };
    format!(
        "/portal/access?scope={}&principal={}&action={plane}{}#result",
        encode(&lacking.scope),
        encode(who),
        encode(&lacking.action)
    )
}

#[cfg(test)]
mod tests {
    use super::took;

    #[test]
    fn times_are_short() {
        for (microseconds, expected) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_000, "1.0 ms"),
            (12_345, "12.3 ms"),
            (2_050_000, "2.0 s"),
        ] {
            assert_eq!(took(microseconds), expected);
        }
    }
}
