use crate::bugs::{self, Bug, Told};
use crate::fact::Fact;
use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The settings are right by the documentation, and this version of the library or tool ignores or alters them: it builds a wrong URL, drops the credential, requests another scope. Another version does not.
///
/// ## How to recognise it
///
/// - the same settings work with an earlier or later version, or it broke with an upgrade;
/// - the request that goes out differs from what was configured;
/// - the error is the text of a known bug, or a lock file (`entrada doctor --project .`) has a version that an advisory is about.
///
/// ## Fix
///
/// Update to the version with the fix, or pin the last good one.
///
/// ## Example
///
/// ```text
/// 404 Resource not found
/// - the same configuration works with the previous version
/// ```
///
/// ## Sources
///
/// - Release notes of the libraries; see the advisories in `crates/doctor/advisories`.
    "SDK001" "sdk-version-bug": "This version of the client has a bug that another has not",
    fires: "client: continue 0.8.63
endpoint: https://contoso.openai.azure.com
status: 404
404 Resource not found
- the same configuration works with the previous version
",
    silent: "client: continue
endpoint: https://contoso.openai.azure.com
status: 404
404 Resource not found
- the request has no api-version
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let stopped = w.situations(
        case,
        &[
            (RouteNotFound, 1.2),
            (DeploymentMissing, 0.9),
            (TokenRejected, 1.0),
            (KeyRejected, 0.5),
            (CredentialMissing, 0.8),
            (NoCredential, 0.8),
            (ClientArgument, 1.2),
            (PlatformAnswered, 0.9),
            (Bare400, 0.8),
            (Bare401, 0.8),
            (Bare403, 0.5),
            (VersionRefused, 0.8),
            (KeysDisabled, 0.4),
            (ApiNotSupported, 0.5),
            (OperationRefused, 0.5),
            (ConnectionFailed, 0.5),
            (TlsFailed, 0.2),
            (ServerError, 0.5),
            (ModelUnknown, 0.5),
            (TenantMismatch, 0.2),
            (SignInRefused, 0.3),
            (IdentityEndpoint, 0.4),
            (ResourceUnknown, 0.2),
            (Denied, 0.1),
            (Bare405, 0.5),
        ],
    );
    for told in case.told_bugs().iter().take(1) {
        match told {
            Told::Affected(fact, _) => w.add(3.6, Some(fact)),
            Told::Unversioned(fact, _) => w.add(1.2, Some(fact)),
        };
    }
    // Beside a failure an old package is one suspect of many; without one it is the finding.
    let locked = |fact: &&&Fact| matches!(fact.kind, Kind::Advisory { .. });
    let mut points = if stopped { 0.8 } else { 5.2 };
    for fact in case
        .facts()
        .iter()
        .collect::<Vec<_>>()
        .iter()
        .filter(locked)
        .take(FURTHER)
    {
        w.add(points, Some(fact));
        points = 0.1;
    }
    w.add(2.6, case.other_version_works());
    w.add(1.7, case.clue(&client::CLIENT_IGNORES));
    w.add(1.0, case.clue(&client::FIXED_IN_RELEASE));
    w.about(case, &topic::CLIENT_VERSION, [0.4, 0.3, 0.6, 1.2]);
    w.add(0.8, case.flaw(Flaw::NoneSegment));
    // Keys that are off are off for every version, unless it should have sent a token.
    w.lean(
        -4.0,
        case.in_any(&[KeysDisabled]) && case.entra_meant().is_none(),
    );
    w.add(2.0, case.clue(&endpoint::VERSION_NOT_SENT_AS_SET));
    // What an application builds by itself, its user cannot have got wrong.
    let application = case.application();
    w.add(
        1.4,
        case.clue(&client::BUILDS_URL_ITSELF)
            .filter(|_| application.is_some()),
    );
    w.add(
        0.7,
        application.filter(|_| case.in_any(&[PlatformAnswered])),
    );
    w.add(
        0.8,
        case.clue(&client::OTHER_CLASS_WORKS)
            .filter(|_| application.is_some()),
    );
    w.add(3.0, case.deployment_left_out());
    w.add(6.0, case.name_altered());
    let written_by_hand = case.protocol() == Some(Protocol::Rest);
    w.add(
        3.0,
        case.responses_below_deployment()
            .filter(|_| !written_by_hand),
    );
    w.add(
        3.2,
        case.clue(&client::SENT_IN_BODY)
            .or_else(|| case.clue(&client::HEADER_TWICE))
            .filter(|_| !written_by_hand),
    );
    w.add(2.6, case.clue(&client::MEMBER_OF_OTHER_VERSION));
    w.add(1.6, case.clue(&client::EXCEPTION_OF_PROXY_IGNORED));
    w.add(
        1.4,
        case.clue(&client::FIELD_ABSENT)
            .filter(|_| application.is_some())
            .filter(|_| case.clue(&endpoint::VERSION_PARAMETER_ABSENT).is_none()),
    );
    // The Azure class never calls the platform by itself.
    w.add(
        1.4,
        case.speaks(Protocol::AzureOpenAi)
            .filter(|_| case.in_any(&[PlatformAnswered]))
            .filter(|_| case.configured(Endpoint::is_account).is_some()),
    );
    // It was given what makes tokens and no key, and a key was refused.
    w.add(
        2.6,
        case.clue(&client::TOKEN_PROVIDER_GIVEN)
            .and(case.clue(&client::NO_KEY_GIVEN))
            .filter(|_| case.in_any(&[KeyRejected])),
    );
    w.add(
        1.8,
        case.clue(&client::NOTHING_IN_HEADER)
            .filter(|_| case.entra_meant().is_some()),
    );
    w.add(1.0, case.asked_although_set());
    // Whatever the error says: the same settings work with another version.
    w.add(
        2.6,
        case.other_version_works()
            .filter(|_| case.in_any(&[TlsFailed, ConnectionFailed])),
    );
    // Whose form lacks what its library wants.
    w.add(
        1.0,
        case.clue(&client::HAS_INTERFACE)
            .filter(|_| case.in_any(&[ClientArgument])),
    );
    // The name was given, and another went out.
    w.add(
        1.2,
        case.clue(&deployment::NAME_NOT_GIVEN)
            .and(case.clue(&deployment::DEPLOYMENT_RIGHT))
            .filter(|_| case.deployment_missing().is_some()),
    );
    // It wants a key although it was given what makes tokens.
    let key_given = case.clue(&client::KEY_CREDENTIAL_FOR_TOKEN).is_some();
    let wants_key = case.clue(&client::ARGUMENT_ERROR).filter(|_| !key_given);
    w.add(1.4, case.entra_meant().filter(|_| wants_key.is_some()));
    w.add(
        1.8,
        case.clue(&client::TOKEN_PROVIDER_GIVEN)
            .filter(|_| !key_given && case.in_any(&[ClientArgument, CredentialMissing])),
    );
    // It sent a key although it was given what makes tokens, and no key.
    w.add(
        1.6,
        case.clue(&client::TOKEN_PROVIDER_GIVEN).filter(|_| {
            case.key_rejected().is_some()
                && case.clue(&token::KEY_LEFT_OVER).is_none()
                && case.clue(&token::KEY_CONFIGURED).is_none()
        }),
    );
    w.add(0.6, case.clue(&symptom::AUTH_TYPE_INVALID));
    w.add(0.4, case.clue(&client::CONFIG_SAID_RIGHT));
    w.add(
        -1.0,
        case.version_kind(&[VersionKind::ModelVersion, VersionKind::Placeholder]),
    );
    w.add(
        -0.8,
        case.clue(&endpoint::VERSION_SUSPECT)
            .filter(|_| case.other_version_works().is_none()),
    );
    w.lean(-1.0, case.in_any(&[NetworkDenied, PublicAccessOff]));
}

fn cause(case: &Case<'_>) -> String {
    match case.told_bugs().first() {
        Some(Told::Affected(_, bug)) => return bug.statement(),
        Some(Told::Unversioned(_, advisory)) => {
            let affected = case.package_of(advisory);
            let package = affected.map_or("the client", |affected| &affected.package.name);
            let fixed = affected
                .and_then(|affected| affected.fixed())
                .unwrap_or("a later version");
            return format!(
                "This is the error of a known bug of {package} before {fixed}. {}. {} ({}{})",
                advisory.summary,
                advisory.details,
                advisory.id,
                bugs::source(advisory),
            );
        }
        None => {}
    }
    let bugs = case.locked_bugs();
    let Some((first, others)) = bugs.split_first() else {
        let mut text =
            "The settings are right; this version of the client does not do what they say."
                .to_owned();
        also(&mut text, &case.named_bugs());
        return text;
    };
    let mut text = first.statement();
    also(&mut text, others);
    text
}

/// How many bugs the cause names beside the first.
const FURTHER: usize = 5;

fn also(text: &mut String, bugs: &[Bug<'_>]) {
    for bug in bugs.iter().take(FURTHER) {
        text.push_str(&format!(
            " Also {} {}: {}, fixed in {} ({}).",
            bug.name, bug.version, bug.hit.advisory.summary, bug.hit.fixed, bug.hit.advisory.id
        ));
    }
    if bugs.len() > FURTHER {
        text.push_str(&format!(" And {} more.", bugs.len() - FURTHER));
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let told = case.told_bugs();
    let told = told.iter().filter_map(|told| match told {
        Told::Affected(_, bug) => Some((bug.ecosystem, bug.name, bug.hit.fixed)),
        Told::Unversioned(_, advisory) => {
            let affected = case.package_of(advisory)?;
            Some((
                affected.package.ecosystem,
                affected.package.name.as_str(),
                affected.fixed()?,
            ))
        }
    });
    let locked = case.locked_bugs();
    let locked = locked
        .iter()
        .map(|bug| (bug.ecosystem, bug.name, bug.hit.fixed));
    let upgrades = bugs::upgrades(told.chain(locked));
    if !upgrades.is_empty() {
        return upgrades;
    }
    let mut fixes = fix::code(
        case,
        "Update the client, or pin the last version that worked",
        &[
            (
                Language::Python,
                "pip install --upgrade openai azure-identity     # or: pip install <package>==<last-good-version>",
            ),
            (
                Language::JavaScript,
                "npm install openai@latest @azure/identity@latest     # or: npm install <package>@<last-good-version>",
            ),
            (
                Language::DotNet,
                "dotnet add package Azure.AI.OpenAI --prerelease\ndotnet add package Azure.Identity",
            ),
        ],
    );
    fixes.push(fix::run(
        "See which advisories hit this project",
        "entrada doctor --project .",
    ));
    fixes
}
