//! Clients that exist in every tenant: Microsoft's own command line tools and editors, and our portal.

/// A public client.
pub(super) struct Tool {
    pub(super) client_id: &'static str,
    pub(super) name: &'static str,
    pub(super) redirect_uris: &'static [&'static str],
    /// A path of this very server to which codes may be sent, whatever its address.
    pub(super) own_path: Option<&'static str>,
}

/// The client id of our own portal, in every local tenant.
pub(crate) const PORTAL_CLIENT: &str = "e27ada00-706f-4274-a1a0-000000000001";

/// Where the portal has its codes sent, below its own address.
pub(crate) const PORTAL_REDIRECT: &str = "/portal/signed-in";

const LOOPBACK: &[&str] = &["http://localhost", "http://127.0.0.1"];

/// Those that Azure's SDKs and tools sign people in with.
pub(super) const TOOLS: [Tool; 4] = [
    Tool {
        client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        name: "Microsoft Azure CLI",
        redirect_uris: LOOPBACK,
        own_path: None,
    },
    Tool {
        client_id: "1950a258-227b-4e31-a9cf-717495945fc2",
        name: "Microsoft Azure PowerShell",
        redirect_uris: LOOPBACK,
        own_path: None,
    },
    Tool {
        client_id: "aebc6443-996d-45c2-90f0-388ff96faa56",
        name: "Visual Studio Code",
        redirect_uris: LOOPBACK,
        own_path: None,
    },
    Tool {
        client_id: PORTAL_CLIENT,
        name: "Entrada's portal",
        redirect_uris: &[],
        own_path: Some(PORTAL_REDIRECT),
    },
];
