//! JUnit XML as its readers take it: the rules of the schema that Jenkins' xUnit plug-in and its kin validate
//! with, written down here, and a reader of XML that takes nothing else.

/// An element with its attributes and what is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> usize {
        let value = self.attribute(name);
        value
            .unwrap_or_default()
            .parse()
            .unwrap_or_else(|_| panic!("{name} of {} is {value:?}", self.name))
    }

    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn count(&self, name: &str) -> usize {
        usize::from(self.name == name)
            + self
                .children
                .iter()
                .map(|child| child.count(name))
                .sum::<usize>()
    }
}

/// What an element may have: attributes (those with `!` must be there), and children.
const SCHEMA: [(&str, &[&str], &[&str]); 6] = [
    (
        "testsuites",
        &["name", "time", "tests", "failures", "disabled", "errors"],
        &["testsuite"],
    ),
    (
        "testsuite",
        &[
            "name!",
            "tests!",
            "failures",
            "errors",
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
            "version",
        ],
        &[
            "testsuite",
            "properties",
            "testcase",
            "system-out",
            "system-err",
        ],
    ),
    (
        "testcase",
        &["name!", "classname", "group", "time", "file", "line"],
        &[
            "skipped",
            "error",
            "failure",
            "rerunFailure",
            "system-out",
            "system-err",
        ],
    ),
    ("failure", &["message", "type"], &[]),
    ("error", &["message", "type"], &[]),
    ("skipped", &["message", "type"], &[]),
];

/// Holds a report to the schema and its counts to what is there; how many failures are in it.
#[track_caller]
pub(crate) fn valid(root: &Element) -> usize {
    assert_eq!(root.name, "testsuites");
    fits(root);
    let failures = root.count("failure");
    for suite in std::iter::once(root).chain(root.all("testsuite")) {
        assert_eq!(suite.number("tests"), suite.count("testcase"));
        assert_eq!(suite.number("failures"), suite.count("failure"));
        assert_eq!(suite.number("errors"), suite.count("error"));
    }
    failures
}

#[track_caller]
fn fits(element: &Element) {
    let Some((_, attributes, children)) = SCHEMA.iter().find(|(name, ..)| *name == element.name)
    else {
        panic!("no element is called {}", element.name);
    };
    let known = |name: &str| {
        attributes
            .iter()
            .any(|one| one.trim_end_matches('!') == name)
    };
    for (place, (name, _)) in element.attributes.iter().enumerate() {
        assert!(known(name), "{} has {name}", element.name);
        assert!(
            !element.attributes[..place]
                .iter()
                .any(|(other, _)| other == name),
            "{name} twice"
        );
    }
    for name in attributes.iter().filter_map(|one| one.strip_suffix('!')) {
        assert!(
            element.attribute(name).is_some(),
            "{} lacks {name}",
            element.name
        );
    }
    for child in &element.children {
        assert!(
            children.contains(&&*child.name),
            "{} in {}",
            child.name,
            element.name
        );
        fits(child);
    }
    let may_hold_text = children.is_empty();
    assert!(
        may_hold_text || element.text.trim().is_empty(),
        "text in {}",
        element.name
    );
}

/// Reads XML: one root, elements that close, attributes in double quotes, the five entities.
#[track_caller]
pub(crate) fn read(xml: &str) -> Element {
    let wrong = xml
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert_eq!(wrong, None, "XML 1.0 has no such character");
    let body = xml
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .unwrap();
    let mut open: Vec<Element> = vec![Element::default()];
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        open.last_mut().unwrap().text += &plain(&rest[..at]);
        let end = at + rest[at..].find('>').unwrap();
        let (tag, behind) = (&rest[at + 1..end], &rest[end + 1..]);
        if let Some(name) = tag.strip_prefix('/') {
            let element = open.pop().unwrap();
            assert_eq!(element.name, name);
            open.last_mut().unwrap().children.push(element);
        } else {
            let closed = tag.ends_with('/');
            let element = element(tag.trim_end_matches('/'));
            if closed {
                open.last_mut().unwrap().children.push(element);
            } else {
                open.push(element);
            }
        }
        rest = behind;
    }
    assert!(
        rest.trim().is_empty() && open.len() == 1,
        "what was opened is closed"
    );
    let mut root = open.pop().unwrap();
    assert_eq!(root.children.len(), 1);
    root.children.remove(0)
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut element = Element {
        name: name.to_owned(),
        ..Element::default()
    };
    while let Some((name, behind)) = rest.trim_start().split_once("=\"") {
        let (value, behind) = behind.split_once('"').unwrap();
        element.attributes.push((name.to_owned(), plain(value)));
        rest = behind;
    }
    assert!(rest.trim().is_empty(), "{tag}");
    element
}

fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split('&');
    plain += parts.next().unwrap_or_default();
    for part in parts {
        let (name, behind) = part.split_once(';').unwrap();
        plain += match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            name => panic!("&{name};"),
        };
        plain += behind;
    }
    plain
}
