//! See ARCHITECTURE.md.

pub mod backend;
mod private_file;
pub mod tls;
