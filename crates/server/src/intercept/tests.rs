use http::{HeaderMap, HeaderValue, Uri};

use super::*;

#[test]
fn a_host_means_its_plane() {
    let check = |host, expected| assert_eq!(host_name(host), expected, "{host}");
    check("login.microsoftonline.com", HostName::Authority);
    check("login.microsoftonline.com:443", HostName::Authority);
    check("management.azure.com", HostName::Management);
    check("graph.microsoft.com", HostName::Graph);
    check("contoso.openai.azure.com", HostName::Account("contoso"));
    check("eastus.api.cognitive.microsoft.com", HostName::Regional);
    check("169.254.169.254", HostName::Metadata);
    for foreign in [
        "localhost",
        "127.0.0.1:8443",
        "contoso.openai.localhost",
        "example.com",
        "",
    ] {
        check(foreign, HostName::Foreign);
    }
}

#[test]
fn a_request_names_the_host_of_its_tunnel_wherever_it_names_one() {
    const HOST_NAME: &str = "contoso.openai.azure.com";
    let check = |uri: &str, hosts: &[&str], expected: bool| {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        let uri: Uri = uri.parse().unwrap();
        let is = is_addressed_to(HOST_NAME, 443, &uri, &headers);
        assert_eq!(is, expected, "{uri} {hosts:?}");
    };
    check("/openai/models", &[HOST_NAME], true);
    check("/openai/models", &["Contoso.OpenAI.azure.com:443"], true);
    check("https://contoso.openai.azure.com/", &[], true);
    check("https://contoso.openai.azure.com/", &[HOST_NAME], true);
    check("/", &[], false);
    check("/", &["login.microsoftonline.com"], false);
    check("/", &["contoso.openai.azure.com:8443"], false);
    check("/", &[HOST_NAME, HOST_NAME], false);
    check("/", &[HOST_NAME, "login.microsoftonline.com"], false);
    check("https://login.microsoftonline.com/", &[HOST_NAME], false);
    check("https://contoso.openai.azure.com/", &["localhost"], false);
    let named = format!("https://user@{HOST_NAME}/");
    check(&named, &[HOST_NAME], false);
}

#[test]
fn entries_of_no_proxy_that_lead_past_us_are_known() {
    for entry in [
        "*",
        "",
        ".",
        "*.com",
        "azure.com",
        ".azure.com",
        "*.azure.com",
        "openai.azure.com",
        "contoso.openai.azure.com",
        "contoso.openai.azure.com:443",
        "https://login.microsoftonline.com",
        "LOGIN.MICROSOFTONLINE.COM",
        "microsoftonline.com",
        "com",
        "169.254.169.254",
        "169.254.0.0/16",
        "0.0.0.0/0",
    ] {
        assert!(bypasses(entry), "{entry}");
    }
    for entry in [
        "localhost",
        "127.0.0.1",
        "127.0.0.0/8",
        ".svc.cluster.local",
        "internal.example",
        "blob.core.windows.net",
        "notazure.com",
        "10.0.0.0/8",
        "169.254.170.2",
        "::1",
        "[::1]",
        "fd00::/8",
    ] {
        assert!(!bypasses(entry), "{entry}");
    }
}
