//! Calls that were recorded: HTTP archives (HAR), and JSON lines of gateways and services.

use serde_json::Value;

use super::{ITEMS, PIECES, Piece, is_plain, text_of};
use crate::evidence::sent;
use crate::fact::{Kind, Name};

/// The failed calls of an archive, or all where none failed.
pub(super) fn archive(value: &Value) -> Vec<Piece> {
    let entries = value.pointer("/log/entries").and_then(Value::as_array);
    let calls = entries.into_iter().flatten().take(ITEMS).enumerate();
    let calls =
        calls.map(|(index, entry)| (format!("log.entries[{index}]"), Call::of_entry(entry)));
    failures(calls.collect())
}

/// What one line of a log says of a failed call: nothing of one that succeeded. `None` where the line
/// tells of no call.
pub(super) fn log_line(value: &Value, place: &str) -> Option<Vec<Piece>> {
    let mut call = Call::default();
    call.gather(value, 0);
    // Gateways and services write the answer as text within the record.
    let failed = call.status.is_some_and(|status| status >= 400);
    if !failed && call.succeeded && !call.complains {
        return Some(Vec::new());
    }
    if !failed && (call.body.is_empty() || call.url.is_none()) {
        return None;
    }
    Some(vec![Piece {
        kinds: call.known(),
        ..Piece::new(place, call.text())
    }])
}

/// What a log line says that tells of no call: its messages.
pub(super) fn messages(value: &Value, place: &str) -> Option<Piece> {
    let mut call = Call::default();
    call.gather(value, 0);
    (!call.body.is_empty()).then(|| Piece {
        kinds: call.known(),
        ..Piece::new(place, call.text())
    })
}

/// When a log line was written, in its own words.
pub(super) fn time(value: &Value) -> Option<&Value> {
    let members = value.as_object()?;
    let time = members.iter().find(|(name, _)| is_time_name(name));
    time.map(|(_, value)| value)
}

/// Whether a member of a log line says when it was written.
pub(crate) fn is_time_name(name: &str) -> bool {
    const TIMES: [&str; 14] = [
        "time",
        "timestamp",
        "t",
        "datetime",
        "date",
        "timegenerated",
        "timegenerated[utc]",
        "eventtime",
        "eventtimestamp",
        "starttime",
        "startdatetime",
        "starteddatetime",
        "asctime",
        "timestamputc",
    ];
    TIMES.contains(&&*plain_name(name))
}

fn failures(calls: Vec<(String, Call)>) -> Vec<Piece> {
    let failed = |call: &Call| {
        call.status
            .is_none_or(|status| status == 0 || status >= 400)
    };
    let any = calls.iter().any(|(_, call)| failed(call));
    let chosen = calls.into_iter().filter(|(_, call)| !any || failed(call));
    let pieces = chosen.map(|(field, call)| {
        let headers = call
            .request
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let sent = sent::carried(headers, false);
        Piece {
            kinds: sent.map(Kind::Sent).into_iter().collect(),
            ..Piece::new(field, call.text())
        }
    });
    pieces.take(PIECES).collect()
}

/// One call as far as it was recorded.
#[derive(Debug, Default)]
struct Call {
    method: Option<String>,
    url: Option<String>,
    status: Option<u64>,
    reason: Option<String>,
    request: Vec<(String, String)>,
    answer: Vec<(String, String)>,
    body: Vec<String>,
    /// A status below 400 is recorded.
    succeeded: bool,
    /// The record is one of an error, whatever its status.
    complains: bool,
    /// The ARM id of the resource that was called.
    resource: Option<String>,
    /// The object id of who called.
    caller: Option<String>,
    deployment: Option<String>,
    /// Words that name the api-version.
    version: Option<String>,
}

/// Headers whose presence bears on a refusal; the others are left out.
const TELLING: [&str; 12] = [
    "authorization",
    "authentication",
    "api-key",
    "x-api-key",
    "ocp-apim-subscription-key",
    "host",
    "user-agent",
    "www-authenticate",
    "policy-id",
    "x-ms-error-code",
    "retry-after",
    "x-ms-client-request-id",
];

/// Members that hold a status, in the formats of API Management, Azure Monitor and common loggers.
const STATUSES: [&str; 9] = [
    "responsecode",
    "backendresponsecode",
    "statu",
    "statuscode",
    "httpstatu",
    "httpstatuscode",
    "resultcode",
    "resultsignature",
    "responsestatu",
];

/// Whether a member of a log line holds a status.
pub(crate) fn is_status_name(name: &str) -> bool {
    STATUSES.contains(&&*plain_name(name))
}

/// A member's name without case, signs and plural.
fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | '.' | '@'));
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    plain.trim_end_matches('s').to_owned()
}

impl Call {
    fn of_entry(entry: &Value) -> Self {
        let text = |pointer: &str| entry.pointer(pointer).and_then(text_of);
        let error = text("/response/_error").or_else(|| text("/_error"));
        Self {
            method: text("/request/method"),
            url: text("/request/url"),
            status: entry.pointer("/response/status").and_then(Value::as_u64),
            reason: text("/response/statusText"),
            request: headers(entry.pointer("/request/headers")),
            answer: headers(entry.pointer("/response/headers")),
            body: text("/response/content/text")
                .into_iter()
                .chain(error)
                .collect(),
            ..Self::default()
        }
    }

    /// Takes what members of a record say, by their names in the formats of API Management, Azure
    /// Monitor and common loggers; nested records are looked into.
    fn gather(&mut self, value: &Value, depth: usize) {
        const DEEPEST: usize = 4;
        let Value::Object(members) = value else {
            return;
        };
        for (name, value) in members {
            let plain = plain_name(name);
            let text = text_of(value);
            match (&*plain, text) {
                ("method" | "httpmethod" | "requestmethod" | "backendmethod", Some(text)) => {
                    self.method.get_or_insert(text);
                }
                (
                    "url" | "uri" | "requesturi" | "requesturl" | "backendurl" | "httpurl"
                    | "requesttarget" | "requestpath",
                    Some(text),
                ) => {
                    self.url.get_or_insert(text);
                }
                (name, Some(text)) if STATUSES.contains(&name) => {
                    let code = text.parse().ok().filter(|_| text.len() == 3);
                    let failed = code.filter(|code| (400..600).contains(code));
                    self.status = self.status.or(failed);
                    self.succeeded |= code.is_some_and(|code| (100..400).contains(&code));
                }
                ("level" | "severity" | "loglevel" | "severitytext", Some(text)) => {
                    const COMPLAINTS: [&str; 5] = ["error", "fatal", "critical", "warning", "warn"];
                    self.complains |= COMPLAINTS.contains(&text.to_ascii_lowercase().as_str());
                }
                ("resourceid", Some(text)) => {
                    self.resource.get_or_insert(text);
                }
                ("objectid" | "principalid" | "callerobjectid", Some(text)) => {
                    self.caller.get_or_insert(text);
                }
                ("modeldeploymentname" | "deploymentname", Some(text)) => {
                    self.deployment.get_or_insert(text);
                }
                ("apiname" | "apiversion", Some(text)) => {
                    self.version.get_or_insert(text);
                }
                (
                    "message"
                    | "msg"
                    | "error"
                    | "errormessage"
                    | "exception"
                    | "detail"
                    | "responsebody"
                    | "backendresponsebody"
                    | "body"
                    | "lasterrormessage"
                    | "lasterrorreason"
                    | "errorcode"
                    | "resultdescription"
                    | "stacktrace"
                    | "stack"
                    | "traceback"
                    | "excinfo"
                    | "exceptionmessage"
                    | "outermessage"
                    | "innermostmessage"
                    | "err"
                    | "event"
                    | "log"
                    | "text",
                    Some(text),
                ) => self.body.push(text),
                ("propertie" | "propertiesraw" | "payload", Some(text)) => {
                    if let Ok(inner) = serde_json::from_str::<Value>(&text) {
                        self.gather(&inner, depth + 1);
                    }
                }
                (_, None) if depth < DEEPEST => self.gather(value, depth + 1),
                _ => {}
            }
        }
    }

    /// What a record names and a wire does not show: the account, who called, the deployment.
    fn known(&self) -> Vec<Kind> {
        const PROVIDER: &str = "/providers/microsoft.cognitiveservices/accounts/";
        let mut known = Vec::new();
        let mut learn = |name, value: &str| {
            if is_plain(value) {
                known.push(Kind::Value(name, value.to_owned()));
            }
        };
        // Azure writes the ids of its logs in capitals; case means nothing in them.
        let resource = self.resource.as_deref().map(str::to_ascii_lowercase);
        if let Some((id, at)) = resource
            .as_deref()
            .and_then(|id| Some((id, id.find(PROVIDER)?)))
        {
            let from = at + PROVIDER.len();
            let name = id[from..].split('/').next().unwrap_or_default();
            learn(Name::AccountId, &id[..from + name.len()]);
            learn(Name::Account, name);
        }
        if let Some(caller) = &self.caller {
            learn(Name::Principal, caller);
        }
        if let Some(deployment) = &self.deployment {
            learn(Name::Deployment, deployment);
        }
        known
    }

    /// The call as a person would see it on a wire.
    fn text(&self) -> String {
        let mut lines = Vec::new();
        if let Some(url) = &self.url {
            lines.push(format!(
                "{} {url}",
                self.method.as_deref().unwrap_or("POST")
            ));
        }
        lines.extend(
            self.request
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        if let Some(status) = self.status.filter(|status| *status != 0) {
            let reason = self.reason.as_deref().unwrap_or_default();
            lines.push(format!("HTTP/1.1 {status} {reason}"));
        }
        lines.extend(
            self.answer
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.extend(
            self.version
                .iter()
                .map(|words| format!("api-version: {words}")),
        );
        lines.push(String::new());
        lines.extend(self.body.iter().cloned());
        lines.join("\n") + "\n"
    }
}

fn headers(value: Option<&Value>) -> Vec<(String, String)> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    let pairs = list.filter_map(|header| {
        let name = header["name"].as_str()?.to_ascii_lowercase();
        let value = header["value"].as_str()?.to_owned();
        TELLING.contains(&name.as_str()).then_some((name, value))
    });
    pairs.collect()
}
