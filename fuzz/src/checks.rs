//! What must hold for every input, however odd. Each function panics when it does not.

use access::Timestamp;
use access::condition::{Attributes, Condition, Truth};
use access::scope::Scope;
use access::token::{Audiences, Expectations, KeyFault, Keys};
use bytes::Bytes;

const NOW: Timestamp = Timestamp(1_795_000_000);
const TENANT: &str = "5f1d2c3b-0000-4000-8000-000000000001";

/// Believes every signature, so that what comes behind it is reached too.
struct Credulous;

impl Keys for Credulous {
    fn verify(&self, _: &str, _: &str, _: &[u8], _: &[u8]) -> Result<(), KeyFault> {
        Ok(())
    }
}

/// Tokens: one judgement, however it is asked for.
pub fn token(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let expect = Expectations::new(TENANT, Audiences::account());
    let verdict = access::token::verify(&text, &Credulous, &expect, NOW);
    let faults = access::token::faults(&text, &Credulous, &expect, NOW);
    assert_eq!(verdict.err().as_ref(), faults.first());
    for fault in faults {
        assert!(
            fault.to_string().len() < 4096,
            "a message is no place for a token"
        );
    }
    let _ = access::token::decode(&text);
}

/// Scopes: what is read is written the same, and covers itself.
pub fn scope(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(scope) = Scope::parse(&text) else {
        return;
    };
    assert_eq!(Scope::parse(scope.as_str()).as_ref(), Ok(&scope));
    assert!(scope.is_at_or_below(&scope) && scope.is_at_or_below(&Scope::root()));
    let _ = (scope.kind(), scope.described(), scope.account());
}

/// Conditions: one that cannot be read has no value, so that it never grants.
pub fn condition(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let condition = Condition::new(&text);
    let action = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
    let value = condition.evaluate(action, Attributes::none());
    assert_eq!(condition.error().is_some(), value.is_none());
    assert_eq!(Condition::parse(&text).is_ok(), value.is_some());
    let known = Attributes::none().clone().with("@Resource", "name", &["a"]);
    let decided = condition.evaluate(action, &known);
    // What is certain without an attribute stays so with one.
    if let (Some(before @ (Truth::True | Truth::False)), Some(after)) = (value, decided) {
        assert_eq!(before, after);
    }
}

/// Bodies: whatever is passed on names our model and no other, to any reader of JSON.
pub fn body(input: &[u8]) {
    let Ok(members) = server::backend::scan(input) else {
        return;
    };
    let Ok(pieces) = members.splice(&Bytes::copy_from_slice(input), "ours") else {
        return;
    };
    let passed = pieces.concat();
    // Nested deeper than this reader goes is no fault of the scanner.
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&passed) {
        assert_eq!(value["model"], "ours");
        let named = value
            .as_object()
            .into_iter()
            .flat_map(|members| members.keys());
        assert_eq!(
            named
                .filter(|name| name.eq_ignore_ascii_case("model"))
                .count(),
            1
        );
    }
}

/// Pasted text: it is read and diagnosed, and nothing that looks like a token comes out again.
pub fn evidence(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let report = doctor::diagnose(&doctor::evidence::read(&text)).to_json();
    assert!(report.to_string().len() < 1 << 20, "a report is for people");
    let redacted = doctor::evidence::redact::redact(&text);
    assert_eq!(doctor::evidence::redact::redact(&redacted), redacted);
}

/// Lock files: as pasted text; apart, because their corpus is.
pub fn lock_file(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let facts = doctor::evidence::read(&text);
    for fact in facts.iter() {
        if let doctor::Kind::Package { name, .. } = &fact.kind {
            assert!(!name.is_empty() && name.len() <= input.len());
        }
    }
    let _ = doctor::diagnose(&facts);
}

/// Logs: the first byte says in how large pieces they come; the quick way finds what the slow one does.
pub fn triage(input: &[u8]) {
    use doctor::triage::{Question, Triage};
    let (piece, log) = input.split_first().unwrap_or((&0, &[]));
    let piece = 1 + usize::from(*piece) * 16;
    let read = |mut triage: Triage| {
        triage.file("log");
        let (mut buffer, mut used) = (Vec::new(), 0);
        for part in log.chunks(piece) {
            buffer.extend_from_slice(part);
            used += triage.read(&buffer[used..], false);
        }
        used += triage.read(&buffer[used..], true);
        assert_eq!(used, log.len(), "the end is read, too");
        triage.summary(100)
    };
    let quick = read(Triage::new(Question::default()));
    assert_eq!(quick, read(Triage::slowly(Question::default())));
    let counted: u64 = quick.causes.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, quick.failures);
    assert!(
        quick.to_json().to_string().len() < 1 << 21,
        "a summary is for people"
    );
}

/// Refusals: what is recognised lies within the text.
pub fn refusal(input: &[u8]) {
    let (status, text) = match input.split_first_chunk::<2>() {
        Some((status, text)) => (Some(u16::from_le_bytes(*status)), text),
        None => (None, input),
    };
    let text = String::from_utf8_lossy(text);
    for recognised in wire::refusals::recognise(status, &text) {
        assert!(!recognised.id().is_empty());
        assert!(recognised.at.start <= recognised.at.end && recognised.at.end <= text.len());
    }
}

/// Host and path, divided by a line break: the account's name is never a route's, and what follows it is
/// the path's own end.
pub fn route(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (host, path) = text.split_once('\n').unwrap_or((&text, "/"));
    let routed = server::fuzzing::route(host, path);
    if let Some(account) = &routed.account {
        assert!(!account.is_empty() && !account.contains('/'));
    }
    assert!(path.ends_with(&routed.below));
}

/// Server-sent events: what is written is read again.
pub fn events(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let _ = wire::sse::data(&text).count();
    let event = wire::sse::event(Some("name"), &text).expect("text is JSON");
    let event = String::from_utf8(event).expect("JSON is text");
    let read: Vec<String> = wire::sse::data(&event).collect();
    let read: Vec<String> = read
        .iter()
        .map(|data| serde_json::from_str(data).expect("one event"))
        .collect();
    assert_eq!(read, [text.into_owned()]);
}
