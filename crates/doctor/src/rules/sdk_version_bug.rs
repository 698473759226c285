use crate::advisories::{self, Ecosystem, Hit};
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
/// - a lock file (`entrada explain requirements.txt`) has a version that an advisory is about.
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
    // Beside a failure an old package is one suspect of many; without one it is the finding.
    let mut points = if stopped { 1.5 } else { 5.2 };
    for fact in case.facts().iter() {
        if matches!(fact.kind, Kind::Advisory { .. }) {
            w.add(points, Some(fact));
            points = 0.1;
        }
    }
    w.add(2.6, case.other_version_works());
    w.add(1.7, case.clue(&client::CLIENT_IGNORES));
    w.add(1.0, case.clue(&client::FIXED_IN_RELEASE));
    w.about(case, &topic::CLIENT_VERSION, [0.4, 0.3, 0.6, 1.2]);
    w.add(0.8, case.flaw(Flaw::NoneSegment));
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
    let affected = affected(case);
    let Some((first, further)) = affected.split_first() else {
        return "The settings are right; this version of the client does not do what they say."
            .to_owned();
    };
    let Hit { advisory, fixed } = first.hit;
    let mut text = format!(
        "{} {} has a known bug. {}. {} Fixed in {fixed} ({}",
        first.name, first.version, advisory.summary, advisory.details, advisory.id
    );
    if let Some(reference) = advisory.references.first() {
        text.push_str(&format!(", {}", reference.url));
    }
    text.push_str(").");
    for one in further.iter().take(FURTHER) {
        text.push_str(&format!(
            " Also {} {}: {}, fixed in {} ({}).",
            one.name, one.version, one.hit.advisory.summary, one.hit.fixed, one.hit.advisory.id
        ));
    }
    if further.len() > FURTHER {
        text.push_str(&format!(" And {} more.", further.len() - FURTHER));
    }
    text
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let upgrades = upgrades(&affected(case));
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
        "entrada explain <requirements.txt or lock file>",
    ));
    fixes
}

/// How many bugs the cause names beside the first.
const FURTHER: usize = 5;

/// A package of the project with a bug that is known.
struct Broken<'f> {
    ecosystem: Ecosystem,
    name: &'f str,
    version: &'f str,
    hit: Hit,
}

fn affected<'f>(case: &Case<'f>) -> Vec<Broken<'f>> {
    let mut affected = Vec::new();
    for fact in case.facts().iter() {
        if let Kind::Package {
            ecosystem,
            name,
            version: Some(version),
        } = &fact.kind
            && let Some(ecosystem) = Ecosystem::parse(ecosystem)
        {
            let hits = advisories::affecting(ecosystem, name, version);
            affected.extend(hits.into_iter().map(|hit| Broken {
                ecosystem,
                name,
                version,
                hit,
            }));
        }
    }
    // What breaks calls comes before what does not.
    affected.sort_by_key(|one| !one.hit.advisory.aliases.is_empty());
    affected
}

/// One command for each registry.
fn upgrades(affected: &[Broken<'_>]) -> Vec<Fix> {
    let mut wanted: Vec<(Ecosystem, Vec<(&str, &str)>)> = Vec::new();
    for one in affected {
        let fixed = one.hit.fixed;
        let at = wanted.iter().position(|(known, _)| *known == one.ecosystem);
        let at = at.unwrap_or_else(|| {
            wanted.push((one.ecosystem, Vec::new()));
            wanted.len() - 1
        });
        let packages = &mut wanted[at].1;
        match packages.iter_mut().find(|(name, _)| *name == one.name) {
            // The newest version that any of the bugs needs mends them all.
            Some((_, version)) if advisories::is_newer(one.ecosystem, fixed, version) => {
                *version = fixed;
            }
            Some(_) => {}
            None => packages.push((one.name, fixed)),
        }
    }
    wanted
        .into_iter()
        .map(|(ecosystem, packages)| {
            fix::run(
                "Upgrade to the versions with the fix",
                ecosystem.upgrade(&packages),
            )
        })
        .collect()
}
