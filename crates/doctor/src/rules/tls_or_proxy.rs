use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Something between client and service re-signs TLS (a company's proxy, a VPN, an antivirus) and the client does not trust it, or a proxy refuses the connection. Each library has its own store of certificates, so one program works and another does not.
///
/// ## How to recognise it
///
/// - `self signed certificate in certificate chain`, `unable to get local issuer certificate`, `CERTIFICATE_VERIFY_FAILED`;
/// - proxy errors, status 407, or a proxy setting that one client honours and another does not.
///
/// ## Fix
///
/// Give the client the company's root certificate: `REQUESTS_CA_BUNDLE` (requests, Azure CLI), `SSL_CERT_FILE` (httpx, openai), `NODE_EXTRA_CA_CERTS` (Node). Exempt the hosts from inspection, or set the proxy. Do not switch verification off.
///
/// ## Example
///
/// ```text
/// httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain
/// ```
///
/// ## Sources
///
/// - sinaptik-ai/pandas-ai#1845; openai-python (httpx), azure-core (requests).
    "NET005" "tls-or-proxy": "TLS could not be established, or a proxy is in the way",
    fires: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain (_ssl.c:1000)
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
httpx.ConnectError: [Errno -2] Name or service not known
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (TlsFailed, 3.0),
            (ConnectionFailed, 1.2),
            (ClientArgument, 0.2),
            (NameUnresolved, 0.3),
            (Bare403, 0.2),
            (PublicAccessOff, 0.2),
        ],
    );
    w.add(2.2, case.clue(&symptom::PROXY_FAILED));
    w.add(0.7, case.clue(&network::PROXY));
    // The name leads to the private address, and yet the service sees a public one.
    w.add(
        3.0,
        case.clue(&network::LEAVES_THROUGH_PROXY)
            .filter(|_| case.in_any(&[PublicAccessOff])),
    );
    w.about(case, &topic::PROXY, [0.7, 0.7, 0.7, 0.9]);
    w.add(
        -1.6,
        case.clue(&network::PRIVATE_PATH)
            .filter(|_| !case.in_any(&[PublicAccessOff])),
    );
    w.add(-1.0, case.clue(&network::RESOLVES_PUBLIC));
    w.add(-1.2, case.clue(&network::INTERMITTENT));
    w.add(
        -1.2,
        case.clue(&network::EGRESS_DENIED)
            .filter(|_| !case.in_any(&[TlsFailed])),
    );
    // The network is the same for every version, and a broken URL leads to another host.
    w.add(-1.4, case.other_version_works());
    w.add(-2.4, case.flaw(Flaw::Scheme));
    w.lean(-2.0, case.in_any(&[IdentityEndpoint]));
}

fn cause(_case: &Case<'_>) -> String {
    "The client does not trust the certificate it was shown, or a proxy did not let the connection through.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "See who signed the certificate",
            format!(
                "openssl s_client -connect {account}.openai.azure.com:443 -servername {account}.openai.azure.com </dev/null 2>/dev/null | openssl x509 -noout -issuer"
            ),
        ),
        fix::run(
            "Let the client trust the company's root",
            "export SSL_CERT_FILE=/path/to/bundle.pem REQUESTS_CA_BUNDLE=/path/to/bundle.pem   # Python\nexport NODE_EXTRA_CA_CERTS=/path/to/root.pem                                      # Node",
        ),
        fix::run(
            "Set or bypass the proxy",
            "export HTTPS_PROXY=http://<proxy>:<port>\nexport NO_PROXY=.openai.azure.com,.services.ai.azure.com,.cognitiveservices.azure.com",
        ),
    ]
}
