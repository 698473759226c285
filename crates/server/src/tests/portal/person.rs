//! Somebody with a browser: cookies, forms, and the way through the sign-in page.

use super::super::client::{Answer, TestServer};

/// The origin that the test client's Host header means.
pub(super) const ORIGIN: &str = "http://localhost";

/// A person with a browser.
pub(super) struct Person<'s> {
    pub(super) server: &'s TestServer,
    pub(super) cookies: Vec<(String, String)>,
}

impl<'s> Person<'s> {
    /// Nobody in particular.
    pub(super) fn stranger(server: &'s TestServer) -> Self {
        Self {
            server,
            cookies: Vec::new(),
        }
    }

    /// Somebody of the sample who signed in.
    pub(super) fn signed_in(server: &'s TestServer, name: &str) -> Self {
        let mut person = Self::stranger(server);
        let answer = person.sign_in(name);
        assert_eq!(answer.status, 303, "{}", answer.body);
        person
    }

    /// Goes through the sign-in page and back; the last answer.
    pub(super) fn sign_in(&mut self, name: &str) -> Answer {
        let page = self.sign_in_page();
        let back = self.fill_in(&page, name);
        assert_eq!(back.status, 303, "{}", back.body);
        let back = back.header("location").unwrap().to_owned();
        self.get(back.strip_prefix(ORIGIN).unwrap())
    }

    /// The page on which people sign in.
    pub(super) fn sign_in_page(&mut self) -> Answer {
        let answer = self.get("/portal/sign-in");
        assert_eq!(answer.status, 303, "{}", answer.body);
        let location = answer.header("location").unwrap().to_owned();
        let page = self.get(&location);
        assert_eq!(page.status, 200, "{}", page.body);
        page
    }

    /// Sends the sign-in form of this page.
    pub(super) fn fill_in(&mut self, page: &Answer, name: &str) -> Answer {
        let flow = hidden(&page.body, "flow");
        let form = format!(
            "flow={flow}&username={name}%40contoso.onmicrosoft.com&password=contoso-{name}-password&answer=sign-in"
        );
        let action = page.body.split("action=\"").nth(1).unwrap();
        let action = action.split('"').next().unwrap().to_owned();
        self.send("POST", &action, &[("Origin", ORIGIN)], &form)
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// Sends a form as a page of ours would.
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token();
        let mut form = format!("form_token={token}");
        for (name, value) in fields {
            form += &format!("&{name}={}", crate::token_service::form::encode(value));
        }
        self.send("POST", path, &[("Origin", ORIGIN)], &form)
    }

    /// The token that this session's forms carry.
    pub(super) fn form_token(&mut self) -> String {
        hidden(&self.get("/portal").body, "form_token")
    }

    /// A request with the browser's cookies; cookies of the answer are kept.
    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut all = headers.to_vec();
        if !cookies.is_empty() {
            all.push(("Cookie", &cookies));
        }
        let answer = self.server.send(method, path, &all, body);
        let set = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie");
        for (_, cookie) in set {
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.cookies.iter();
        cookies
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The value of a hidden field.
pub(super) fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}
