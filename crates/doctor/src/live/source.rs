//! Where tokens come from, and in which order the libraries' `DefaultAzureCredential` asks.
//!
//! Orders: azure-identity 1.27 (Python), @azure/identity 4.13 (JavaScript), Azure.Identity 1.20 (.NET),
//! azure-identity 1.18 (Java), azidentity 1.13 (Go), each from its own documentation.

use crate::evidence::client::Language;

/// A source of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Secret, certificate or password in the environment.
    Environment,
    /// A federated token in a file.
    WorkloadIdentity,
    /// The platform's identity endpoint.
    ManagedIdentity,
    /// The cache that Microsoft's older tools share.
    SharedTokenCache,
    /// Visual Studio.
    VisualStudio,
    /// Visual Studio Code.
    VisualStudioCode,
    /// IntelliJ.
    IntelliJ,
    /// `az`
    AzureCli,
    /// Azure PowerShell.
    AzurePowerShell,
    /// `azd`
    AzureDeveloperCli,
}

use Source::*;

impl Source {
    /// Every source, in the order in which they are asked.
    pub const ALL: [Self; 10] = [
        Environment,
        WorkloadIdentity,
        ManagedIdentity,
        SharedTokenCache,
        VisualStudio,
        VisualStudioCode,
        IntelliJ,
        AzureCli,
        AzurePowerShell,
        AzureDeveloperCli,
    ];

    /// The credential's name in the libraries.
    pub const fn name(self) -> &'static str {
        match self {
            Environment => "EnvironmentCredential",
            WorkloadIdentity => "WorkloadIdentityCredential",
            ManagedIdentity => "ManagedIdentityCredential",
            SharedTokenCache => "SharedTokenCacheCredential",
            VisualStudio => "VisualStudioCredential",
            VisualStudioCode => "VisualStudioCodeCredential",
            IntelliJ => "IntelliJCredential",
            AzureCli => "AzureCliCredential",
            AzurePowerShell => "AzurePowerShellCredential",
            AzureDeveloperCli => "AzureDeveloperCliCredential",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Environment => "the environment",
            WorkloadIdentity => "the workload identity",
            ManagedIdentity => "the managed identity",
            SharedTokenCache => "the shared token cache",
            VisualStudio => "Visual Studio",
            VisualStudioCode => "Visual Studio Code",
            IntelliJ => "IntelliJ",
            AzureCli => "az",
            AzurePowerShell => "Azure PowerShell",
            AzureDeveloperCli => "azd",
        }
    }

    const fn is_deployed(self) -> bool {
        matches!(self, Environment | WorkloadIdentity | ManagedIdentity)
    }
}

/// The languages whose chains are known.
pub(super) const LANGUAGES: [(Language, &str); 5] = [
    (Language::Python, "Python"),
    (Language::JavaScript, "JavaScript"),
    (Language::DotNet, ".NET"),
    (Language::Java, "Java"),
    (Language::Go, "Go"),
];

/// The order in which `DefaultAzureCredential` of a language asks.
pub(super) fn order(language: Language) -> &'static [Source] {
    match language {
        Language::JavaScript => &[
            Environment,
            WorkloadIdentity,
            ManagedIdentity,
            VisualStudioCode,
            AzureCli,
            AzurePowerShell,
            AzureDeveloperCli,
        ],
        Language::DotNet => &[
            Environment,
            WorkloadIdentity,
            ManagedIdentity,
            VisualStudio,
            VisualStudioCode,
            AzureCli,
            AzurePowerShell,
            AzureDeveloperCli,
        ],
        Language::Java => &[
            Environment,
            WorkloadIdentity,
            ManagedIdentity,
            SharedTokenCache,
            IntelliJ,
            AzureCli,
            AzurePowerShell,
            AzureDeveloperCli,
        ],
        Language::Go => &[
            Environment,
            WorkloadIdentity,
            ManagedIdentity,
            AzureCli,
            AzureDeveloperCli,
            AzurePowerShell,
        ],
        // Rust has no DefaultAzureCredential, and a shell asks az; Python's order stands for both.
        Language::Python | Language::Rust | Language::Shell => &[
            Environment,
            WorkloadIdentity,
            ManagedIdentity,
            SharedTokenCache,
            VisualStudioCode,
            AzureCli,
            AzurePowerShell,
            AzureDeveloperCli,
        ],
    }
}

/// The part of a chain that `AZURE_TOKEN_CREDENTIALS` leaves: `dev`, `prod` or one credential by name.
/// `None` for a value that is none of these, which the libraries refuse.
pub(super) fn pinned(order: &'static [Source], pin: Option<&str>) -> Option<Vec<Source>> {
    let all = || order.iter().copied();
    let pin = pin.map(|pin| pin.trim().to_ascii_lowercase());
    Some(match pin.as_deref() {
        None | Some("") => all().collect(),
        Some("dev") => all().filter(|source| !source.is_deployed()).collect(),
        Some("prod") => all().filter(|source| source.is_deployed()).collect(),
        Some(name) => {
            let named = all().find(|source| source.name().eq_ignore_ascii_case(name));
            vec![named?]
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_leaves_part_of_the_chain() {
        let python = order(Language::Python);
        assert_eq!(pinned(python, None).unwrap(), python);
        assert_eq!(
            pinned(python, Some("prod")).unwrap(),
            [Environment, WorkloadIdentity, ManagedIdentity]
        );
        assert_eq!(
            pinned(python, Some("AzureCliCredential")).unwrap(),
            [AzureCli]
        );
        assert!(
            pinned(python, Some("dev"))
                .unwrap()
                .contains(&AzureDeveloperCli)
        );
        assert_eq!(pinned(python, Some("cli")), None);
    }

    #[test]
    fn go_asks_azd_before_powershell() {
        let place = |source| order(Language::Go).iter().position(|one| *one == source);
        assert!(place(AzureDeveloperCli) < place(AzurePowerShell));
    }
}
