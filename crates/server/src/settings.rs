//! What a server was started with, beside the configuration.

use crate::listen::Limits;
use crate::secret::Secret;

/// Settings that do not change while the server runs.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Opens Entrada's own routes.
    pub(crate) operator_token: Secret,
    /// Bounds on what clients may hold.
    pub(crate) limits: Limits,
    /// Further names of this server in Host headers.
    pub(crate) allowed_hosts: Vec<String>,
    /// Whether a line per refusal is printed.
    pub(crate) print_refusals: bool,
    /// Whether refusals carry `x-entrada-cause`; only in local mode.
    pub(crate) cause_header: bool,
}
