//! The second authority: for names of Azure's, in transparent mode only.
//!
//! It lives in memory and dies with the server. What it can sign for is the allow-list (critical name
//! constraints; addresses are excluded altogether), so that whoever trusts its certificate lets this
//! server stand in for those names and for nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Timestamp;
use arc_swap::{ArcSwap, ArcSwapOption};
use rcgen::{CidrSubnet, GeneralSubtree};
use rustls::ServerConfig;
use rustls::server::NoServerSessionStorage;

use super::authority::Authority;
use super::{TlsError, finish, leaf, server_config};
use crate::intercept::names::{NAMES, Name};
use crate::private_file;

/// How long the authority lasts, and how long before its end the next one is made.
const LIFETIME_DAYS: i64 = 90;
const REPLACE_BEFORE: i64 = 7 * 24 * 3600;

/// How long a certificate lasts, and how long before its end the next one is made.
const LEAF_DAYS: i64 = 1;
const RENEW_BEFORE: i64 = 12 * 3600;

/// Certificates for the names on the allow-list, made when they are first asked for. There is at most one
/// for each entry of the list, whatever hosts are asked for.
pub(crate) struct Interception {
    authority: ArcSwap<Authority>,
    leaves: [ArcSwapOption<Leaf>; NAMES.len()],
    files: Files,
}

/// Where clients find whom to trust.
struct Files {
    /// Both of our authorities, for clients that add roots.
    authorities: PathBuf,
    /// The same with the system's roots, for clients that replace them.
    bundle: PathBuf,
    /// The authority of the server's local names.
    local: PathBuf,
}

struct Leaf {
    config: Arc<ServerConfig>,
    expires: Timestamp,
}

impl Interception {
    /// A new authority. Its certificate goes into `folder`, its key nowhere.
    ///
    /// # Errors
    /// A certificate cannot be made, or a file cannot be written.
    pub(crate) fn new(folder: &Path, now: Timestamp) -> Result<Self, TlsError> {
        let files = Files {
            authorities: folder.join("intercept-ca.pem"),
            bundle: folder.join("intercept-bundle.pem"),
            local: folder.join("ca.pem"),
        };
        let authority = make(now)?;
        files.write(&authority)?;
        Ok(Self {
            authority: ArcSwap::from_pointee(authority),
            leaves: [const { ArcSwapOption::const_empty() }; NAMES.len()],
            files,
        })
    }

    /// What a connection to the entry of [`NAMES`] at `place` is accepted with.
    ///
    /// # Errors
    /// A certificate cannot be made.
    pub(crate) fn server_config(
        &self,
        place: usize,
        now: Timestamp,
    ) -> Result<Arc<ServerConfig>, TlsError> {
        let kept = &self.leaves[place];
        if let Some(leaf) = &*kept.load()
            && now.plus(RENEW_BEFORE) < leaf.expires
        {
            return Ok(Arc::clone(&leaf.config));
        }
        let leaf = Arc::new(self.sign(&NAMES[place], now)?);
        kept.store(Some(Arc::clone(&leaf)));
        Ok(Arc::clone(&leaf.config))
    }

    /// Replaces the authority when it is about to expire. To be called at least once a day.
    ///
    /// # Errors
    /// Something could not be made; what was there stays.
    pub(crate) fn renew_if_due(&self, now: Timestamp) -> Result<(), TlsError> {
        if now.plus(REPLACE_BEFORE) < self.authority.load().expires() {
            return Ok(());
        }
        let authority = make(now)?;
        self.files.write(&authority)?;
        self.authority.store(Arc::new(authority));
        for leaf in &self.leaves {
            leaf.store(None);
        }
        Ok(())
    }

    fn sign(&self, name: &Name, now: Timestamp) -> Result<Leaf, TlsError> {
        let authority = self.authority.load();
        let names = vec![name.pattern()];
        let (key, expires) = leaf::sign(
            &authority,
            names,
            "Entrada in transparent mode",
            LEAF_DAYS,
            now,
        )?;
        let resolver = rustls::sign::SingleCertAndKey::from(key);
        let mut config = server_config()?.with_cert_resolver(Arc::new(resolver));
        // What is kept for a resumption would be kept for each name.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Leaf {
            config: finish(config),
            expires,
        })
    }
}

impl std::fmt::Debug for Interception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interception").finish_non_exhaustive()
    }
}

impl Files {
    fn write(&self, authority: &Authority) -> Result<(), TlsError> {
        let local = std::fs::read_to_string(&self.local).unwrap_or_default();
        let mut text = authority.certificate_pem();
        text.push_str(&local);
        private_file::write_public(&self.authorities, text.as_bytes())?;
        super::push_system_roots(&mut text);
        Ok(private_file::write_public(&self.bundle, text.as_bytes())?)
    }
}

fn make(now: Timestamp) -> Result<Authority, TlsError> {
    let mut permitted: Vec<&str> = NAMES.iter().map(|name| name.domain).collect();
    permitted.dedup();
    let permitted = permitted
        .into_iter()
        .map(|name| GeneralSubtree::DnsName(name.to_owned()))
        .collect();
    // A constraint on names says nothing about addresses.
    let excluded = vec![
        GeneralSubtree::IpAddress(CidrSubnet::V4([0; 4], [0; 4])),
        GeneralSubtree::IpAddress(CidrSubnet::V6([0; 16], [0; 16])),
    ];
    Authority::make(
        "Entrada transparent mode",
        permitted,
        excluded,
        LIFETIME_DAYS,
        now,
    )
}

#[cfg(test)]
mod tests;
