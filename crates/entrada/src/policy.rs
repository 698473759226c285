//! Which policy a question is asked of: the running server's, or a file's.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use access::Timestamp;
use access::index::Index;
use access::operation::OperationTable;
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::question::{Asker, EstateNames, UnknownName};
use wire::arm::Estate;

use crate::args::PolicySource;
use crate::client::Client;
use crate::exit::Failure;

/// Asks the running server by this path or, if a policy file is named, the file in the same way.
pub(crate) fn ask<Q: Serialize, A: DeserializeOwned>(
    source: &PolicySource,
    path: &str,
    question: &Q,
    offline: impl FnOnce(Asker<'_>, &Q) -> Result<A, UnknownName>,
) -> Result<A, Failure> {
    match &source.policy {
        None => Client::find(&source.data)?.post(path, question),
        Some(file) => {
            let estate = read(file)?;
            let index = compiled(&estate);
            let asker = Asker {
                index: &index,
                names: &EstateNames::new(&estate),
                now: now(),
            };
            Ok(offline(asker, question)?)
        }
    }
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
