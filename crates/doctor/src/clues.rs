//! What people say about a failure, by theme: the words that point at a mechanism.
//!
//! A clue never names a product's sentence or a report's wording; it is a circumstance ("the role
//! was granted moments before the call") with the many ways to say it, in the language of
//! [`crate::phrase`]. Rules weigh clues; they do not look at text themselves.

pub(crate) mod client;
pub(crate) mod credential;
pub(crate) mod deployment;
pub(crate) mod endpoint;
pub(crate) mod feature;
pub(crate) mod form;
pub(crate) mod identity;
pub(crate) mod network;
pub(crate) mod role;
pub(crate) mod service;
pub(crate) mod symptom;
pub(crate) mod token;
pub(crate) mod topic;

/// A circumstance and the ways to say it.
pub struct Clue {
    /// Its name in this crate, for traces and tests.
    pub id: &'static str,
    /// The circumstance in words, as evidence in a report.
    pub says: &'static str,
    /// Patterns of [`crate::phrase`], each of which is enough.
    pub(crate) patterns: &'static [&'static str],
}

impl PartialEq for Clue {
    /// Clues are constants: the same one is the same place.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Clue {}

impl std::fmt::Debug for Clue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Every clue.
pub(crate) fn all() -> impl Iterator<Item = &'static Clue> {
    let themes = [
        client::ALL,
        credential::ALL,
        deployment::ALL,
        endpoint::ALL,
        feature::ALL,
        form::ALL,
        identity::ALL,
        network::ALL,
        role::ALL,
        service::ALL,
        symptom::ALL,
        token::ALL,
        topic::ALL,
    ];
    themes.into_iter().flatten().copied()
}

/// Declares the clues of one theme.
macro_rules! clues {
    ($( $name:ident: $says:literal [ $($pattern:literal),+ $(,)? ] )+) => {
        $(
            pub(crate) static $name: $crate::clues::Clue = $crate::clues::Clue {
                id: stringify!($name),
                says: $says,
                patterns: &[$($pattern),+],
            };
        )+

        /// The clues of this theme.
        pub(crate) static ALL: &[&$crate::clues::Clue] = &[$(&$name),+];
    };
}
pub(crate) use clues;
