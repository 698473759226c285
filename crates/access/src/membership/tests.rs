use super::*;

fn path(token: &[&str], edges: &[(&str, &str)], to: &str) -> Option<Vec<String>> {
    let edges: Vec<(PrincipalId, PrincipalId)> = edges
        .iter()
        .map(|(member, group)| (PrincipalId::new(member), PrincipalId::new(group)))
        .collect();
    let token: Vec<PrincipalId> = token.iter().map(|id| PrincipalId::new(id)).collect();
    let caller = PrincipalId::new("caller");
    let to = PrincipalId::new(to);
    let closure = Closure::new(&caller, &token, |id: &PrincipalId| {
        edges
            .iter()
            .filter(|(member, _)| member == id)
            .map(|(_, group)| group)
            .collect::<Vec<_>>()
    });
    let ids = closure.path(&to, |_| String::new());
    closure
        .contains(&to)
        .then(|| ids.iter().map(|group| group.id.to_string()).collect())
}

fn strings(list: &[&str]) -> Option<Vec<String>> {
    Some(list.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn nesting_is_followed_along_a_shortest_way() {
    let edges = [("caller", "a"), ("a", "b"), ("b", "c"), ("caller", "c")];
    assert_eq!(path(&[], &edges, "b"), strings(&["a", "b"]));
    assert_eq!(path(&[], &edges, "c"), strings(&["c"]));
    assert_eq!(path(&[], &edges, "caller"), strings(&[]));
    assert_eq!(path(&[], &edges, "d"), None);
}

#[test]
fn cycles_end() {
    let edges = [
        ("caller", "a"),
        ("a", "b"),
        ("b", "a"),
        ("b", "caller"),
        ("a", "a"),
    ];
    assert_eq!(path(&[], &edges, "b"), strings(&["a", "b"]));
}

#[test]
fn groups_of_the_token_lead_on() {
    assert_eq!(path(&["t"], &[("t", "u")], "u"), strings(&["t", "u"]));
}
