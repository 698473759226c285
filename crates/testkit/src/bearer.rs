//! Who a token is for.

/// A person, an application or a managed identity of the test tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// A name for people to read.
    pub name: String,
    /// The object id: fixed for a name, different between names.
    pub object_id: String,
    /// The application's id; for a person, that of the client they use.
    pub app_id: String,
    /// The ARM id, if it is a managed identity.
    pub managed_identity: Option<String>,
    /// Whether it is a person.
    pub person: bool,
}

/// The Azure CLI, through which people of the test tenant sign in.
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

impl Bearer {
    /// A person, signed in with the Azure CLI.
    pub fn person(name: &str) -> Bearer {
        Bearer {
            name: name.to_owned(),
            object_id: id(name, 1),
            app_id: AZURE_CLI.to_owned(),
            managed_identity: None,
            person: true,
        }
    }

    /// An application with a secret.
    pub fn application(name: &str) -> Bearer {
        Bearer {
            app_id: id(name, 2),
            person: false,
            ..Bearer::person(name)
        }
    }

    /// A user-assigned managed identity.
    pub fn managed_identity(name: &str) -> Bearer {
        let resource = format!(
            "/subscriptions/00000000-0000-4000-8000-0000000000aa/resourcegroups/test/providers/\
             Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
        );
        Bearer {
            managed_identity: Some(resource),
            ..Bearer::application(name)
        }
    }
}

/// A GUID from a name (FNV-1a), so that tests are repeatable.
fn id(name: &str, kind: u16) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!(
        "{:08x}-{kind:04x}-4000-8000-{:012x}",
        hash >> 32,
        hash & 0xffff_ffff_ffff
    )
}
