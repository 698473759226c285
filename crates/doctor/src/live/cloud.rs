//! The clouds of Azure: where each signs in, manages and lists people, and for what its tokens are.

use crate::evidence::audience::Cloud;

/// The services of one cloud. Sources: the `cloud.py` of azure-cli, and the Graph national clouds page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudServices {
    /// Origin of Entra's authority.
    pub authority: String,
    /// Origin of Azure Resource Manager.
    pub management: String,
    /// What tokens for it are requested for.
    pub management_scope: String,
    /// Origin of Microsoft Graph, with what stands before `/v1.0`.
    pub directory: String,
    /// What tokens for it are requested for.
    pub directory_scope: String,
    /// The audience of account routes.
    pub account_audience: &'static str,
    /// The audience of project routes, which account routes take as well.
    pub foundry_audience: &'static str,
}

impl CloudServices {
    /// The services of a cloud.
    pub fn of(cloud: Cloud) -> Self {
        let (authority, management, directory, account_audience, foundry_audience) = match cloud {
            Cloud::Public => (
                "https://login.microsoftonline.com",
                "https://management.azure.com",
                "https://graph.microsoft.com",
                "https://cognitiveservices.azure.com",
                "https://ai.azure.com",
            ),
            Cloud::Government => (
                "https://login.microsoftonline.us",
                "https://management.usgovcloudapi.net",
                "https://graph.microsoft.us",
                "https://cognitiveservices.azure.us",
                "https://ai.azure.us",
            ),
            Cloud::China => (
                "https://login.chinacloudapi.cn",
                "https://management.chinacloudapi.cn",
                "https://microsoftgraph.chinacloudapi.cn",
                "https://cognitiveservices.azure.cn",
                "https://ai.azure.cn",
            ),
        };
        Self {
            authority: authority.to_owned(),
            management: management.to_owned(),
            management_scope: format!("{management}/.default"),
            directory: directory.to_owned(),
            directory_scope: format!("{directory}/.default"),
            account_audience,
            foundry_audience,
        }
    }
}

/// The cloud of an authority's host, if it is one of Entra's.
pub(crate) fn cloud_of_authority(url: &str) -> Option<Cloud> {
    let host = url.trim().trim_start_matches("https://");
    let host = host.split(['/', ':']).next().unwrap_or(host);
    let host = host.to_ascii_lowercase();
    match host.as_str() {
        "login.microsoftonline.com" | "login.windows.net" | "sts.windows.net" => {
            Some(Cloud::Public)
        }
        "login.microsoftonline.us" => Some(Cloud::Government),
        "login.chinacloudapi.cn" | "login.partner.microsoftonline.cn" => Some(Cloud::China),
        _ => None,
    }
}

/// The cloud in words.
pub(crate) fn name(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Public => "Azure",
        Cloud::Government => "Azure Government",
        Cloud::China => "Azure in China",
    }
}
