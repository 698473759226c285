//! A tenant in memory, for tests: a signing key, people and applications, and any token one may need,
//! the wrong ones included.
//!
//! ```
//! use testkit::{Bearer, Tenant};
//!
//! let contoso = Tenant::new();
//! let robot = Bearer::application("build-robot");
//! let token = contoso.token(&robot).audience("https://ml.azure.com").expires_in(-3600).sign();
//! assert_eq!(token.split('.').count(), 3);
//! ```

mod bearer;
mod key;
pub mod log;
pub mod secret;
mod token;

pub use bearer::Bearer;
pub use key::SigningKey;
pub use token::{NOW, Tenant, TokenBuilder};
