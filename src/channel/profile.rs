//! What each channel can carry.

use super::Channel;
pub use crate::limits::{Grid, Profile, TELEGRAM, VK, shorten, units};

impl Channel {
    /// What the channel can carry.
    #[must_use]
    pub const fn profile(self) -> &'static Profile {
        match self {
            Self::Telegram => &TELEGRAM,
            Self::Vk => &VK,
        }
    }
}
