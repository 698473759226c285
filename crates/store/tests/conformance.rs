//! Every store keeps the same promises: the same cases over each of them.

#![allow(
    clippy::unwrap_used,
    reason = "a step of a test that fails must fail the test"
)]

use access::Timestamp;
use access::action::ActionPattern;
use access::assignment::{DenyAssignment, RoleAssignment};
use access::condition::Condition;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{Permission, RoleDefinition, RoleId};
use access::scope::Scope;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::{Change, Changes, Kind, Record, Resource, Store};

/// What is kept in one call.
type Step = Vec<Change>;

/// A role assignment.
fn grant(assignment: &RoleAssignment) -> Step {
    vec![put(assignment)]
}

fn put(assignment: &RoleAssignment) -> Change {
    Change::Put(Record::RoleAssignment(assignment.clone()))
}

/// Revocations in one call.
fn revoke(ids: &[&str]) -> Step {
    let gone = |id: &&str| Change::Remove(Kind::RoleAssignment, (*id).to_owned());
    ids.iter().map(gone).collect()
}

/// Takes the steps on every store and expects the assignments that remain and those that are gone.
fn check(steps: &[Step], granted: &[RoleAssignment], revoked: &[&str]) {
    check_all(steps, |changes| {
        let found = changes.iter().filter_map(|change| match change {
            Change::Put(Record::RoleAssignment(one)) => Some(one.clone()),
            _ => None,
        });
        let gone = changes.iter().filter_map(|change| match change {
            Change::Remove(Kind::RoleAssignment, id) => Some(id.clone()),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), granted);
        assert_eq!(gone.collect::<Vec<_>>(), revoked);
    });
}

/// Takes the steps on every store and looks at the changes that remain; on a durable store, also when it
/// is closed and opened again after every step.
fn check_all(steps: &[Step], look: impl Fn(&Changes)) {
    run(async {
        let memory = MemoryStore::new();
        for step in steps {
            memory.keep(step, &[]).await.unwrap();
        }
        look(&memory.load().await.unwrap());

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept open.db");
        let sqlite = SqliteStore::open(&path).await.unwrap();
        for step in steps {
            sqlite.keep(step, &[]).await.unwrap();
        }
        look(&sqlite.load().await.unwrap());
        drop(sqlite); // not closed: the next open waits for the lock
        let sqlite = SqliteStore::open(&path).await.unwrap();
        look(&sqlite.load().await.unwrap());

        let path = folder.path().join("reopened.db");
        for step in steps {
            let sqlite = SqliteStore::open(&path).await.unwrap();
            sqlite.keep(step, &[]).await.unwrap();
            sqlite.close().await.unwrap();
        }
        let sqlite = SqliteStore::open(&path).await.unwrap();
        look(&sqlite.load().await.unwrap());
    });
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
        description: Some("for the pilot".into()),
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
    let steps: Vec<Step> = all.iter().map(grant).collect();
    check(&steps, &all, &[]);
}

#[test]
fn the_order_of_grants_is_kept() {
    let all: Vec<_> = (0..20)
        .map(|number| assignment(&format!("{}", (number * 7) % 20), "ana"))
        .collect();
    let steps: Vec<Step> = all.iter().map(grant).collect();
    check(&steps, &all, &[]);
}

#[test]
fn a_grant_replaces_one_with_the_same_id() {
    let (old, other, new) = (
        assignment("One", "ana"),
        assignment("two", "ana"),
        assignment("oNE", "ben"),
    );
    let steps = [grant(&old), grant(&other), grant(&new)];
    check(&steps, &[other, new], &[]);
}

#[test]
fn a_revocation_takes_a_grant_away() {
    let (one, two) = (assignment("one", "ana"), assignment("two", "ana"));
    let steps = [grant(&one), grant(&two), revoke(&["ONE"])];
    check(&steps, &[two], &["ONE"]);
}

#[test]
fn a_grant_lifts_a_revocation() {
    let one = assignment("one", "ana");
    let steps = [revoke(&["ONE", "two"]), grant(&one)];
    check(&steps, &[one], &["two"]);
}

#[test]
fn an_id_is_revoked_once_however_often_it_is_said() {
    let steps = [
        revoke(&["three", "one", "two", "ONE"]),
        revoke(&[]),
        revoke(&["Two"]),
    ];
    check(&steps, &[], &["three", "ONE", "Two"]);
}

#[test]
fn ids_that_look_like_sql_or_json_are_only_ids() {
    const ODD: [&str; 5] = ["');DROP TABLE changes;--", "[\"a\"]", "null", "", "a\u{0}b"];
    let steps = [revoke(&ODD)];
    check(&steps, &[], &ODD);
    let all = ODD.map(|id| assignment(id, id));
    check(&all.each_ref().map(grant), &all, &[]);
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
                            store.keep(&grant(&made), &[]).await.unwrap();
                            let gone = format!("gone-{thread}-{number}");
                            store.keep(&revoke(&[&gone]), &[]).await.unwrap();
                        }
                    });
                });
            }
        });
        let changes = run(store.load()).unwrap();
        let is_put = |change: &&Change| matches!(change, Change::Put(_));
        let put = changes.iter().filter(is_put).count();
        assert_eq!((put, changes.iter().count()), (100, 200));
    }
}

#[test]
fn every_kind_of_thing_is_kept_with_every_field() {
    let patterns = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| ActionPattern::new(text))
            .collect::<Vec<_>>()
    };
    let block = Permission {
        actions: patterns(&["*/read", "A/b"]),
        not_actions: patterns(&["A/c"]),
        data_actions: patterns(&["B/*"]),
        not_data_actions: patterns(&["B/c"]),
        condition: Some(Condition::new("Exists @Request[x]")),
    };
    let role = RoleDefinition {
        description: "What it is for".to_owned(),
        assignable_scopes: vec!["/subscriptions/s".to_owned()],
        permissions: vec![block.clone(), Permission::default()],
        ..RoleDefinition::new(RoleId::parse("one"), "Custom 'Rôle'")
    };
    let deny = DenyAssignment {
        name: "no keys".to_owned(),
        permissions: vec![block],
        principals: vec![PrincipalId::everyone()],
        exclude_principals: vec![PrincipalId::new("ana")],
        not_to_children: true,
        system_protected: true,
        condition: Some(Condition::new("this is not a condition")),
        ..DenyAssignment::new("one", Scope::root())
    };
    let body = serde_json::json!({ "location": "x", "properties": { "deep": [1, null, "\u{0}"] } });
    let resource = Resource {
        id: "/subscriptions/s/resourceGroups/rg".to_owned(),
        body: body.as_object().unwrap().clone(),
    };
    // One id for three of them: things of different kinds are different things.
    let all = vec![
        Change::Put(Record::RoleAssignment(assignment("one", "ana"))),
        Change::Put(Record::RoleDefinition(role)),
        Change::Put(Record::DenyAssignment(deny)),
        Change::Put(Record::Resource(resource)),
        Change::Remove(Kind::RoleDefinition, "two".to_owned()),
        Change::Remove(Kind::DenyAssignment, "two".to_owned()),
        Change::Remove(
            Kind::Resource,
            "/subscriptions/s/resourceGroups/two".to_owned(),
        ),
    ];
    check_all(std::slice::from_ref(&all), |changes| {
        assert_eq!(changes.iter().cloned().collect::<Vec<_>>(), all);
        let resources: Vec<_> = changes.resources().collect();
        assert_eq!(resources.len(), 2);
        assert_eq!(resources[1], ("/subscriptions/s/resourceGroups/two", None));
    });
}

/// A file that the first published layout left behind: two grants, one of them with a condition, and a
/// revocation.
#[test]
fn what_the_first_layout_kept_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, include_bytes!("layout-1.db")).unwrap();
    run(async {
        let sqlite = SqliteStore::open(&path).await.unwrap();
        let changes: Vec<Change> = sqlite.load().await.unwrap().iter().cloned().collect();
        let [
            Change::Put(Record::RoleAssignment(first)),
            Change::Remove(Kind::RoleAssignment, gone),
            Change::Put(Record::RoleAssignment(last)),
        ] = &changes[..]
        else {
            panic!("{changes:?}")
        };
        assert_eq!(first.principal_kind, PrincipalKind::ServicePrincipal);
        assert!(first.scope.as_str().ends_with("/accounts/contoso"));
        assert!(first.created.is_some() && first.condition.is_none() && !first.eligible);
        assert_eq!(gone, "b860f10c-087d-5d7c-8b10-f17d3513e332");
        assert_eq!(&*last.id, "11111111-2222-4333-8444-555555555555");
        assert!(last.condition.as_ref().unwrap().error().is_none());
        sqlite.close().await.unwrap();
    });
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}
