use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The name, the rules and the certificate are right, and connections still break: a firewall that drops some, exhausted outbound ports, a path across regions and hubs, an idle timeout shorter than a long answer.
///
/// ## How to recognise it
///
/// - connection errors or timeouts that come and go;
/// - the same code works elsewhere.
///
/// ## Fix
///
/// Shorten the path (a private endpoint in the caller's own network), look at the firewall's log, raise outbound ports (NAT gateway), stream long answers.
///
/// ## Example
///
/// ```text
/// APIConnectionError: Connection error.
/// - intermittent; traffic passes a hub firewall
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Troubleshoot outbound connections".
    "NET006" "network-path-unstable": "The network path fails now and then",
    fires: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
openai.APIConnectionError: Connection error.
- failures are intermittent, the firewall log shows drops
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
openai.APIConnectionError: Connection error. [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (ConnectionFailed, 1.8),
            (TlsFailed, 0.8),
            (ServerError, 0.6),
            (NameUnresolved, 0.3),
        ],
    );
    w.add(2.4, case.clue(&network::INTERMITTENT));
    w.add(0.5, case.clue(&network::OTHER_PATH_WORKS));
    w.add(0.4, case.clue(&network::RESOLVES_PRIVATE));
    w.add(0.3, case.about(&topic::ADDRESS_RULES, Says::Mentioned));
    w.add(-0.8, case.clue(&network::PUBLIC_OFF));
    w.add(-0.8, case.clue(&network::PROXY));
    w.lean(-2.0, case.in_any(&[IdentityEndpoint]));
}

fn cause(_case: &Case<'_>) -> String {
    "Connections to the service break now and then on the way; nothing in the request is wrong."
        .to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Measure the path where the program runs",
            format!(
                "for i in $(seq 20); do curl -sS -o /dev/null -w '%{{time_connect}} %{{time_appconnect}} %{{http_code}}\\n' https://{account}.openai.azure.com/; done"
            ),
        ),
        fix::portal(
            "The firewall or NAT gateway on the path > Logs and metrics: denied flows, used ports",
        ),
    ]
}
