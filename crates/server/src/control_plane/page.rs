//! Lists come in pages.

use wire::arm::view::Page;

use super::Call;

/// Items of a page.
const PAGE: usize = 500;

/// The parameter that says where a page begins.
const TOKEN: &str = "$skiptoken";

/// The page that the query asks for, of `items` in the order of their ids.
///
/// The token is the id after which the page begins: items that come or go meanwhile move no others.
pub(super) fn page<T>(call: &Call<'_>, mut items: Vec<T>, id: impl Fn(&T) -> &str) -> Page<T> {
    items.sort_unstable_by(|a, b| id(a).cmp(id(b)));
    if let Some(after) = call.query.value(TOKEN) {
        items.retain(|item| id(item) > after);
    }
    let next = (items.len() > PAGE).then(|| {
        items.truncate(PAGE);
        items.last().map(&id).unwrap_or_default().to_owned()
    });
    Page {
        next_link: next.map(|after| link(call, &after)),
        value: items,
    }
}

fn link(call: &Call<'_>, after: &str) -> String {
    let pairs = call.query.without(TOKEN);
    let pairs = pairs.chain([(TOKEN, after)]);
    let query: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    format!("{}{}?{}", call.origin, call.found.resource, query.join("&"))
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~$/".contains(&byte) {
            encoded.push(byte as char);
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    encoded
}
