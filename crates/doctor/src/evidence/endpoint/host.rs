//! Whose host a name is.

use super::{Cloud, Host};

/// Whose host it is, and in which cloud.
pub(super) fn family(host: &str) -> Option<(Host, Cloud)> {
    // `Microsoft.CognitiveServices/accounts/…` names a provider and a type, not a host.
    if host.starts_with("microsoft.") {
        return None;
    }
    let (stem, cloud) = [
        ("azure.us", Cloud::Government),
        ("azure.cn", Cloud::China),
        ("usgovcloudapi.net", Cloud::Government),
        ("chinacloudapi.cn", Cloud::China),
        ("microsoftonline.us", Cloud::Government),
        ("microsoftonline.cn", Cloud::China),
        ("azure.com", Cloud::Public),
    ]
    .into_iter()
    .find(|(suffix, _)| host.ends_with(suffix))
    .map_or((host, Cloud::Public), |(suffix, cloud)| {
        (
            host[..host.len() - suffix.len()].trim_end_matches('.'),
            cloud,
        )
    });
    let family = match host {
        _ if stem == "portal" || stem == "ai" || stem == "oai" || host == "platform.openai.com" => {
            Host::Portal
        }
        _ if stem.ends_with("models.inference.ai") || host == "models.github.ai" => {
            Host::GitHubModels
        }
        _ if stem.ends_with(".models.ai")
            || stem.ends_with(".inference.ml")
            || stem.ends_with(".inference.ai") =>
        {
            Host::Serverless
        }
        _ if stem.ends_with(".openai") || stem == "openai" => Host::OpenAi,
        _ if stem.ends_with("services.ai") => Host::Foundry,
        _ if stem.ends_with("cognitiveservices") => Host::CognitiveServices,
        _ if host.ends_with("api.cognitive.microsoft.com")
            || host.ends_with(".speech.microsoft.com")
            || stem.ends_with("api.cognitive.microsoft") =>
        {
            Host::Regional
        }
        _ if host.ends_with("azureml.ms") || stem.ends_with(".ml") || stem == "ml" => {
            Host::MachineLearning
        }
        _ if host.ends_with("azure-api.net") || host.ends_with("azure-api.us") => {
            Host::ApiManagement
        }
        "api.openai.com" => Host::OpenAiPlatform,
        "api.anthropic.com" => Host::AnthropicPlatform,
        _ if stem == "management" || host.starts_with("management.") => Host::Management,
        _ if host.contains("microsoftonline.")
            || host.contains("windows-ppe.net")
            || host.starts_with("login.")
            || host.starts_with("sts.") =>
        {
            Host::Authority
        }
        "169.254.169.254" => Host::InstanceMetadata,
        "localhost" | "127.0.0.1" => Host::Loopback,
        _ if stem != host || host.ends_with("windows.net") || host.ends_with("azure.net") => {
            Host::OtherAzure
        }
        _ => Host::Unknown,
    };
    Some((family, cloud))
}

/// Whether a host is one letter away from the service's domains.
pub(super) fn mistyped(host: &str) -> bool {
    let mut labels = host.rsplit('.').skip(2);
    let family = labels.next().unwrap_or_default();
    let has_resource = labels.next().is_some();
    has_resource
        && ["openai", "cognitiveservices"]
            .iter()
            .any(|known| *known != family && one_edit_apart(known, family))
}

/// Whether one letter more, less, other or swapped with its neighbour makes one word of the other.
fn one_edit_apart(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let rest = |word: &[u8], from: usize| word.get(from..).unwrap_or_default().to_vec();
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Equal => {
            let swapped = a.len() > 1 && a[0] == b[1] && a[1] == b[0];
            rest(a, 1) == rest(b, 1) || (swapped && rest(a, 2) == rest(b, 2))
        }
        std::cmp::Ordering::Less => a == rest(b, 1),
        std::cmp::Ordering::Greater => rest(a, 1) == b,
    }
}
