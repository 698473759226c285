//! Putting a server together.

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::{Store, StoreError};
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::backend::simulated::{self, Simulator};
use crate::budget::Budget;
use crate::clock;
use crate::config::{self, ConfigError};
use crate::data_folder::{DataFolder, DataFolderError, ServerAddresses};
use crate::explain::Explanations;
use crate::listen::{BindError, Limits, ListenAddress, Listening};
use crate::local::Local;
use crate::permit::Check;
use crate::policy::PolicyKeeper;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::tls::{Tls, TlsError};
use crate::upkeep::Upkeep;

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The configuration's text; `None` is the sample tenant Contoso.
    pub config: Option<String>,
    /// Data folder.
    pub data: PathBuf,
    /// Keep no changes.
    pub ephemeral: bool,
    /// HTTPS listener.
    pub https: ListenAddress,
    /// HTTP listener.
    pub http: ListenAddress,
    /// Listen where other machines can connect.
    pub allow_remote: bool,
    /// Print a line per refusal.
    pub print_refusals: bool,
    /// Worker threads; `None` is one per core.
    pub workers: Option<usize>,
    /// Bounds on what clients may hold.
    pub limits: Limits,
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
    /// There is no certificate for HTTPS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Keys or the token service cannot be set up.
    #[error("{0}")]
    Identity(String),
    /// The sample's secrets are public.
    #[error(
        "the sample tenant listens on loopback only, because its secrets are public; write your own with `entrada init`"
    )]
    SampleIsPublic,
    /// Somebody asked for a remote address without saying so twice.
    #[error("`{0:?}` can be reached from other machines; say --allow-remote if that is wanted")]
    Remote(ListenAddress),
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
}

impl Server {
    /// Starts a server and returns once it accepts connections.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(options: &Options) -> Result<Self, StartError> {
        refuse_unwanted_exposure(options)?;
        let now = clock::now();
        let mut world = config::read(options.config.as_deref().unwrap_or(config::SAMPLE), now)?;
        let data = DataFolder::create(&options.data)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let store = runtime.block_on(open_store(options, &data))?;
        let changes = runtime.block_on(store.load())?;
        changes.apply_to(&mut Arc::make_mut(&mut world.policy).assignments);
        let journal = world.endpoint.journal;
        let limits = world.limits.over(options.limits);
        let certificates = Tls::local(data.root(), now)?;
        let local =
            Local::new(&world, &data, options.ephemeral, now).map_err(StartError::Identity)?;
        local.renew(now).map_err(StartError::Identity)?;
        let snapshot = Arc::new(ArcSwap::from_pointee(Snapshot::new(world)));
        let app = Arc::new(App {
            settings: Settings {
                operator_token: data.operator_token()?,
                limits,
                allowed_hosts: Vec::new(),
                print_refusals: options.print_refusals,
                cause_header: true,
            },
            policy: PolicyKeeper::new(store, Arc::clone(&snapshot)),
            snapshot,
            explanations: Explanations::default(),
            check_order: Check::ALL.to_vec(),
            bodies: Budget::new(limits.bodies_bytes),
            public_bodies: Budget::new(limits.bodies_bytes / 8),
            simulator: Simulator::new(simulated::Options {
                local: true,
                journal,
                salt: 0,
            }),
            authority: Arc::new(local.authority()),
            tls: TlsAcceptor::from(certificates.server_config()),
            certificates,
            local: Some(local),
        });
        let workers = options
            .workers
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let listening = Listening::start(&app, &options.https, &options.http, limits, workers)?;
        let addresses = ServerAddresses::new(listening.addresses(), std::process::id())
            .ok_or_else(|| StartError::Identity("no listener was opened".to_owned()))?;
        data.write_addresses(&addresses)?;
        Ok(Self {
            upkeep: Upkeep::start(app),
            listening,
            addresses,
            data,
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

    /// Stops accepting, lets requests under way finish and returns.
    pub fn stop(self) {
        self.upkeep.stop();
        self.listening.stop();
        self.data.remove_addresses();
    }
}

fn refuse_unwanted_exposure(options: &Options) -> Result<(), StartError> {
    let remote = [&options.https, &options.http]
        .into_iter()
        .find(|address| !address.is_loopback());
    match remote {
        None => Ok(()),
        Some(_) if options.config.is_none() => Err(StartError::SampleIsPublic),
        Some(address) if !options.allow_remote => Err(StartError::Remote(address.clone())),
        Some(_) => Ok(()),
    }
}

async fn open_store(options: &Options, data: &DataFolder) -> Result<Arc<dyn Store>, StoreError> {
    if options.ephemeral {
        return Ok(Arc::new(MemoryStore::new()));
    }
    Ok(Arc::new(SqliteStore::open(&data.file("entrada.db")).await?))
}
