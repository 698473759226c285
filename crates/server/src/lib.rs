//! See ARCHITECTURE.md.

pub mod backend;
pub mod identity;
mod private_file;
pub mod tls;
pub mod token_service;
