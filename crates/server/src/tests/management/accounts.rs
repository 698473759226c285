//! `Microsoft.CognitiveServices` as its clients see it.

use super::*;

const PROVIDER: &str = "providers/Microsoft.CognitiveServices";

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let listed = json["value"].as_array().unwrap().iter();
    listed
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn accounts_are_listed_for_who_may_read_them() {
    let server = TestServer::start();
    let list =
        |who: &str, scope: &str| names(&get(&server, who, &format!("{scope}/{PROVIDER}/accounts")));
    let all = list("admin", SUBSCRIPTION);
    assert!(
        all.len() > 1 && all.contains(&"contoso".to_owned()),
        "{all:?}"
    );
    assert_eq!(list("nobody", SUBSCRIPTION), [""; 0]);
    assert_eq!(list("developer", SUBSCRIPTION), ["contoso"]);
    assert!(list("admin", GROUP).contains(&"contoso".to_owned()));
}

#[test]
fn an_account_is_shown_as_it_is_configured() {
    let server = with(
        "[[account]]\nname = \"closed\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n\
         network = \"public-access-disabled\"\ncustom_subdomain = false\nlocal_auth = true\nkeys = [\"k-1\", \"k-2\"]\n",
    );
    let shown = get(&server, "admin", ACCOUNT).json();
    let properties = &shown["properties"];
    assert_eq!(shown["id"], ACCOUNT);
    assert_eq!(shown["kind"], "AIServices");
    assert_eq!(properties["customSubDomainName"], "contoso");
    assert_eq!(properties["disableLocalAuth"], false);
    assert_eq!(properties["publicNetworkAccess"], "Enabled");
    let endpoint = properties["endpoint"].as_str().unwrap();
    assert!(endpoint.ends_with("/contoso/"), "{endpoint}");
    let closed = format!("{GROUP}/{PROVIDER}/accounts/closed");
    let properties = &get(&server, "admin", &closed).json()["properties"];
    assert_eq!(properties["customSubDomainName"], Value::Null);
    assert_eq!(properties["publicNetworkAccess"], "Disabled");
    assert_eq!(properties["networkAcls"]["defaultAction"], "Deny");
}

#[test]
fn keys_are_shown_to_who_may_list_them_if_the_account_takes_keys() {
    let server = with(
        "[[account]]\nname = \"keyed\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n\
         local_auth = true\nkeys = [\"k-1\", \"k-2\"]\n\
         [[account]]\nname = \"keyless\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n\
         [[assignment]]\nprincipal = \"nobody\"\nrole = \"Reader\"\nscope = \"keyed\"\n",
    );
    let list = |who: &str, account: &str| {
        let path = format!("{GROUP}/{PROVIDER}/accounts/{account}/listKeys");
        call(&server, who, "POST", &path, "")
    };
    let shown = list("admin", "keyed");
    assert_eq!(shown.json(), json!({ "key1": "k-1", "key2": "k-2" }));
    let reader = list("nobody", "keyed");
    assert_eq!(
        (reader.status, code(&reader).as_str()),
        (403, "AuthorizationFailed")
    );
    assert!(!reader.body.contains("k-1"));
    let refused = list("admin", "keyless");
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (400, "BadRequest")
    );
}

#[test]
fn deployments_projects_and_models_are_read() {
    let server = TestServer::start();
    let read = |path: &str| get(&server, "admin", &format!("{ACCOUNT}/{path}"));
    let deployments = names(&read("deployments"));
    assert!(
        deployments.contains(&"gpt-4o".to_owned()),
        "{deployments:?}"
    );
    let one = read("deployments/GPT-4o").json();
    assert_eq!(one["properties"]["model"]["format"], "OpenAI");
    assert_eq!(one["properties"]["provisioningState"], "Succeeded");
    for project in names(&read("projects")) {
        let name = project.strip_prefix("contoso/").unwrap();
        assert_eq!(read(&format!("projects/{name}")).json()["name"], *project);
    }
    assert!(!names(&read("models")).is_empty());
    assert_eq!(read("usages").status, 200);
    let here = format!("{SUBSCRIPTION}/{PROVIDER}/locations/swedencentral/models");
    let here = get(&server, "admin", &here).json();
    assert_eq!(here["value"][0]["kind"], "AIServices");
    let missing = read("deployments/gpt-5");
    assert_eq!(
        (missing.status, code(&missing).as_str()),
        (404, "ResourceNotFound")
    );
    let elsewhere = format!("{SUBSCRIPTION}/resourceGroups/other/{PROVIDER}/accounts/contoso");
    assert_eq!(get(&server, "admin", &elsewhere).status, 404);
}

#[test]
fn a_custom_subdomain_that_is_taken_is_not_free() {
    let server = TestServer::start();
    let free = |name: &str| {
        let path = format!("{SUBSCRIPTION}/{PROVIDER}/checkDomainAvailability");
        let body = json!({ "subdomainName": name, "type": "Microsoft.CognitiveServices/accounts" });
        call(&server, "admin", "POST", &path, &body.to_string()).json()["isSubdomainAvailable"]
            .clone()
    };
    assert_eq!(free("Contoso"), false);
    assert_eq!(free("fabrikam"), true);
}
