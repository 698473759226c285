use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Azure Government and Azure in China have their own authorities, audiences and host names. A client that signs in at `login.microsoftonline.com`, or requests `https://cognitiveservices.azure.com`, gets nothing that `*.azure.us` takes, and the reverse.
///
/// ## How to recognise it
///
/// - hosts of two clouds stand side by side (`azure.us` and `azure.com`);
/// - the deployment is in a sovereign cloud, and a library's default scope or authority is the public one;
/// - `AADSTS90038`, or the application is not found because the directory is another cloud's.
///
/// ## Fix
///
/// Set the authority (`AZURE_AUTHORITY_HOST`), the scope and the endpoint of the same cloud.
///
/// ## Example
///
/// ```text
/// 401 …
/// - endpoint https://contoso.openai.azure.us, scope https://cognitiveservices.azure.com/.default
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Azure Government: compare"; openai/openai-go#534; microsoft/simplechat#876.
    "TOK007" "token-wrong-cloud": "The token, the authority or the endpoint is of another cloud",
    fires: "endpoint: https://contoso.openai.azure.us
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.us), or have expired.
- the scope is https://cognitiveservices.azure.com/.default
",
    silent: "endpoint: https://contoso.openai.azure.us
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.us), or have expired.
- it works for an hour and then fails, the token is fetched once
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let codes = case.sign_in(&["90038", "90051", "900382"]);
    w.add(4.6, codes);
    if codes.is_none() {
        w.situations(
            case,
            &[
                (TokenRejected, 0.4),
                (Bare401, 0.4),
                (SignInRefused, 0.4),
                (NoCredential, 0.4),
                (NameUnresolved, 0.2),
            ],
        );
    }
    let sovereign = w.add(2.4, case.sovereign());
    w.lean(-1.0, !sovereign && codes.is_none());
    // The wrong cloud's directory knows neither the tenant nor the application.
    w.add(
        3.8,
        case.sign_in(&["700016", "90002", "500011", "50034", "50059"])
            .filter(|_| sovereign),
    );
    w.add(
        6.0,
        case.refused(Shape::ManagementTokenAudience)
            .filter(|_| sovereign),
    );
    let public = case.requested(|one| one.cloud == Cloud::Public);
    let there = case.endpoint(|one| one.cloud != Cloud::Public);
    w.add(2.0, public.filter(|_| there.is_some()));
    w.about(case, &topic::AUDIENCE, [0.4, 0.4, 0.8, 0.8]);
    w.add(-1.0, case.clue(&token::NOT_REFRESHED));
}

fn cause(_case: &Case<'_>) -> String {
    "Token, authority and endpoint are not all of the same cloud.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let china = case.endpoint(|one| one.cloud == Cloud::China).is_some()
        || case.clue(&service::CHINA).is_some();
    let (name, authority, scope) = if china {
        (
            "AzureChinaCloud",
            "https://login.chinacloudapi.cn",
            "https://cognitiveservices.azure.cn/.default",
        )
    } else {
        (
            "AzureUSGovernment",
            "https://login.microsoftonline.us",
            "https://cognitiveservices.azure.us/.default",
        )
    };
    vec![
        fix::run(
            "Use one cloud throughout",
            format!(
                "az cloud set --name {name}\naz login\nexport AZURE_AUTHORITY_HOST={authority}"
            ),
        ),
        fix::run("Request the scope of that cloud", scope),
    ]
}
