//! `kill -9` in the middle of writing loses nothing that was acknowledged.
//!
//! The test runs itself as a child process that changes a store and says so, change by change, and
//! kills it a hundred times, each time at another moment. What the child said it had done must be in
//! the store; the one change that it had not yet acknowledged may be.

#![allow(
    clippy::unwrap_used,
    reason = "a step of a test that fails must fail the test"
)]
#![cfg(unix)] // elsewhere there is no signal that a process cannot catch

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use access::{assignment::RoleAssignment, principal::PrincipalId, role::RoleId, scope::Scope};
use store::sqlite::SqliteStore;
use store::{Change, Changes, Kind, Record, Store};

const ROUNDS: usize = 100;
const STORE: &str = "ENTRADA_TEST_STORE";
const ROUND: &str = "ENTRADA_TEST_ROUND";

/// What the child has said about one assignment.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    /// Its grant is acknowledged.
    Granted,
    /// It is about to be revoked.
    Revoking,
    /// Its revocation is acknowledged.
    Revoked,
}

#[test]
fn no_acknowledged_grant_is_lost_to_kill_9() {
    if let (Some(path), Ok(round)) = (std::env::var_os(STORE), std::env::var(ROUND)) {
        return change_until_killed(Path::new(&path), &round);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut said = HashMap::new();
    for round in 0..ROUNDS {
        let mut child = start(&path, round);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // At another moment every time: after 0 to 16 changes or announcements, and 0 to 1.5
        // milliseconds.
        let mut notes = 0;
        while notes < round % 17 {
            let line = lines.next().expect("the child ended by itself");
            notes += usize::from(note(&mut said, &line.unwrap()));
        }
        std::thread::sleep(Duration::from_micros((round as u64 * 37) % 1500));
        child.kill().unwrap();
        // What it had said before it died counts too.
        for line in lines {
            note(&mut said, &line.unwrap());
        }
        let status = child.wait().unwrap();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(9),
            "the child ended by itself: {status}"
        );
        verify(&said, &load(&path), round);
    }
    let granted = said.values().filter(|said| **said == Said::Granted).count();
    let revoked = said.values().filter(|said| **said == Said::Revoked).count();
    assert!(granted > ROUNDS, "only {granted} grants were acknowledged");
    assert!(
        revoked > ROUNDS / 2,
        "only {revoked} revocations were acknowledged"
    );
}

/// Grants, and revokes every other grant, for ever.
fn change_until_killed(path: &Path, round: &str) {
    let mut out = std::io::stdout();
    writeln!(out).unwrap(); // ends what the test harness has begun to say
    let mut say = |word: &str, id: &str| writeln!(out, "{word} {id}").unwrap();
    run(async {
        let store = SqliteStore::open(path).await.unwrap();
        for number in 0_u64.. {
            let id = format!("{round}/{number}");
            let (principal, role) = (PrincipalId::new("ana"), RoleId::parse("reader"));
            let grant = RoleAssignment::new(&id, principal, role, Scope::root());
            let grant = Change::Put(Record::RoleAssignment(grant));
            store.keep(&[grant], &[]).await.unwrap();
            say("granted", &id);
            if number % 2 == 1 {
                say("revoking", &id);
                let gone = Change::Remove(Kind::RoleAssignment, id.clone());
                store.keep(&[gone], &[]).await.unwrap();
                say("revoked", &id);
            }
        }
    });
}

fn start(path: &Path, round: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "no_acknowledged_grant_is_lost_to_kill_9",
            "--exact",
            "--nocapture",
        ])
        .env(STORE, path)
        .env(ROUND, round.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Takes note of a line, unless it is one of the test harness.
fn note(said: &mut HashMap<String, Said>, line: &str) -> bool {
    let Some((word, id)) = line.split_once(' ') else {
        return false;
    };
    let word = match word {
        "granted" => Said::Granted,
        "revoking" => Said::Revoking,
        "revoked" => Said::Revoked,
        _ => return false,
    };
    said.insert(id.to_owned(), word);
    true
}

fn verify(said: &HashMap<String, Said>, kept: &Changes, round: usize) {
    for (id, said) in said {
        let mut of_id = kept.iter().filter(|kept| kept.subject().1 == **id);
        let (granted, revoked) = match of_id.next() {
            None => (false, false),
            Some(Change::Put(_)) => (true, false),
            Some(Change::Remove(..)) => (false, true),
        };
        let fine = match said {
            Said::Granted => granted,
            Said::Revoking => granted != revoked,
            Said::Revoked => revoked && !granted,
        };
        assert!(
            fine,
            "round {round}: `{id}`: said {said:?}, but granted: {granted}, revoked: {revoked}"
        );
    }
}

fn load(path: &Path) -> Changes {
    run(async {
        let store = SqliteStore::open(path).await.unwrap();
        let changes = store.load().await.unwrap();
        store.close().await.unwrap();
        changes
    })
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}
