//! The journal as it is written and read back.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use serde_json::Value;
use store::sqlite::SqliteStore;
use store::{Change, JournalRow, Kind, Record, Store};

use crate::config::{self, World};

use super::chain::{ChainKey, Verification};
use super::{Actor, Audit, Event, Refused};

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn open(folder: &Path) -> (Audit, Arc<SqliteStore>, ChainKey) {
    let store = Arc::new(SqliteStore::open(&folder.join("entrada.db")).await.unwrap());
    let key = || ChainKey::read_or_make(&folder.join("audit-key")).unwrap();
    (
        Audit::new(key(), Arc::clone(&store) as Arc<dyn Store>),
        store,
        key(),
    )
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}

fn world() -> World {
    config::read(config::SAMPLE, Path::new("."), Timestamp(0)).unwrap()
}

fn refused(id: &str, principal: Option<&str>, operation: &str) -> Refused {
    Refused {
        id: id.to_owned(),
        status: 401,
        cause: "role-missing",
        operation: operation.to_owned(),
        resource: "contoso".to_owned(),
        principal: principal.map(str::to_owned),
        address: ADDRESS,
    }
}

async fn rows(audit: &Audit, key: &ChainKey) -> Vec<Value> {
    let rows = audit.rows_after(0, 1_000).await.unwrap();
    let mut verification = Verification::new(key, None).unwrap();
    let read = |row: &JournalRow| {
        let mac = super::chain::hex(&row.mac);
        let entry: Value = serde_json::from_str(&row.body).unwrap();
        // As it is exported, and as it is verified from an export.
        verification
            .row(row.sequence, &entry.to_string(), &mac)
            .unwrap();
        entry
    };
    rows.iter().map(read).collect()
}

#[test]
fn a_change_and_its_row_are_kept_together_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let grant = RoleAssignment::new(
        "one",
        PrincipalId::new("ana"),
        RoleId::parse("reader"),
        Scope::root(),
    );
    let change = Change::Put(Record::RoleAssignment(grant));
    let by = Actor {
        principal: None,
        name: None,
        via: "operator",
        address: ADDRESS,
    };
    let world = world();
    run(async {
        let (audit, store, _) = open(folder.path()).await;
        audit.happened(&Event::Started, Timestamp(0)).await.unwrap();
        let write =
            async |rows: Vec<JournalRow>| store.keep(std::slice::from_ref(&change), &rows).await;
        audit
            .together(&[Event::Changed(&change, &world)], &by, Timestamp(1), write)
            .await
            .unwrap();
    });
    run(async {
        let (audit, store, key) = open(folder.path()).await;
        audit.happened(&Event::Started, Timestamp(2)).await.unwrap();
        let kept = store.load().await.unwrap();
        assert!(kept.iter().eq([&change]), "{kept:?}");
        let rows = rows(&audit, &key).await;
        let kinds: Vec<_> = rows.iter().map(|row| &row["kind"]).collect();
        assert_eq!(kinds, ["start", "grant", "start"]);
        assert_eq!(rows[1]["grant"]["principal"], "ana");
        assert_eq!(rows[1]["by"]["via"], "operator");
    });
}

#[test]
fn a_change_that_the_store_does_not_take_leaves_no_row_and_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let (audit, _, key) = open(folder.path()).await;
        audit.happened(&Event::Started, Timestamp(0)).await.unwrap();
        let by = Actor {
            principal: Some("ana".to_owned()),
            name: Some("Ana".to_owned()),
            via: "arm",
            address: ADDRESS,
        };
        let refuse = async |_: Vec<JournalRow>| {
            Err(store::StoreError::Locked {
                path: folder.path().to_owned(),
            })
        };
        let world = world();
        let gone = Change::Remove(Kind::RoleAssignment, "one".to_owned());
        let event = [Event::Changed(&gone, &world)];
        assert!(
            audit
                .together(&event, &by, Timestamp(1), refuse)
                .await
                .is_err()
        );
        audit.happened(&Event::Started, Timestamp(2)).await.unwrap();
        assert_eq!(rows(&audit, &key).await.len(), 2);
    });
}

#[test]
fn a_batch_asks_the_doctor_a_bounded_number_of_times() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let (audit, _, key) = open(folder.path()).await;
        for kind in 0..200 {
            audit.refused(refused("k", Some("ana"), &format!("GET /{kind}")));
        }
        let asked = std::cell::Cell::new(0);
        let explain = |_: &str| {
            asked.set(asked.get() + 1);
            None
        };
        audit.flush(Timestamp(5), explain).await.unwrap();
        assert_eq!(asked.get(), super::EXPLAINED);
        assert_eq!(rows(&audit, &key).await.len(), 200);
    });
}

#[test]
fn refusals_are_written_in_batches_and_what_has_no_room_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let (audit, _, key) = open(folder.path()).await;
        for id in ["1", "2", "3"] {
            audit.refused(refused(id, Some("ana"), "POST /chat"));
        }
        for stranger in 0..20 {
            audit.refused(refused("s", None, &format!("GET /{stranger}")));
        }
        audit.passed_over();
        audit.flush(Timestamp(5), |_| None).await.unwrap();
        audit.flush(Timestamp(6), |_| None).await.unwrap();
        let rows = rows(&audit, &key).await;
        assert_eq!(rows.len(), 1 + 16 + 1, "{rows:?}");
        assert_eq!(rows[0]["refusal"]["count"], 3);
        assert_eq!(rows[0]["refusal"]["id"], "3");
        assert_eq!(rows[17]["dropped"]["refusals"], 5);
    });
}
