//! The allow-list: the names that are answered in Azure's place, and nothing else is.

/// A name of Azure's, or all names one label below it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// Without a dot in front.
    pub(crate) domain: &'static str,
    pub(crate) kind: NameKind,
    /// What answers there.
    pub(crate) plane: Plane,
}

/// Which hosts a [`Name`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// This very name.
    Exact,
    /// Names one label below.
    Below,
}

/// What answers under a name. Each of them answers its own routes and no others, as on Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plane {
    /// The token service.
    Authority,
    /// Azure Resource Manager.
    Management,
    /// Microsoft Graph.
    Graph,
    /// An account, which the first label names.
    Account,
    /// A region's common name, which takes no tokens.
    Regional,
}

/// All of them. Authorities of other clouds are here so that what is sent to them is refused here.
pub(crate) static NAMES: [Name; 13] = [
    exact("login.microsoftonline.com", Plane::Authority),
    exact("login.windows.net", Plane::Authority),
    exact("login.microsoft.com", Plane::Authority),
    below("login.microsoft.com", Plane::Authority),
    exact("sts.windows.net", Plane::Authority),
    exact("login.microsoftonline.us", Plane::Authority),
    exact("login.partner.microsoftonline.cn", Plane::Authority),
    exact("management.azure.com", Plane::Management),
    exact("graph.microsoft.com", Plane::Graph),
    below("openai.azure.com", Plane::Account),
    below("cognitiveservices.azure.com", Plane::Account),
    below("services.ai.azure.com", Plane::Account),
    below("api.cognitive.microsoft.com", Plane::Regional),
];

/// Where code on a virtual machine asks for its identity, in the clear.
pub(crate) const METADATA: &str = "169.254.169.254";

const fn exact(domain: &'static str, plane: Plane) -> Name {
    Name {
        domain,
        kind: NameKind::Exact,
        plane,
    }
}

const fn below(domain: &'static str, plane: Plane) -> Name {
    Name {
        domain,
        kind: NameKind::Below,
        plane,
    }
}

impl Name {
    /// As certificates spell it.
    pub(crate) fn pattern(&self) -> String {
        match self.kind {
            NameKind::Exact => self.domain.to_owned(),
            NameKind::Below => format!("*.{}", self.domain),
        }
    }

    fn means(&self, host: &str) -> bool {
        match self.kind {
            NameKind::Exact => host.eq_ignore_ascii_case(self.domain),
            NameKind::Below => host.split_once('.').is_some_and(|(label, domain)| {
                domain.eq_ignore_ascii_case(self.domain) && is_label(label)
            }),
        }
    }
}

/// The place in [`NAMES`] of a host without a port, if it is on the list.
pub(crate) fn find(host: &str) -> Option<usize> {
    NAMES.iter().position(|name| name.means(host))
}

/// Whether it is one label of a host name.
fn is_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.len() <= 63 && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_on_the_list_or_not() {
        let check = |host: &str, expected: Option<Plane>| {
            assert_eq!(
                find(host).map(|place| NAMES[place].plane),
                expected,
                "{host}"
            );
        };
        check("login.microsoftonline.com", Some(Plane::Authority));
        check("LOGIN.microsoftonline.com", Some(Plane::Authority));
        check("westeurope.login.microsoft.com", Some(Plane::Authority));
        check("management.azure.com", Some(Plane::Management));
        check("graph.microsoft.com", Some(Plane::Graph));
        check("contoso.openai.azure.com", Some(Plane::Account));
        check("contoso.services.ai.azure.com", Some(Plane::Account));
        check("eastus.api.cognitive.microsoft.com", Some(Plane::Regional));
        for elsewhere in [
            "",
            ".",
            "openai.azure.com",
            ".openai.azure.com",
            "a.b.openai.azure.com",
            "a b.openai.azure.com",
            "contoso.openai.azure.com.",
            "contoso.openai.azure.com.evil.example",
            "evil-openai.azure.com",
            "azure.com",
            "portal.azure.com",
            "eastus.management.azure.com",
            "login.microsoftonline.com.evil.example",
            "login.live.com",
            "localhost",
            "127.0.0.1",
            "169.254.169.254",
            "example.com",
        ] {
            check(elsewhere, None);
        }
    }
}
