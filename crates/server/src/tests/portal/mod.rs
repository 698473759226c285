//! The portal, as browsers see it.

mod access;
mod door;
mod pages;
mod person;

use person::{ORIGIN, Person, hidden};

use super::client::TestServer;
