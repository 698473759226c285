//! See ARCHITECTURE.md.

mod private_file;

pub mod tls;
