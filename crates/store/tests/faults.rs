//! What a store says when its file cannot be used. It never makes do.

#![allow(
    clippy::unwrap_used,
    reason = "a step of a test that fails must fail the test"
)]

use std::path::Path;

use access::{assignment::RoleAssignment, principal::PrincipalId, role::RoleId, scope::Scope};
use sqlx::Connection;
use store::sqlite::SqliteStore;
use store::{Change, Kind, Record, Store, StoreError};

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}

fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    run(SqliteStore::open(path))
}

/// A closed store with one grant in it.
fn store_with_a_grant(path: &Path) {
    run(async {
        let store = SqliteStore::open(path).await.unwrap();
        let (principal, role) = (PrincipalId::new("ana"), RoleId::parse("reader"));
        let grant = RoleAssignment::new("one", principal, role, Scope::root());
        let grant = Change::Put(Record::RoleAssignment(grant));
        store.keep(&[grant], &[]).await.unwrap();
        store.close().await.unwrap();
    });
}

fn revoked() -> Change {
    Change::Remove(Kind::RoleAssignment, "one".to_owned())
}

/// Changes a closed store behind its back.
fn tamper(path: &Path, sql: &'static str) {
    run(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options)
            .await
            .unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// The message names the file, starts lower case and has a hint.
fn check(error: &StoreError, path: &Path) {
    let message = error.to_string();
    assert!(message.contains(&path.display().to_string()), "{message}");
    assert!(message.starts_with("the store `"), "{message}");
    assert!(!message.ends_with('.'), "{message}");
    assert!(!error.hint().is_empty());
}

#[test]
fn a_second_opener_is_told_that_the_file_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    run(async {
        let first = SqliteStore::open(&path).await.unwrap();
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(matches!(error, StoreError::Locked { .. }), "{error}");
        check(&error, &path);
        // The first is none the worse for it.
        first.keep(&[revoked()], &[]).await.unwrap();
        first.close().await.unwrap();
    });
    open(&path).unwrap();
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, "[tenant]\nname = \"contoso\"\n".repeat(100)).unwrap();
    let error = open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    check(&error, &path);
}

#[test]
fn a_damaged_page_is_found_when_the_store_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    store_with_a_grant(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0xa5; // every page but the first, which has the header
    }
    std::fs::write(&path, bytes).unwrap();
    let error = match open(&path) {
        Ok(store) => run(store.load()).unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    check(&error, &path);
}

#[test]
fn one_row_without_meaning_fails_the_whole_load() {
    for sql in [
        "UPDATE records SET body = json_set(body, '$.scope', 'nowhere')",
        "UPDATE records SET body = json_set(body, '$.extra', 1)",
        "UPDATE records SET body = json_remove(body, '$.role')",
        "UPDATE records SET body = '[]'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        store_with_a_grant(&path);
        tamper(&path, sql);
        let error = run(open(&path).unwrap().load()).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
        assert!(error.to_string().contains("assignment `one`"), "{error}");
        check(&error, &path);
    }
}

#[test]
fn a_kind_that_nobody_knows_fails_the_whole_load() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    store_with_a_grant(&path);
    tamper(&path, "UPDATE records SET kind = 'unicorn'");
    let error = run(open(&path).unwrap().load()).unwrap_err();
    assert!(error.to_string().contains("`unicorn`"), "{error}");
    check(&error, &path);
}

#[test]
fn a_layout_from_the_future_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    store_with_a_grant(&path);
    tamper(
        &path,
        "INSERT INTO _sqlx_migrations VALUES (1000, 'future', '2030-01-01', 1, x'00', 1)",
    );
    let error = open(&path).unwrap_err();
    assert!(
        matches!(error, StoreError::TooNew { found: 1000, .. }),
        "{error}"
    );
    check(&error, &path);
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_not_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("store.db");
    let error = open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
    check(&error, &path);
    assert!(!folder.path().join("missing").exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    // A file that others could read is made private before anything is written to it.
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    run(async {
        let store = SqliteStore::open(&path).await.unwrap();
        store.keep(&[revoked()], &[]).await.unwrap();
        let mut seen = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
            seen += 1;
        }
        assert!(seen >= 2, "the database and its write-ahead log");
    });
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    store_with_a_grant(&path);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o620)).unwrap();
    let error = open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
    assert!(error.to_string().contains("granted themselves"), "{error}");
    check(&error, &path);
}
