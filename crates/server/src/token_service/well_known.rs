//! Microsoft's own command line tools and editors: clients that exist in every tenant.

/// A public client.
pub(super) struct Tool {
    pub(super) client_id: &'static str,
    pub(super) name: &'static str,
    pub(super) redirect_uris: &'static [&'static str],
}

const LOOPBACK: &[&str] = &["http://localhost", "http://127.0.0.1"];

/// Those that Azure's SDKs and tools sign people in with.
pub(super) const TOOLS: [Tool; 3] = [
    Tool {
        client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        name: "Microsoft Azure CLI",
        redirect_uris: LOOPBACK,
    },
    Tool {
        client_id: "1950a258-227b-4e31-a9cf-717495945fc2",
        name: "Microsoft Azure PowerShell",
        redirect_uris: LOOPBACK,
    },
    Tool {
        client_id: "aebc6443-996d-45c2-90f0-388ff96faa56",
        name: "Visual Studio Code",
        redirect_uris: LOOPBACK,
    },
];
