//! The sandbox's stand-in: the adapter of uCaller at the sandbox's address, so that what is demonstrated is what runs.

use reqwest::Client;

use super::{Provider, ucaller::Ucaller};

/// The stand-in at this base URL (`…/autodial/ucaller`).
#[must_use]
pub fn sandbox(http: Client, base: &str) -> Provider {
    Provider::Ucaller(Ucaller::new(http, base, &"sandbox".to_owned().into(), "1").stand_in("sandbox"))
}
