//! The portal, as browsers see it.

mod access;
mod door;
mod pages;
mod person;
mod real;

use person::{ORIGIN, Person, hidden};

use super::client::TestServer;
