use proptest::prelude::*;
use testkit::log::{Log, Shape};
use wire::refusals::Shape as Refusal;

use super::*;
use crate::RuleId;

mod documents;

/// Reads a log in pieces of so many bytes, as a file or a pipe gives them.
fn read(mut triage: Triage, log: &[u8], piece: usize) -> Triage {
    triage.file("app.log");
    let (mut buffer, mut rest) = (Vec::new(), log);
    while !rest.is_empty() {
        let (next, behind) = rest.split_at(piece.min(rest.len()));
        buffer.extend_from_slice(next);
        rest = behind;
        let used = triage.read(&buffer, false);
        buffer.drain(..used);
    }
    let used = triage.read(&buffer, true);
    assert_eq!(used, buffer.len(), "the end is read, too");
    triage
}

#[track_caller]
fn both_ways(log: &[u8], piece: usize) -> Summary {
    let quick = read(Triage::new(Question::default()), log, piece).summary(1_000);
    let slow = read(Triage::slowly(Question::default()), log, usize::MAX).summary(1_000);
    assert_eq!(quick, slow);
    quick
}

fn summary(log: &str) -> Summary {
    both_ways(log.as_bytes(), 7)
}

#[test]
fn every_failure_of_every_shape_is_found_and_nothing_else() {
    for shape in Shape::ALL {
        for (seed, share) in [(1, 0), (2, 50), (3, 1_000)] {
            let (log, failures) = Log::new(shape, seed, share).records(300);
            let summary = both_ways(log.as_bytes(), 1_000);
            assert_eq!(
                summary.failures, failures,
                "{shape:?}: {:#?}",
                summary.groups
            );
            assert_eq!(summary.unrelated, 0, "{shape:?}");
            assert_eq!(summary.undated, 0, "{shape:?}");
            assert_eq!(summary.amount.records, 300, "{shape:?}");
            assert_eq!(summary.amount.bytes, log.len() as u64);
            assert_eq!(summary.counts.iter().sum::<u64>(), failures, "{shape:?}");
        }
    }
}

#[test]
fn the_causes_are_those_of_the_refusals() {
    for shape in [Shape::Gateway, Shape::Application, Shape::Text] {
        let (log, _) = Log::new(shape, 4, 1_000).records(200);
        let summary = both_ways(log.as_bytes(), 100_000);
        let expected = [
            "deployment-not-found",
            "firewall-rules",
            "local-auth-disabled",
            "role-missing",
            "token-wrong-audience",
        ];
        let of_those =
            |cause: &Option<RuleId>| cause.is_some_and(|cause| expected.contains(&cause.as_str()));
        let told: Vec<u64> = summary
            .causes
            .iter()
            .filter(|(cause, _)| of_those(cause))
            .map(|(_, count)| *count)
            .collect();
        assert_eq!(
            told.len(),
            expected.len(),
            "{shape:?}: {:?}",
            summary.causes
        );
        // Of a token that is not accepted, the words around it can make another cause likelier.
        assert!(
            told.iter().sum::<u64>() * 10 >= summary.failures * 9,
            "{shape:?}: {:?}",
            summary.causes
        );
    }
}

#[test]
fn a_group_says_who_where_when_and_how_to_mend_it() {
    let principal = "11111111-2222-3333-4444-555555555555";
    let line = |time: &str| {
        format!(
            "{time} ERROR https://contoso.openai.azure.com/ Error code: 401 - The principal `{principal}` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{{deployment-id}}/chat/completions` operation.\n"
        )
    };
    let log = line("2026-11-23 10:00:00,401")
        + "2026-11-23 10:00:05,000 INFO fine\n"
        + &line("2026-11-23 11:00:00,000");
    let summary = summary(&log);
    let [group] = summary.groups.as_slice() else {
        panic!("{:#?}", summary.groups);
    };
    assert_eq!(group.cause, Some(RuleId::RoleMissing));
    assert_eq!(group.principal.as_deref(), Some(principal));
    assert_eq!(group.endpoint.as_deref(), Some("contoso.openai.azure.com"));
    assert_eq!(
        (group.count, group.statuses.as_slice()),
        (2, [(401, 2)].as_slice())
    );
    let (first, last) = group.range.unwrap();
    assert_eq!(
        (first.to_string(), last.to_string()),
        ("2026-11-23T10:00:00Z".into(), "2026-11-23T11:00:00Z".into())
    );
    assert_eq!(
        (
            summary.width,
            group.counts.len(),
            group.counts.iter().sum::<u64>()
        ),
        (300, 13, 2)
    );
    assert!(
        group.fix.as_ref().unwrap().command.contains(principal),
        "{:?}",
        group.fix
    );
    assert_eq!(group.example.line, 1);
}

#[test]
fn what_is_asked_for_is_what_is_counted() {
    let (log, _) = Log::new(Shape::Application, 5, 1_000).records(100);
    let all = both_ways(log.as_bytes(), 512);
    let (first, last) = all.range.unwrap();
    let ask = |question: Question| read(Triage::new(question), log.as_bytes(), 512).summary(3);
    let middle = Timestamp(i64::midpoint(first.0, last.0));
    let since = ask(Question {
        since: Some(middle),
        ..Question::default()
    });
    let until = ask(Question {
        until: Some(middle),
        ..Question::default()
    });
    assert_eq!(since.failures + until.failures, all.failures);
    assert!(since.range.unwrap().0 >= middle && until.range.unwrap().1 < middle);
    let by = By {
        principal: false,
        endpoint: false,
    };
    let causes = ask(Question {
        by,
        ..Question::default()
    });
    assert!(causes.groups.len() <= 3 && causes.other_groups == causes.causes.len() as u64 - 3);
    let shown: u64 = causes.groups.iter().map(|group| group.count).sum();
    assert_eq!(shown + causes.other_failures, all.failures);
}

#[test]
fn failures_of_others_are_counted_and_not_explained() {
    let summary = summary(concat!(
        "10.0.0.4 - - [23/Nov/2026:10:00:00 +0000] \"GET /favicon.ico HTTP/1.1\" 404 153 \"-\" \"Mozilla/5.0\"\n",
        "{\"time\":\"2026-11-23T10:00:00Z\",\"status\":500,\"url\":\"https://shop.example/cart\",\"message\":\"it broke\"}\n",
        "2026-11-23 10:00:00 ERROR could not parse the invoice\n",
    ));
    assert_eq!(
        (summary.failures, summary.unrelated),
        (0, 2),
        "{summary:#?}"
    );
}

#[test]
fn a_failure_whose_cause_was_not_recorded_is_one() {
    let summary = summary(
        "{\"category\":\"RequestResponse\",\"resultSignature\":\"500\",\"operationName\":\"ChatCompletions_Create\",\"resourceId\":\"/SUBSCRIPTIONS/0/RESOURCEGROUPS/AI/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/CONTOSO\"}\n",
    );
    assert_eq!((summary.failures, summary.undated), (1, 1), "{summary:#?}");
    assert_eq!(summary.groups[0].endpoint.as_deref(), Some("contoso"));
}

#[test]
fn batches_of_azure_monitor_hold_many_records() {
    let (log, failures) = Log::new(Shape::Diagnostic, 6, 500).records(20);
    let records: Vec<&str> = log.lines().collect();
    let batch = format!("{{\"records\":[{}]}}\n", records.join(","));
    assert_eq!(summary(&batch).failures, failures);
}

#[test]
fn memory_has_a_bound_and_what_is_left_out_is_told() {
    let mut triage = Triage::new(Question::default());
    triage.file("many.jsonl");
    let line = |number: usize| {
        format!(
            "{{\"status\":404,\"url\":\"https://account{number}.openai.azure.com/openai/v1/models\",\"message\":\"{{'error': {{'code': 'DeploymentNotFound'}}}}\"}}\n"
        )
    };
    let many = group::GROUPS + 7;
    for number in 0..many {
        let line = line(number);
        assert_eq!(triage.read(line.as_bytes(), false), line.len());
    }
    let summary = triage.summary(5);
    assert_eq!(summary.failures, many as u64);
    assert!(summary.too_many_groups);
    assert_eq!(
        summary.groups.len() as u64 + summary.other_failures,
        many as u64
    );

    let long = format!(
        "{{\"status\":401,\"message\":\"{}\"}}\n{}",
        "x".repeat(3 * frame::RECORD_BYTES),
        line(1)
    );
    let summary = both_ways(long.as_bytes(), 4_096);
    assert_eq!((summary.amount.records, summary.amount.cut), (2, 1));
    assert_eq!(summary.groups[0].example.line, 2);
}

/// Everything that the catalogue of refusals can say, and every real case, bears a sign.
#[test]
fn nothing_that_the_doctor_recognises_is_passed_over() {
    let mut texts: Vec<String> = Refusal::ALL
        .iter()
        .map(|shape| format!("{} {}", shape.describe().status, shape.describe().message))
        .collect();
    for cases in [
        include_str!("../../../../cases/dev.jsonl"),
        include_str!("../../../../cases/aside.txt"),
    ] {
        let cases = cases
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        texts.extend(cases.filter_map(|case| {
            Some(format!(
                "{} {}",
                case["status"],
                case["error_text"].as_str()?
            ))
        }));
    }
    let passed_over: Vec<&String> = texts
        .iter()
        .filter(|text| !sign::is_signed(text.as_bytes()))
        .collect();
    assert_eq!(passed_over, Vec::<&String>::new());
    assert!(texts.len() > 200, "{}", texts.len());
}

#[test]
fn a_number_is_a_sign_where_it_can_be_a_status() {
    for (text, expected) in [
        ("{\"durationMs\":503,\"status\":200}", false),
        ("{\"durationMs\": 503}", false),
        ("{\"statusCode\": 503}", true),
        ("{\"result_signature\":\"401\"}", true),
        ("{\"size\":\"401\"}", false),
        ("{\"m\":\"{\\\"size\\\":401}\"}", false),
        ("{\"m\":\"{\\\"status\\\":401}\"}", true),
        ("GET / 404", true),
        ("GET / 404.", true),
        ("took 0.404 s", false),
        ("10.0.0.4:4040", false),
        ("4040 404a a404 1404", false),
        ("Denied", true),
        ("answered with 452 tokens", false),
        ("took 503ms, then 404", true),
        ("[401,402]", true),
        ("{\"size\":401,402}", true),
        ("{\"size\":403.x", false),
        ("{\"status\":403.x", true),
    ] {
        assert_eq!(sign::is_signed(text.as_bytes()), expected, "{text}");
        assert_eq!(
            sign::is_signed_slowly(text.as_bytes()),
            expected,
            "{text}, slowly"
        );
    }
}

#[test]
fn stack_traces_stay_with_their_line() {
    let log = concat!(
        "starting\n",
        "Traceback (most recent call last):\n",
        "  File \"a.py\", line 1, in <module>\n",
        "openai.NotFoundError: Error code: 404 - {'error': {'code': 'DeploymentNotFound'}}\n",
        "going on\n",
    );
    let summary = summary(log);
    assert_eq!(
        (summary.amount.records, summary.failures),
        (3, 1),
        "{summary:#?}"
    );
    assert_eq!(summary.groups[0].example.line, 2);
}

fn mixed() -> impl Strategy<Value = String> {
    let shapes = prop::sample::select(Shape::ALL.to_vec());
    let parts = prop::collection::vec((shapes, any::<u64>(), 0_u64..1_000, 1_usize..8), 1..6);
    parts.prop_map(|parts| {
        let logs = parts.into_iter().map(|(shape, seed, share, count)| {
            let (log, _) = Log::new(shape, seed, share).records(count);
            match seed % 4 {
                0 => documents::pretty(&log),
                1 => documents::tables(&log),
                2 => documents::fields(&log),
                _ => log,
            }
        });
        logs.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_quick_way_finds_what_the_slow_way_does(log in mixed(), piece in 1_usize..3_000) {
        both_ways(log.as_bytes(), piece);
    }

    #[test]
    fn it_does_so_for_broken_logs_too(log in mixed(), bites in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40)) {
        let mut bytes = log.into_bytes();
        for (at, byte) in bites {
            let at = at.index(bytes.len());
            if byte < 128 { bytes[at] = byte; } else { bytes.remove(at); }
            if bytes.is_empty() { break; }
        }
        both_ways(&bytes, 501);
    }

    #[test]
    fn ids_and_times_are_put_back(ids in prop::collection::vec("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", 0..14)) {
        let text = format!("principal {} at 2026-11-23 10:00:00Z", ids.join(" and "));
        let mut taken = variable::Taken::default();
        let out = taken.take_out(&text);
        prop_assert_eq!(taken.put_back(&out), text.replace("2026-11-23 10:00:00", "2000-00-00 00:00:00"));
    }
}
