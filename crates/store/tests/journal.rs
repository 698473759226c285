//! The journal in its file: rows are added, read back in order, and never edited.

#![allow(
    clippy::unwrap_used,
    reason = "a step of a test that fails must fail the test"
)]

use sqlx::Connection;
use store::sqlite::SqliteStore;
use store::{Explanation, Journal, JournalRow, StoreError};

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}

fn row(sequence: u64) -> JournalRow {
    JournalRow {
        sequence,
        body: format!("{{\"n\":{sequence}}}"),
        mac: [u8::try_from(sequence).unwrap(); 32],
    }
}

fn explanation(id: &str, body: &str) -> Explanation {
    Explanation {
        id: id.to_owned(),
        body: body.to_owned(),
    }
}

#[test]
fn rows_are_read_back_in_order_also_by_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    run(async {
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(store.last_row().await.unwrap(), None);
        store.append(&[row(1), row(2)], &[]).await.unwrap();
        store.append(&[row(3)], &[]).await.unwrap();
        store.close().await.unwrap();
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(store.last_row().await.unwrap(), Some(row(3)));
        assert_eq!(store.rows_after(1, 1).await.unwrap(), [row(2)]);
        assert_eq!(
            store.rows_after(0, 10).await.unwrap(),
            [row(1), row(2), row(3)]
        );
        assert_eq!(store.rows_after(u64::MAX, 10).await.unwrap(), []);
    });
}

#[test]
fn a_row_whose_place_is_taken_takes_nothing_with_it() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let store = SqliteStore::open(&folder.path().join("j.db"))
            .await
            .unwrap();
        store.append(&[row(1)], &[]).await.unwrap();
        let told = explanation("a", "{}");
        let refused = store.append(&[row(2), row(1)], &[told]).await;
        assert!(
            matches!(refused, Err(StoreError::Unusable { .. })),
            "{refused:?}"
        );
        assert_eq!(store.last_row().await.unwrap(), Some(row(1)));
        assert_eq!(store.explanation("a").await.unwrap(), None);
    });
}

#[test]
fn the_newest_explanations_are_kept_and_one_id_has_one() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let store = SqliteStore::open(&folder.path().join("j.db"))
            .await
            .unwrap();
        let told = [
            explanation("a", "1"),
            explanation("b", "2"),
            explanation("a", "3"),
        ];
        store.append(&[], &told).await.unwrap();
        assert_eq!(store.explanation("a").await.unwrap().as_deref(), Some("3"));
        assert_eq!(store.newest_explanations(10).await.unwrap(), ["3", "2"]);
        let kept = usize::try_from(store::EXPLANATIONS).unwrap();
        let many: Vec<_> = (0..kept + 5)
            .map(|n| explanation(&format!("n{n}"), "{}"))
            .collect();
        store.append(&[], &many).await.unwrap();
        let all = store.newest_explanations(u32::MAX).await.unwrap();
        assert_eq!(all.len(), kept);
        assert_eq!(store.explanation("a").await.unwrap(), None);
        assert_eq!(store.explanation("n4").await.unwrap(), None);
        assert!(store.explanation("n5").await.unwrap().is_some());
    });
}

#[test]
fn the_file_itself_refuses_edits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    run(async {
        let store = SqliteStore::open(&path).await.unwrap();
        store.append(&[row(1)], &[]).await.unwrap();
        store.close().await.unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options)
            .await
            .unwrap();
        for edit in ["UPDATE journal SET body = ''", "DELETE FROM journal"] {
            let refused = sqlx::raw_sql(edit).execute(&mut connection).await;
            assert!(
                refused.unwrap_err().to_string().contains("append-only"),
                "{edit}"
            );
        }
    });
}
