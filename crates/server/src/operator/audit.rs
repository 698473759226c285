//! The journal, for who may see all of it.

use http::StatusCode;
use store::JournalRow;
use wire::entrada::{AuditPage, AuditRow};

use super::{Answer, Trouble, json, limit, number};
use crate::app::App;
use crate::audit::Audit;
use crate::audit::chain::hex;
use crate::clock;

/// Rows of one answer.
const PAGE: usize = 1_000;

/// `GET /entrada/audit?after=SEQUENCE&limit=N`
pub(super) async fn list(app: &App, query: Option<&str>) -> Answer {
    let after = number(query, "after")?.unwrap_or_default();
    let limit = limit(query, PAGE)?;
    let mut rows = journal(app)?.rows_after(after, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let rows = rows.iter().map(shown).collect::<Result<_, Trouble>>()?;
    json(&AuditPage { rows, more })
}

/// `GET /entrada/audit/head`
pub(super) async fn head(app: &App) -> Answer {
    match journal(app)?.head(clock::now()).await? {
        Some(head) => json(&head),
        None => Err(no_journal("the journal is empty")),
    }
}

fn journal(app: &App) -> Result<&Audit, Trouble> {
    let audit = app.audit.as_deref();
    audit.ok_or_else(|| no_journal("an --ephemeral server keeps no journal"))
}

fn no_journal(message: &str) -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, "no_journal", message)
}

fn shown(row: &JournalRow) -> Result<AuditRow, Trouble> {
    let entry = serde_json::from_str(&row.body).map_err(|error| {
        let message = format!("row {} is damaged: {error}", row.sequence);
        Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged_row", message)
    })?;
    Ok(AuditRow {
        sequence: row.sequence,
        mac: hex(&row.mac),
        entry,
    })
}
