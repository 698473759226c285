use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

fn variables(set: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let found = set.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

#[test]
fn the_scheme_of_what_is_asked_chooses_the_variable() {
    let check = |set: &'static [(&str, &str)], url: &str, expected: Option<&str>| {
        let proxy = Proxies::new(variables(set)).of(&uri(url)).unwrap();
        let address = proxy.map(|proxy| proxy.address());
        assert_eq!(address.as_deref(), expected, "{set:?} {url}");
    };
    let both = &[("HTTPS_PROXY", "http://s:1"), ("http_proxy", "p:2")];
    check(both, "https://h/", Some("s:1"));
    check(both, "http://h/", Some("p:2"));
    check(&[("https_proxy", "http://s")], "https://h/", Some("s:80"));
    check(&[("https_proxy", "http://s")], "http://h/", None);
    check(
        &[("ALL_PROXY", "http://[::1]:3")],
        "http://h/",
        Some("[::1]:3"),
    );
    // Capitals go first, and what is empty says nothing.
    check(
        &[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:2")],
        "https://h/",
        Some("a:1"),
    );
    check(
        &[("HTTPS_PROXY", " "), ("https_proxy", "http://b:2")],
        "https://h/",
        Some("b:2"),
    );
    check(&[], "https://h/", None);
}

#[test]
fn hosts_are_excepted_by_name_suffix_address_network_and_port() {
    let check = |list: &str, direct: &[&str], through: &[&str]| {
        let proxies = Proxies::one(&Proxy::new("http://proxy:1").unwrap(), list);
        for (urls, expected) in [(direct, false), (through, true)] {
            for url in urls {
                let proxied = proxies.of(&uri(url)).unwrap().is_some();
                assert_eq!(proxied, expected, "{list}: {url}");
            }
        }
    };
    check("", &[], &["http://h/", "http://127.0.0.1/"]);
    check("*", &["http://h/", "https://10.0.0.1/"], &[]);
    for list in [
        "example.com",
        ".example.com",
        "*.example.com",
        "EXAMPLE.com",
    ] {
        check(
            list,
            &["https://example.com/", "https://a.b.example.com:444/"],
            &["https://notexample.com/", "https://example.com.evil/"],
        );
    }
    check(
        "10.0.0.0/8, 192.168.1.7 fd00::/8,[2001:db8::1]",
        &[
            "http://10.1.2.3/",
            "http://192.168.1.7:99/",
            "http://[fd00::1]/",
            "https://[2001:db8::1]/",
        ],
        &["http://11.0.0.1/", "http://192.168.1.8/", "http://ten/"],
    );
    check(
        "vllm:8000,[::2]:90,secure.example:443",
        &[
            "http://vllm:8000/",
            "http://[::2]:90/",
            "https://secure.example/",
        ],
        &[
            "http://vllm/",
            "http://vllm:8001/",
            "http://[::2]:91/",
            "http://secure.example/",
        ],
    );
    // What is no port is a part of the name, and so of none.
    check("vllm:", &[], &["http://other:8000/"]);
}

#[test]
fn a_server_reaches_its_own_machine_and_the_metadata_service_directly() {
    let proxies = Proxies::one(&Proxy::new("http://proxy:1").unwrap(), "");
    for url in [
        "http://127.0.0.1:11434/",
        "https://localhost/",
        "https://LOCALHOST./",
        "http://a.localhost/",
        "http://[::1]:8/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/",
        "http://[fe80::1]/",
    ] {
        let program = proxies.of(&uri(url)).unwrap().unwrap();
        assert_eq!(program.via(), None);
        let server = proxies.clone().of_server("1.1 us");
        assert!(server.of(&uri(url)).unwrap().is_none(), "{url}");
    }
    let server = proxies.of_server("1.1 us");
    let outside = server.of(&uri("https://outside.example/")).unwrap();
    assert_eq!(outside.unwrap().via(), Some("1.1 us"));
}

#[test]
fn a_proxy_that_cannot_be_used_is_no_reason_to_go_without() {
    for (url, expected) in [
        ("https://u:hunter2@proxy:1", ProxyUrlError::Scheme),
        ("socks5://u:hunter2@proxy:1", ProxyUrlError::Scheme),
        ("ftp://u:hunter2@proxy", ProxyUrlError::Scheme),
        ("http://", ProxyUrlError::Unreadable),
        ("http://u:hunter2@pro xy", ProxyUrlError::Unreadable),
        ("http://u:hunter2@", ProxyUrlError::Unreadable),
        ("http://u:hunter2@proxy:http", ProxyUrlError::Unreadable),
    ] {
        let fault = Proxy::new(url).expect_err(url);
        assert_eq!(fault, expected, "{url}");
        assert!(!format!("{fault} {fault:?}").contains("hunter2"));
    }
    let proxies = Proxies::new(variables(&[("HTTPS_PROXY", "socks5://proxy")]));
    assert_eq!(
        proxies.of(&uri("https://h/")).unwrap_err(),
        ProxyUrlError::Scheme
    );
    assert!(proxies.of(&uri("http://h/")).unwrap().is_none());
}

#[test]
fn user_and_password_are_for_the_proxy_alone() {
    let proxy = Proxy::new("http://ada:hunter%3A2@proxy:3128/").unwrap();
    // ada:hunter:2
    let credential = proxy.credential().unwrap();
    assert_eq!(credential, "Basic YWRhOmh1bnRlcjoy");
    assert!(credential.is_sensitive());
    let shown = format!(
        "{proxy:?} {:?} {}",
        Proxies::one(&proxy, ""),
        proxy.address()
    );
    assert!(
        !shown.contains("hunter") && !shown.contains("YWRh"),
        "{shown}"
    );
    assert!(shown.contains("proxy:3128"));
}

/// What a tunnel says of a proxy that answers so.
async fn opened(proxy: &str, answer: &[u8]) -> Result<(), String> {
    let proxy = Proxy::new(proxy).unwrap();
    let (mut ours, mut theirs) = tokio::io::duplex(64 * 1024);
    theirs.write_all(answer).await.unwrap();
    theirs.shutdown().await.unwrap();
    let opened = tunnel::open(&mut ours, &proxy, &uri("https://host/")).await;
    let mut rest = Vec::new();
    if opened.is_ok() {
        ours.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"first", "what follows belongs to the tunnel");
    }
    opened.map_err(|error| error.to_string())
}

#[tokio::test]
async fn an_answer_is_a_connection_or_a_reason() {
    let check = async |answer: &[u8], expected: &str| {
        let said = opened("http://u:hunter2@proxy:1", answer).await;
        let said = said.err().unwrap_or_else(|| "a connection".to_owned());
        assert_eq!(said, expected);
    };
    let long = [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &[b'x'; 9_000]].concat();
    for (answer, expected) in [
        (
            &b"HTTP/1.1 200 Connection established\r\n\r\nfirst"[..],
            "a connection",
        ),
        (b"HTTP/1.0 200\r\nVia: x\r\n\r\nfirst", "a connection"),
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "`proxy:1` refuses the user and the password that it was given (407)",
        ),
        (
            b"HTTP/1.1 403 \x1b[31mForbidden\r\n\r\n",
            "`proxy:1` answers HTTP/1.1 403 [31mForbidden",
        ),
        (
            b"HTTP/1.1 301 Moved\r\n\r\n",
            "`proxy:1` answers HTTP/1.1 301 Moved",
        ),
        (
            b"HTTP/1.1 2000 OK\r\n\r\n",
            "`proxy:1` answers in another language than HTTP",
        ),
        (
            b"SSH-2.0 2\r\n\r\n",
            "`proxy:1` answers in another language than HTTP",
        ),
        (&long, "`proxy:1` answers at too great length"),
    ] {
        check(answer, expected).await;
    }
    let broken = opened("http://proxy:1", b"HTTP/1.1 200 OK\r\n").await;
    assert!(broken.unwrap_err().starts_with("`proxy:1` broke off: "));
    let asked = opened("http://proxy:1", b"HTTP/1.1 407 No\r\n\r\n").await;
    assert_eq!(
        asked.unwrap_err(),
        "`proxy:1` wants a user and a password (407)"
    );
}
