//! The portal, as browsers see it.

mod access;
mod door;
mod person;

use person::{ORIGIN, Person};

use super::client::TestServer;
