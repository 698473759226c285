//! Putting a server together.

mod unwanted;

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use azure::client::{self, Client, ClientError};
use azure::keys::{KeyCache, Refresh};
use azure::proxy::ProxyUrlError;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::{Store, StoreError};
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::audit::chain::ChainKey;
use crate::audit::{Audit, Event};
use crate::authenticate::Authority;
use crate::backend::Salt;
use crate::backend::simulated::{self, Simulator};
use crate::budget::Budget;
use crate::calls::Calls;
use crate::clock;
use crate::config::{self, ConfigError, World};
use crate::data_folder::{DataFolder, DataFolderError, ServerAddresses};
use crate::explain::Explanations;
use crate::listen::{BindError, Limits, ListenAddress, Listening};
use crate::local::Local;
use crate::policy::PolicyKeeper;
use crate::portal::Portal;
use crate::provisioned::{self, AccountKeys, ProvisionedError};
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::tls::{Interception, Tls, TlsError};
use crate::token_service::random;
use crate::upkeep::Upkeep;

/// Explanations of earlier refusals that are at hand after a start; older ones are read when asked for.
const RECALLED: u32 = 200;

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The configuration's text; `None` is the sample tenant Contoso.
    pub config: Option<String>,
    /// Where relative paths in the configuration start: the folder of its file.
    pub config_folder: PathBuf,
    /// Data folder.
    pub data: PathBuf,
    /// Keep no changes.
    pub ephemeral: bool,
    /// HTTPS listener.
    pub https: ListenAddress,
    /// HTTP listener.
    pub http: ListenAddress,
    /// Port of the proxy of transparent mode on loopback; without it, there is none.
    pub intercept: Option<u16>,
    /// Listen where other machines can connect.
    pub allow_remote: bool,
    /// Print a line per refusal.
    pub print_refusals: bool,
    /// Worker threads; `None` is one per core.
    pub workers: Option<usize>,
    /// Bounds on what clients may hold.
    pub limits: Limits,
    /// How often signing keys of real tenants are fetched.
    pub key_refresh: Refresh,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is not taken.
    #[error("configuration: {0}")]
    Config(#[from] ConfigError),
    /// An address is taken or not allowed.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The data folder cannot be used.
    #[error("data folder: {0}")]
    Data(#[from] DataFolderError),
    /// The store cannot be used.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// A resource that was made at run time cannot be any more.
    #[error("store: {0}")]
    Provisioned(#[from] ProvisionedError),
    /// There is no certificate for HTTPS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Keys or the token service cannot be set up.
    #[error("{0}")]
    Identity(String),
    /// Signing keys cannot be fetched at all.
    #[error("signing keys: {0}")]
    Keys(#[from] ClientError),
    /// Keys of the sample, which everybody knows, are used where others can connect.
    #[error("{0} has a key or password of the published sample, and others can connect")]
    SecretIsPublic(String),
    /// The sample's secrets are public.
    #[error(
        "the sample tenant listens on loopback only, because its secrets are public; write your own with `entrada init`"
    )]
    SampleIsPublic,
    /// Somebody asked for a remote address without saying so twice.
    #[error("`{0:?}` can be reached from other machines; say --allow-remote if that is wanted")]
    Remote(ListenAddress),
    /// What lies outside is to be reached through this server itself.
    #[error(
        "the proxy `{0}` is this server: name another in [endpoint.proxy] or `upstream.proxy`, or unset HTTPS_PROXY, \
         HTTP_PROXY and ALL_PROXY"
    )]
    ProxyIsThisServer(String),
    /// The proxy that leads to a tenant's keys cannot be used.
    #[error("signing keys: [endpoint.proxy], or HTTPS_PROXY and ALL_PROXY in the environment: {0}")]
    Proxy(#[from] ProxyUrlError),
    /// Azure's names are answered for programs of this machine, by a server of this machine alone.
    #[error(
        "--intercept is for a local tenant that listens on loopback: it stands in for Azure's own host names"
    )]
    InterceptsForOthers,
    /// The system gives no runtime.
    #[error("cannot start: {0}")]
    Runtime(#[from] std::io::Error),
}

/// A running server.
pub struct Server {
    listening: Listening,
    addresses: ServerAddresses,
    data: DataFolder,
    upkeep: Upkeep,
    serves: Serves,
    portal: Option<String>,
}

/// Whose tokens a server takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Those it issues itself, for a tenant of this name.
    Local(String),
    /// Those of real tenants.
    Tenants {
        /// Their ids.
        ids: Vec<String>,
        /// The audience that clients should ask for.
        audience: String,
    },
}

impl Serves {
    fn new(world: &World) -> Self {
        match &world.entra {
            None => Self::Local(world.tenant.name.clone()),
            Some(entra) => Self::Tenants {
                ids: entra.tenants.clone(),
                audience: entra
                    .own_audiences
                    .preferred()
                    .unwrap_or_default()
                    .to_owned(),
            },
        }
    }
}

impl Server {
    /// Starts a server and returns once it accepts connections.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(options: &Options) -> Result<Self, StartError> {
        unwanted::refuse_exposure(options)?;
        let now = clock::now();
        let config = options.config.as_deref().unwrap_or(config::SAMPLE);
        let mut world = config::read(config, &options.config_folder, now)?;
        unwanted::refuse_public_secrets(options, &world)?;
        unwanted::refuse_interception(options, &world)?;
        unwanted::refuse_own_proxy(options, &world)?;
        let data = DataFolder::create(&options.data)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let store = runtime.block_on(open_store(options, &data))?;
        let changes = runtime.block_on(store.load())?;
        changes.apply_to(Arc::make_mut(&mut world.policy));
        let account_keys = match options.ephemeral {
            true => AccountKeys::ephemeral(),
            false => AccountKeys::read_or_make(&data.file("account-keys"))
                .map_err(DataFolderError::from)?,
        };
        // What was made on a local server is answered by simulated models: no gateway serves it.
        if world.entra.is_none() {
            provisioned::apply_all(&mut world, &changes, &account_keys)?;
        } else {
            provisioned::apply_requests(&mut world, &changes)?;
        }
        let certificates = match &world.tls {
            Some(files) => Tls::provided(&files.certificate, &files.key)?,
            None => Tls::local(data.root(), now)?,
        };
        let interception = match options.intercept {
            Some(_) => Some(Interception::new(data.root(), now)?),
            None => None,
        };
        let (authority, local, portal) = issuers(options, &world, &data)?;
        let endpoint = &world.endpoint;
        let limits = world.limits.over(options.limits);
        let settings = Settings {
            operator_token: data.operator_token()?,
            limits,
            allowed_hosts: endpoint.hosts.clone(),
            print_refusals: options.print_refusals,
            cause_header: local.is_some(),
        };
        let simulator = Simulator::new(simulated::Options {
            local: local.is_some(),
            journal: endpoint.journal,
            // On a local server the same every time, which tests like; elsewhere nobody guesses the name
            // of another's kept response.
            salt: if local.is_some() {
                Salt::NONE
            } else {
                Salt::new(random::bytes())
            },
        });
        let audit = match options.ephemeral {
            true => None,
            false => {
                let file = world.audit_key.clone().unwrap_or_else(|| data.audit_key());
                let key = ChainKey::read_or_make(&file).map_err(DataFolderError::from)?;
                Some(Arc::new(Audit::new(key, Arc::clone(&store))))
            }
        };
        let explanations = match &audit {
            None => Explanations::default(),
            Some(audit) => {
                runtime.block_on(audit.happened(&Event::Started, now))?;
                let written = runtime.block_on(audit.newest_explanations(RECALLED))?;
                Explanations::continued(Arc::clone(audit), written)
            }
        };
        let serves = Serves::new(&world);
        let check_order = endpoint.check_order.clone();
        let calls = Calls::keeping(world.limits.calls_kept());
        let snapshot = Arc::new(ArcSwap::from_pointee(Snapshot::new(world)));
        let app = Arc::new(App {
            settings,
            policy: PolicyKeeper::new(store, Arc::clone(&snapshot), audit.clone(), account_keys),
            audit,
            snapshot,
            explanations,
            calls,
            check_order,
            bodies: Budget::new(limits.bodies_bytes),
            public_bodies: Budget::new(limits.bodies_bytes / 8),
            simulator,
            authority: Arc::new(authority),
            tls: TlsAcceptor::from(certificates.server_config()),
            certificates,
            interception,
            local,
            portal,
        });
        let upkeep = Upkeep::start(Arc::clone(&app), options.key_refresh);
        let workers = options
            .workers
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let proxy = options.intercept.map(ListenAddress::Localhost);
        let (https, http) = (&options.https, &options.http);
        let listening = Listening::start(&app, https, http, proxy.as_ref(), limits, workers)?;
        let addresses = ServerAddresses::new(listening.addresses(), std::process::id())
            .ok_or_else(|| StartError::Identity("no listener was opened".to_owned()))?;
        if let Some(local) = &app.local {
            local.pages_are_at(&addresses.http);
        }
        data.write_addresses(&addresses)?;
        // Browsers do not know our own authority, and on loopback nobody listens.
        let portal = match serves {
            Serves::Local(_) => &addresses.http,
            Serves::Tenants { .. } => &addresses.https,
        };
        let portal = app.portal.is_some().then(|| format!("{portal}/portal"));
        Ok(Self {
            upkeep,
            listening,
            addresses,
            data,
            serves,
            portal,
        })
    }

    /// Where it can be reached.
    #[must_use]
    pub fn addresses(&self) -> &ServerAddresses {
        &self.addresses
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &DataFolder {
        &self.data
    }

    /// Where people find its portal, if it has one.
    #[must_use]
    pub fn portal(&self) -> Option<&str> {
        self.portal.as_deref()
    }

    /// Whose tokens it takes.
    #[must_use]
    pub fn serves(&self) -> &Serves {
        &self.serves
    }

    /// Stops accepting, lets requests under way finish and returns.
    pub fn stop(self) {
        self.upkeep.stop();
        self.listening.stop();
        self.data.remove_addresses();
    }
}

/// Who issues the tokens that are believed, of people who sign in to the portal, too: a token service of our own, or Entra. Never both.
fn issuers(
    options: &Options,
    world: &World,
    data: &DataFolder,
) -> Result<(Authority, Option<Local>, Option<Portal>), StartError> {
    let audiences = &world.endpoint.audiences;
    let Some(entra) = &world.entra else {
        let now = clock::now();
        let local =
            Local::new(world, data, options.ephemeral, now).map_err(StartError::Identity)?;
        local.renew(now).map_err(StartError::Identity)?;
        let portal = Portal::local(world, &local);
        return Ok((local.authority(audiences), Some(local), portal));
    };
    let client = Client::new(&client::Options {
        extra_roots: entra.roots.clone(),
        proxies: world.endpoint.proxies.clone(),
        ..client::Options::default()
    })?;
    let portal = Portal::real(world, entra, client.clone());
    let keys = KeyCache::fetched(client, entra.authorities.clone(), options.key_refresh);
    let authority = Authority::real(Arc::clone(entra), Arc::new(keys), audiences);
    Ok((authority, None, portal))
}

async fn open_store(options: &Options, data: &DataFolder) -> Result<Arc<dyn Store>, StoreError> {
    if options.ephemeral {
        return Ok(Arc::new(MemoryStore::new()));
    }
    Ok(Arc::new(SqliteStore::open(&data.file("entrada.db")).await?))
}
