//! The line that Entrada's own endpoint prints of a refusal: it knows the cause.

use super::failure::Verdict;
use crate::{Certainty, RuleId};

/// Reads `TIME STATUS WHO on ACCOUNT: OPERATION -> CAUSE`.
pub(super) fn read(text: &str) -> Option<Verdict> {
    let line = text.lines().next()?;
    let (call, cause) = line.rsplit_once(" -> ")?;
    let cause = RuleId::parse(cause.trim())?;
    let (time, rest) = call.split_once(' ')?;
    access::Timestamp::parse(time).ok()?;
    let (status, rest) = rest.split_once(' ')?;
    let (who, place) = rest.split_once(" on ")?;
    let (account, _) = place.split_once(": ")?;
    let plain = |name: &str| {
        let named = !name.is_empty() && name.len() <= 80 && name != "-" && name != "somebody";
        let safe =
            crate::evidence::redact::redact(name) == name && !name.contains(char::is_whitespace);
        (named && safe).then(|| name.to_owned())
    };
    Some(Verdict {
        unrelated: false,
        cause: Some((cause, Certainty::Proven)),
        status: Some(
            status
                .parse()
                .ok()
                .filter(|status| (400..600).contains(status))?,
        ),
        principal: plain(who),
        endpoint: plain(account),
    })
}
