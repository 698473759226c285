//! Audit: the journal, for those who may read it.

use askama::Template;
use serde_json::Value;

use super::page::{self, Frame, Section};
use super::sight::Sight;
use super::visit::{Answer, Visit};
use crate::audit::Audit;

/// Reading Azure's activity log, which this is like.
const READ_EVENTS: &str = "Microsoft.Insights/eventtypes/values/read";

/// Rows of a page, rows that are read at once, and how often that is done for one page.
const ROWS: usize = 100;
const CHUNK: u64 = 500;
const CHUNKS: usize = 10;

#[derive(Template)]
#[template(path = "portal/audit.html")]
struct AuditPage {
    frame: Frame,
    is_kept: bool,
    sees_all: bool,
    kind: String,
    wanted: String,
    rows: Vec<Row>,
    /// Where older rows begin; 0 if there are none.
    before: u64,
}

impl AuditPage {
    fn kinds(&self) -> &'static [(&'static str, &'static str)] {
        &KINDS
    }
}

const KINDS: [(&str, &str); 6] = [
    ("grant", "Assigned"),
    ("revoke", "Removed"),
    ("write", "Written"),
    ("delete", "Deleted"),
    ("refusal", "Refused"),
    ("start", "Started"),
];

struct Row {
    sequence: u64,
    time: String,
    kind: &'static str,
    effect: &'static str,
    who: String,
    via: String,
    what: String,
    place: String,
    /// Opens the explanation of a refusal.
    id: String,
}

impl Row {
    fn clock(&self) -> String {
        page::clock(&self.time)
    }
}

/// `GET /portal/audit?kind=grant&wanted=TEXT&before=SEQUENCE`
pub(super) async fn show(visit: &Visit<'_>) -> Answer {
    let sight = Sight::of(visit, READ_EVENTS);
    let text = |name: &str| {
        visit
            .query
            .value(name)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let (kind, wanted) = (text("kind"), text("wanted"));
    let before = text("before").parse().ok();
    let (rows, before) = match visit.app.audit.as_deref() {
        Some(audit) => {
            let fits = |row: &Row, entry: &Value| {
                (kind.is_empty() || entry["kind"] == *kind)
                    && (wanted.is_empty() || has(row, &wanted))
            };
            collect(visit, &sight, audit, before, fits).await?
        }
        None => (Vec::new(), 0),
    };
    page::page(&AuditPage {
        frame: visit.frame(Section::Audit),
        is_kept: visit.app.audit.is_some(),
        sees_all: sight.is_whole(),
        kind,
        wanted,
        rows,
        before,
    })
}

fn has(row: &Row, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let texts = [&row.who, &row.what, &row.place];
    texts
        .iter()
        .any(|text| text.to_lowercase().contains(&wanted))
}

/// The newest rows that fit and are seen, and before which place older ones may be.
async fn collect(
    visit: &Visit<'_>,
    sight: &Sight<'_>,
    audit: &Audit,
    before: Option<u64>,
    fits: impl Fn(&Row, &Value) -> bool,
) -> Result<(Vec<Row>, u64), super::trouble::Trouble> {
    let head = audit.head(visit.now).await?;
    let newest = head.map_or(0, |head| head.sequence);
    let mut end = before.map_or(newest, |before| newest.min(before.saturating_sub(1)));
    let mut rows = Vec::new();
    for _ in 0..CHUNKS {
        if end == 0 {
            break;
        }
        let start = end.saturating_sub(CHUNK);
        let limit = usize::try_from(end - start).unwrap_or(usize::MAX);
        let chunk = audit.rows_after(start, limit).await?;
        for written in chunk.iter().rev().filter(|row| row.sequence <= end) {
            let Ok(entry) = serde_json::from_str::<Value>(&written.body) else {
                continue;
            };
            if !is_seen(sight, &entry) {
                continue;
            }
            let row = row(visit, written.sequence, &entry);
            if fits(&row, &entry) {
                rows.push(row);
            }
            if rows.len() == ROWS {
                return Ok((rows, written.sequence));
            }
        }
        end = start;
    }
    Ok((rows, if end == 0 { 0 } else { end + 1 }))
}

fn is_seen(sight: &Sight<'_>, entry: &Value) -> bool {
    let kind = entry["kind"].as_str().unwrap_or_default();
    let told = &entry[kind];
    match kind {
        "grant" | "revoke" => {
            let scope = told["scope"].as_str().unwrap_or_default();
            sight.covers_text(scope)
        }
        "refusal" => {
            let resource = told["resource"].as_str().unwrap_or_default();
            sight.is_me(told["principal"].as_str()) || sight.covers_text(resource)
        }
        _ => sight.is_whole(),
    }
}

fn row(visit: &Visit<'_>, sequence: u64, entry: &Value) -> Row {
    let kind = entry["kind"].as_str().unwrap_or_default();
    let told = &entry[kind];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let or = |value: &Value, other: &Value| text(if value.is_string() { value } else { other });
    let (effect, what, place) = match kind {
        "grant" | "revoke" => {
            let role = or(&told["role_name"], &told["role"]);
            let name = or(&told["name"], &told["principal"]);
            let (effect, word) = match kind {
                "grant" => ("yes", "to"),
                _ => ("no", "from"),
            };
            (
                effect,
                format!("{role} {word} {name}"),
                text(&told["scope"]),
            )
        }
        "refusal" => {
            let count = told["count"].as_u64().unwrap_or(1);
            let times = if count > 1 {
                format!(", {count} times")
            } else {
                String::new()
            };
            let what = format!(
                "{}: {}{times}",
                text(&told["operation"]),
                text(&told["cause"])
            );
            ("no", what, text(&told["resource"]))
        }
        "start" => (
            "near",
            format!("version {}", text(&told["version"])),
            String::new(),
        ),
        "dropped" => {
            let what = format!("{} refusals were not written", told["refusals"]);
            ("near", what, String::new())
        }
        _ => {
            let what = format!("{} {}", text(&told["type"]), or(&told["name"], &told["id"]));
            ("near", what, String::new())
        }
    };
    let by = &entry["by"];
    let scope = access::scope::Scope::parse(&place).ok();
    Row {
        sequence,
        time: text(&entry["time"]),
        kind: KINDS
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or("Noted", |(_, word)| word),
        effect,
        who: match kind {
            "refusal" if told["principal"].is_string() => text(&told["principal"]),
            "refusal" => "Somebody".to_owned(),
            _ if by["name"].is_string() || by["principal"].is_string() => {
                or(&by["name"], &by["principal"])
            }
            _ if by.is_object() => "Operator".to_owned(),
            _ => "Server".to_owned(),
        },
        via: match text(&by["via"]) {
            via if via.is_empty() => text(&told["address"]),
            via => format!("{via}, {}", text(&by["address"])),
        },
        what,
        place: scope.map_or(place, |scope| super::place::label(visit.world(), &scope)),
        id: text(&told["id"]),
    }
}
