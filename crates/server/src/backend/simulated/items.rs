//! One page of what a kept response was asked.

use bytes::Bytes;
use serde_json::Value;
use wire::openai::responses::ItemList;

use super::reply::Invalid;
use crate::percent;

/// Which part of the list, in which order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    limit: usize,
    newest_first: bool,
    after: Option<String>,
    before: Option<String>,
}

impl Page {
    /// Reads `limit` (1 to 100, usually 20), `order` (usually `desc`), `after` and `before`.
    pub(super) fn read(query: Option<&str>) -> Result<Page, Invalid> {
        let mut page = Page {
            limit: 20,
            newest_first: true,
            after: None,
            before: None,
        };
        for pair in query.unwrap_or_default().split('&') {
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let value = percent::decoded(value);
            match name {
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=100).contains(limit));
                    page.limit = limit.ok_or_else(|| Invalid::new("limit", "it is 1 to 100"))?;
                }
                "order" if value == "asc" => page.newest_first = false,
                "order" if value == "desc" => page.newest_first = true,
                "order" => return Err(Invalid::new("order", "it is `asc` or `desc`")),
                "after" => page.after = Some(value.into_owned()),
                "before" => page.before = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(page)
    }

    /// The part of the items, which are a JSON list in the order in which they were sent.
    pub(super) fn of(&self, items: &Bytes) -> ItemList {
        let mut items: Vec<Value> = serde_json::from_slice(items).unwrap_or_default();
        if self.newest_first {
            items.reverse();
        }
        let place = |id: &Option<String>| {
            let id = id.as_deref()?;
            items.iter().position(|item| item["id"] == id)
        };
        let end = place(&self.before).unwrap_or(items.len());
        let start = place(&self.after).map_or(0, |after| after + 1).min(end);
        let has_more = end - start > self.limit;
        let data: Vec<Value> = items.drain(start..end).take(self.limit).collect();
        let name = |item: Option<&Value>| {
            let name = item.and_then(|item| item["id"].as_str());
            name.unwrap_or_default().to_owned()
        };
        ItemList {
            first_id: name(data.first()),
            last_id: name(data.last()),
            data,
            has_more,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_follow_each_other_in_either_order() {
        let items: Vec<Value> = (0..5).map(|n| json!({ "id": n.to_string() })).collect();
        let items = Bytes::from(serde_json::to_vec(&items).unwrap());
        let check = |query: &str, expected: &str, more: bool| {
            let list = Page::read(Some(query)).unwrap().of(&items);
            let ids: String = list
                .data
                .iter()
                .map(|item| item["id"].as_str().unwrap())
                .collect();
            assert_eq!((ids.as_str(), list.has_more), (expected, more), "{query}");
        };
        check("api-version=v1", "43210", false);
        check("order=asc", "01234", false);
        check("limit=2", "43", true);
        check("limit=2&after=3", "21", true);
        check("limit=2&after=1", "0", false);
        check("order=asc&before=2", "01", false);
        check("after=0", "", false);
        check("after=3&before=4", "", false);
    }

    #[test]
    fn a_page_that_cannot_be_is_refused() {
        for query in ["limit=0", "limit=101", "limit=x", "order=up"] {
            assert!(Page::read(Some(query)).is_err(), "{query}");
        }
    }
}
