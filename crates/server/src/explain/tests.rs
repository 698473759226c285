use std::path::Path;
use std::sync::Arc;

use http::Request;
use http::request::Parts;
use testkit::{Bearer, NOW, Tenant};

use super::*;
use crate::authenticate::example;
use crate::config;
use crate::data_plane::attempt::Target;
use crate::listen::Limits;
use crate::secret::Secret;

struct Bench {
    snapshot: Snapshot,
    authority: Authority,
    explanations: Explanations,
}

impl Bench {
    fn new() -> Self {
        let world = config::read(config::SAMPLE, Path::new("."), NOW).unwrap();
        Self {
            authority: example::authority(&world.endpoint.audiences),
            snapshot: Snapshot::new(world),
            explanations: Explanations::default(),
        }
    }

    /// Records a refusal of this call and gives its explanation, if there is one.
    fn refuse(&self, parts: &Parts, denied: &Denied) -> (Told, Option<RequestRecord>) {
        let world = &self.snapshot.world;
        let target = Target {
            account: Arc::clone(&world.accounts[0]),
            unknown_account: None,
            regional_host: false,
            path_start: 0,
        };
        let attempt = Attempt::new(parts, target, world, [127, 0, 0, 1].into(), NOW);
        let settings = Settings {
            operator_token: Secret::new("operator"),
            limits: Limits::default(),
            allowed_hosts: Vec::new(),
            print_refusals: false,
            cause_header: true,
        };
        let (snapshot, authority) = (&self.snapshot, &self.authority);
        let told =
            (self.explanations).record(denied, &attempt, 401, snapshot, authority, &settings);
        let record = self.explanations.find(&told.id);
        (told, record)
    }
}

fn call(token: &str) -> Parts {
    let request =
        Request::get("/openai/v1/models").header("authorization", format!("Bearer {token}"));
    request.body(()).unwrap().into_parts().0
}

#[test]
fn every_fault_of_a_token_is_told_and_the_first_decides() {
    let bench = Bench::new();
    let token = Tenant::new().token(&Bearer::application("robot"));
    let token = token
        .audience("https://graph.microsoft.com")
        .expires_in(-7200);
    let parts = call(&token.sign());
    let token = parts.headers["authorization"].to_str().unwrap();
    let token = token.strip_prefix("Bearer ").unwrap();
    let family = crate::authenticate::RouteFamily::V1;
    let fault = bench.authority.verify(token, family, NOW).unwrap_err();
    let (told, record) = bench.refuse(&parts, &Denied::Token(fault));
    assert_eq!(told.cause, "token-wrong-audience");
    let report = record.unwrap().report;
    let rules: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["token-wrong-audience", "token-expired"]);
}

#[test]
fn a_flood_of_strangers_is_counted_and_each_gets_the_same_answer() {
    let bench = Bench::new();
    let denied = Denied::Credential(crate::authenticate::CredentialFault::Missing);
    let parts = Request::get("/openai/v1/models")
        .body(())
        .unwrap()
        .into_parts()
        .0;
    let mut recorded = 0;
    for _ in 0..STRANGERS_RECORDED + 50 {
        let (told, record) = bench.refuse(&parts, &denied);
        assert_eq!(told.cause, "token-missing");
        recorded += u32::from(record.is_some());
    }
    assert_eq!(bench.explanations.unrecorded(), 50);
    // Some of the recorded ids were folded away meanwhile; none of the others can be opened.
    assert_eq!(recorded, STRANGERS_RECORDED);
    assert_eq!(
        bench.explanations.newest(None, 10)[0].count,
        u64::from(STRANGERS_RECORDED)
    );
}

#[test]
fn the_cause_is_what_the_report_says_first() {
    let bench = Bench::new();
    let parts = call("eyJ");
    for denied in [
        Denied::KeysDisabled,
        Denied::SubdomainMissing,
        Denied::RouteUnknown,
        Denied::ApiVersionMissing,
        Denied::ModelMissing,
        Denied::AccountUnknown("x".repeat(10_000)),
        Denied::DeploymentUnknown {
            name: "gpt-4o".to_owned(),
            deployed_as: Some("chat".to_owned()),
        },
        Denied::BodyMalformed("not JSON".to_owned()),
        Denied::Busy,
    ] {
        let (told, record) = bench.refuse(&parts, &denied);
        let record = record.unwrap();
        assert_eq!(record.cause, told.cause);
        match record.report.pointer("/findings/0/rule") {
            Some(rule) => assert_eq!(rule, told.cause, "{denied:?}"),
            None => assert_eq!(told.cause, MALFORMED, "{denied:?}"),
        }
    }
}
