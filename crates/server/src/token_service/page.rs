//! Pages for people: plain HTML forms without a script, readable by any browser and screen reader.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::directory::sha256;
use super::respond::{forbid_storing, text};

/// The portal's colours and measures, in so far as a form needs them.
const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#f6f6f8;--surface:#fff;--line:#e1e3ea;--edge:#868c9e;\
--text:#191b23;--muted:#545a6b;--accent:#3d4bc7;--on:#fff;--bad:#a3262c;--soft:#fcebec;\
font:100%/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif}\
@media(prefers-color-scheme:dark){:root{--ground:#0f1118;--surface:#171a23;--line:#2a2f3d;--edge:#7b8299;\
--text:#e9ebf2;--muted:#a5abbd;--accent:#9aa6ff;--on:#10132a;--bad:#ff9c9f;--soft:#3a1a1d}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--ground);color:var(--text);font-size:.9375rem}\
main{max-width:26rem;margin:clamp(1rem,12vh,7rem) auto 1.5rem;padding:2rem;background:var(--surface);\
border:1px solid var(--line);border-radius:12px}\
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.012em;margin:0 0 .5rem}\
p{margin:.5rem 0}\
label{display:block;margin-top:1.125rem;font-weight:600;font-size:.875rem}\
input{font:inherit;color:inherit;width:100%;min-height:2.5rem;padding:.4375rem .75rem;margin-top:.3125rem;\
border:1px solid var(--edge);border-radius:8px;background:var(--surface)}\
button{font:inherit;font-weight:600;color:inherit;min-height:2.5rem;padding:.4375rem 1.125rem;\
margin:1.5rem .625rem 0 0;border:1px solid var(--edge);border-radius:8px;background:var(--surface);cursor:pointer}\
button:first-of-type{background:var(--accent);border-color:var(--accent);color:var(--on)}\
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
.error{background:var(--soft);color:var(--bad);border-radius:8px;padding:.75rem 1rem}\
footer{max-width:26rem;margin:0 auto;padding:0 2rem 2rem;color:var(--muted);font-size:.8125rem}";

/// A page, built from parts that are escaped as they are added.
pub(super) struct Page {
    title: &'static str,
    body: String,
    form_targets: Vec<String>,
}

impl Page {
    pub(super) fn new(title: &'static str) -> Page {
        Page {
            title,
            body: String::new(),
            form_targets: vec!["'self'".to_owned()],
        }
    }

    pub(super) fn paragraph(mut self, text: &str) -> Page {
        self.body.push_str(&format!("<p>{}</p>\n", escape(text)));
        self
    }

    /// What went wrong, announced to screen readers.
    pub(super) fn error(mut self, text: &str) -> Page {
        let text = escape(text);
        self.body
            .push_str(&format!("<p class=\"error\" role=\"alert\">{text}</p>\n"));
        self
    }

    /// Lets the form's answer lead to this address: browsers hold the redirect after a form against the
    /// policy too.
    pub(super) fn may_lead_to(mut self, url: &str) -> Page {
        self.form_targets.extend(source_expression(url));
        self
    }

    pub(super) fn form(mut self, form: Form) -> Page {
        self.body.push_str(&form.finish());
        self
    }

    /// The answer with its headers: nothing may be loaded, framed, stored or run.
    pub(super) fn respond(self, status: StatusCode) -> Response<Bytes> {
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n\
             <footer>Entrada, a local token service. This is not Microsoft's sign-in page: never type a \
             real password here.</footer>\n</body>\n</html>\n",
            title = escape(self.title),
            body = self.body,
        );
        let mut response = text(status, "text/html; charset=utf-8", html);
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; form-action {}; frame-ancestors 'none'; base-uri 'none'",
            STANDARD.encode(sha256(STYLE.as_bytes())),
            self.form_targets.join(" ")
        );
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        // Not `no-referrer`: with that, browsers send `Origin: null` from our own forms.
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin"));
        forbid_storing(&mut response);
        response
    }
}

/// A form that posts.
pub(super) struct Form {
    html: String,
}

impl Form {
    pub(super) fn to(action: &str) -> Form {
        let action = escape(action);
        Form {
            html: format!("<form method=\"post\" action=\"{action}\">\n"),
        }
    }

    pub(super) fn hidden(mut self, name: &str, value: &str) -> Form {
        let (name, value) = (escape(name), escape(value));
        self.html.push_str(&format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n"
        ));
        self
    }

    /// A field with its label. `kind` is the input's type, `completion` what a browser may fill in.
    pub(super) fn field(
        mut self,
        label: &str,
        name: &str,
        kind: &str,
        completion: &str,
        value: &str,
    ) -> Form {
        let (label, value) = (escape(label), escape(value));
        self.html.push_str(&format!(
            "<label for=\"{name}\">{label}</label>\n<input id=\"{name}\" name=\"{name}\" type=\"{kind}\" \
             autocomplete=\"{completion}\" value=\"{value}\" autocapitalize=\"none\" spellcheck=\"false\">\n"
        ));
        self
    }

    pub(super) fn button(mut self, label: &str, name: &str, value: &str) -> Form {
        let label = escape(label);
        self.html.push_str(&format!(
            "<button name=\"{name}\" value=\"{value}\">{label}</button>\n"
        ));
        self
    }

    fn finish(self) -> String {
        self.html + "</form>\n"
    }
}

/// Text that means itself between tags and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The part of a URL that a content security policy names: scheme, host and port. Nothing for what could
/// break out of the policy.
fn source_expression(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    authority
        .bytes()
        .all(plain)
        .then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup_or_policy() {
        let evil = "\"><script>alert('x')</script>&";
        let page = Page::new("Sign in")
            .error(evil)
            .paragraph(evil)
            .may_lead_to("http://localhost:1/x;script-src")
            .may_lead_to("http://a;b/")
            .form(
                Form::to(evil)
                    .hidden(evil, evil)
                    .field(evil, "user", "text", "username", evil),
            );
        let response = page.respond(StatusCode::OK);
        let html = std::str::from_utf8(response.body()).unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("\"><script"));
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.contains("form-action 'self' http://localhost:1; frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("script-src"));
    }
}
