//! Which policy a question is asked of: the running server's, or a file's.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use access::Timestamp;
use access::index::Index;
use access::operation::OperationTable;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::question::{Asker, EstateNames};
use wire::arm::Estate;

use crate::args::PolicySource;
use crate::client::Client;
use crate::exit::Failure;

/// Asks the running server by this path or, if a policy file is named, the file in the same way.
pub(crate) fn ask<Q: Serialize, A: DeserializeOwned, E: Error>(
    source: &PolicySource,
    path: &str,
    question: &Q,
    offline: impl FnOnce(Asker<'_>, &Q) -> Result<A, E>,
) -> Result<A, Failure> {
    match &source.policy {
        None => Client::find(&source.data)?.post(path, question),
        Some(file) => Ok(asking(&read(file)?, |asker| offline(asker, question))?),
    }
}

/// Something that is asked here, of the file or of what the running server exports.
pub(crate) fn with_asker<A>(
    source: &PolicySource,
    ask: impl FnOnce(Asker<'_>) -> A,
) -> Result<A, Failure> {
    let estate = match &source.policy {
        Some(file) => read(file)?,
        None => {
            let exported: Value = Client::find(&source.data)?.get("/entrada/policy")?;
            wire::arm::read_estate(exported.to_string().as_bytes())?
        }
    };
    Ok(asking(&estate, ask))
}

fn asking<A>(estate: &Estate, ask: impl FnOnce(Asker<'_>) -> A) -> A {
    let index = compiled(estate);
    ask(Asker {
        index: &index,
        newest: None,
        names: &EstateNames::new(estate),
        now: now(),
    })
}

/// Reads a policy file.
pub(crate) fn read(file: &Path) -> Result<Estate, Failure> {
    let shown = file.display();
    let text = std::fs::read(file)
        .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
    wire::arm::read_estate(&text).map_err(|error| Failure::new(format!("`{shown}`: {error}")))
}

/// The policy of a file, for look-ups.
pub(crate) fn compiled(estate: &Estate) -> Index {
    Index::new(Arc::new(estate.policy.clone()), OperationTable::standard())
}

/// The machine's time.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
