//! Every store keeps the same promises: the same cases over each of them.

#![allow(
    clippy::unwrap_used,
    reason = "a step of a test that fails must fail the test"
)]

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::condition::Condition;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::RoleId;
use access::scope::Scope;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::{Changes, Store};

/// A step of a case.
#[derive(Clone)]
enum Step {
    Grant(RoleAssignment),
    Revoke(&'static [&'static str]),
}

use Step::{Grant, Revoke};

/// Takes the steps on every store and expects the changes that remain; on a durable store, also
/// when it is closed and opened again after every step.
fn check(steps: &[Step], granted: &[RoleAssignment], revoked: &[&str]) {
    let expected = Changes {
        granted: granted.to_vec(),
        revoked: revoked.iter().map(|id| (*id).to_owned()).collect(),
    };
    run(async {
        let memory = MemoryStore::new();
        for step in steps {
            take(&memory, step).await;
        }
        assert_eq!(memory.load().await.unwrap(), expected, "memory");

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept open.db");
        let sqlite = SqliteStore::open(&path).await.unwrap();
        for step in steps {
            take(&sqlite, step).await;
        }
        assert_eq!(sqlite.load().await.unwrap(), expected, "sqlite");
        drop(sqlite); // not closed: the next open waits for the lock
        let sqlite = SqliteStore::open(&path).await.unwrap();
        assert_eq!(sqlite.load().await.unwrap(), expected, "sqlite, reopened");

        let path = folder.path().join("reopened.db");
        for step in steps {
            let sqlite = SqliteStore::open(&path).await.unwrap();
            take(&sqlite, step).await;
            sqlite.close().await.unwrap();
        }
        let sqlite = SqliteStore::open(&path).await.unwrap();
        assert_eq!(
            sqlite.load().await.unwrap(),
            expected,
            "sqlite, step by step"
        );
    });
}

async fn take(store: &dyn Store, step: &Step) {
    match step {
        Grant(assignment) => store.grant(assignment).await.unwrap(),
        Revoke(ids) => {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            store.revoke(&ids).await.unwrap();
        }
    }
}

fn assignment(id: &str, principal: &str) -> RoleAssignment {
    let role = RoleId::parse("a97b65f3-24c7-4388-baec-2e87135dc908");
    RoleAssignment::new(id, PrincipalId::new(principal), role, Scope::root())
}

#[test]
fn a_new_store_holds_no_changes() {
    check(&[], &[], &[]);
}

#[test]
fn every_field_of_an_assignment_is_kept() {
    let full = RoleAssignment {
        id: "/subscriptions/S/providers/Microsoft.Authorization/roleAssignments/1".into(),
        principal: PrincipalId::new("6C2F1A90-3D4E-4B5F-8A6B-7C8D9E0F1A2B"),
        principal_kind: PrincipalKind::Group,
        role: RoleId::parse("Größter Rôle"),
        scope: Scope::parse("/subscriptions/S/resourceGroups/RG 'quoted\"").unwrap(),
        condition: Some(Condition::new("(Exists @Request[x])\r\n-- \u{1F511}")),
        created: Some(Timestamp(-1)),
        starts: Some(Timestamp(i64::MIN)),
        ends: Some(Timestamp::MAX),
        eligible: true,
    };
    let unreadable = RoleAssignment {
        condition: Some(Condition::new("this is not a condition")),
        ..assignment("unreadable", "")
    };
    let kinds = [
        PrincipalKind::User,
        PrincipalKind::ServicePrincipal,
        PrincipalKind::Unknown,
    ];
    let kinds = kinds.map(|principal_kind| RoleAssignment {
        principal_kind,
        ..assignment(principal_kind.as_str(), "ana")
    });
    let mut all = vec![full, unreadable];
    all.extend(kinds);
    let steps: Vec<Step> = all.iter().cloned().map(Grant).collect();
    check(&steps, &all, &[]);
}

#[test]
fn the_order_of_grants_is_kept() {
    let all: Vec<_> = (0..20)
        .map(|number| assignment(&format!("{}", (number * 7) % 20), "ana"))
        .collect();
    let steps: Vec<Step> = all.iter().cloned().map(Grant).collect();
    check(&steps, &all, &[]);
}

#[test]
fn a_grant_replaces_one_with_the_same_id() {
    let (old, other, new) = (
        assignment("One", "ana"),
        assignment("two", "ana"),
        assignment("oNE", "ben"),
    );
    let steps = [Grant(old), Grant(other.clone()), Grant(new.clone())];
    check(&steps, &[other, new], &[]);
}

#[test]
fn a_revocation_takes_a_grant_away() {
    let (one, two) = (assignment("one", "ana"), assignment("two", "ana"));
    let steps = [Grant(one), Grant(two.clone()), Revoke(&["ONE"])];
    check(&steps, &[two], &["ONE"]);
}

#[test]
fn a_grant_lifts_a_revocation() {
    let one = assignment("one", "ana");
    let steps = [Revoke(&["ONE", "two"]), Grant(one.clone())];
    check(&steps, &[one], &["two"]);
}

#[test]
fn an_id_is_revoked_once_however_often_it_is_said() {
    let steps = [
        Revoke(&["three", "one", "two", "ONE"]),
        Revoke(&[]),
        Revoke(&["Two"]),
    ];
    check(&steps, &[], &["three", "ONE", "Two"]);
}

#[test]
fn ids_that_look_like_sql_or_json_are_only_ids() {
    const ODD: [&str; 5] = ["');DROP TABLE changes;--", "[\"a\"]", "null", "", "a\u{0}b"];
    let steps = [Revoke(&ODD)];
    check(&steps, &[], &ODD);
    let all = ODD.map(|id| assignment(id, id));
    check(&all.clone().map(Grant), &all, &[]);
}

#[test]
fn changes_made_at_once_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = run(SqliteStore::open(&folder.path().join("store.db"))).unwrap();
    let stores: [&dyn Store; 2] = [&MemoryStore::new(), &sqlite];
    for store in stores {
        // As the server does it: several threads, each with a runtime of its own.
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    run(async {
                        for number in 0..25 {
                            let made = assignment(&format!("made-{thread}-{number}"), "ana");
                            store.grant(&made).await.unwrap();
                            let gone = format!("gone-{thread}-{number}");
                            store.revoke(&[gone]).await.unwrap();
                        }
                    });
                });
            }
        });
        let changes = run(store.load()).unwrap();
        assert_eq!((changes.granted.len(), changes.revoked.len()), (100, 100));
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}
