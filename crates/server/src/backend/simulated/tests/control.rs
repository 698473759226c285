use std::time::Duration;

use serde_json::{Value, json};

use super::super::{DELAY, FAULT, MAX_DELAY, Options, Reply, Simulator, TEST_ID};
use super::{Bench, CHAT, MESSAGES, answer, delay, user};

#[test]
fn a_client_asks_for_a_delay() {
    let bench = Bench::new("gpt-4o").header(DELAY, "250");
    assert_eq!(
        delay(&bench.reply(CHAT, &user("hello"))),
        Duration::from_millis(250)
    );
    assert_eq!(
        bench
            .header(DELAY, "600001")
            .reply(CHAT, &user("hello"))
            .status(),
        400
    );
}

#[test]
fn a_client_asks_for_a_failure() {
    let fault = |fault: &str| {
        Bench::new("gpt-4o")
            .header(FAULT, fault)
            .reply(CHAT, &user("hello"))
    };
    assert!(matches!(fault("429;retry-after=0"), Reply::Refused { .. }));
    assert_eq!(fault("503").status(), 503);
    assert!(matches!(
        fault("timeout"),
        Reply::HangUp { delay: MAX_DELAY }
    ));
    assert!(matches!(
        fault("disconnect"),
        Reply::HangUp {
            delay: Duration::ZERO
        }
    ));
    assert!(answer(fault("cut")).broken);
    assert!(serde_json::from_slice::<Value>(&answer(fault("malformed")).frames[0].bytes).is_err());
    assert_eq!(fault("content-filter").status(), 400);
    assert_eq!(
        fault("timeot").status(),
        400,
        "a misspelt fault must not look like success"
    );
    let (status, error) = super::json(
        Bench::new("claude-sonnet")
            .header(FAULT, "529")
            .reply(MESSAGES, &user("hello")),
    );
    assert_eq!(
        (status, error["error"]["type"].as_str()),
        (529, Some("overloaded_error"))
    );
}

#[test]
fn only_a_local_server_does_what_clients_ask() {
    let mut bench = Bench::new("gpt-4o")
        .header(FAULT, "500")
        .header(DELAY, "60000")
        .header(TEST_ID, "a");
    bench.simulator = Simulator::new(Options {
        local: false,
        journal: true,
        salt: crate::backend::Salt::new([7; 32]),
    });
    let reply = bench.reply(CHAT, &user("hello"));
    assert_eq!((reply.status(), delay(&reply)), (200, Duration::ZERO));
    assert_eq!(bench.simulator.journal(None), json!([]));
}

#[test]
fn a_salt_makes_names_unguessable() {
    let mut bench = Bench::new("gpt-4o");
    let plain = bench.good(CHAT, &user("hello"));
    bench.simulator = Simulator::new(Options {
        salt: crate::backend::Salt::new([7; 32]),
        ..Options::default()
    });
    assert_ne!(bench.good(CHAT, &user("hello"))["id"], plain["id"]);
}

#[test]
fn the_journal_tells_a_test_what_was_asked() {
    let bench = Bench::new("gpt-4o").header(TEST_ID, "one");
    bench.good(CHAT, &user("hello"));
    let bench = bench.header(TEST_ID, "two");
    bench.good(CHAT, &user("bye"));
    let journal = bench.simulator.journal(Some("one"));
    assert_eq!(journal.as_array().map(Vec::len), Some(1));
    assert_eq!(journal[0]["caller"], "ada");
    assert_eq!(journal[0]["status"], 200);
    assert_eq!(journal[0]["body"]["messages"][0]["content"], "hello");
    bench.simulator.reset(Some("one"));
    assert_eq!(bench.simulator.journal(Some("one")), json!([]));
    assert_eq!(
        bench
            .simulator
            .journal(Some("two"))
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}
