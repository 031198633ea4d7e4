//! Why a method gave no result.

use std::time::Duration;

use serde::Deserialize;

use crate::channel::http::Broken;

/// Why a method gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The API refused.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Something before the API answered instead of it: a proxy, a balancer.
    #[error("HTTP status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The `Retry-After` header.
        retry_after: Option<Duration>,
    },
    /// The network.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// An answer of another shape than the method's.
    #[error("unreadable answer")]
    Unreadable,
}

/// A refusal of the API. The parameters that VK repeats in it are dropped: the token may be among them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, thiserror::Error)]
#[error("{error_code} {error_msg}")]
pub struct ApiError {
    /// The code as it came.
    #[serde(alias = "code", default)]
    pub error_code: i64,
    /// VK's words.
    #[serde(alias = "description", default)]
    pub error_msg: String,
}

impl ApiError {
    /// What it means.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::of(self.error_code)
    }
}

/// The codes that somebody acts on. <https://dev.vk.com/reference/errors>, `messages.send` for those from 900 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// 1: unknown error, try later.
    Unknown,
    /// 5, 27, 28: the token is no good.
    Auth,
    /// 6: more than the requests per second.
    TooMany,
    /// 9: the same again and again.
    Flood,
    /// 10: internal server error.
    Server,
    /// 14: a captcha is asked for.
    Captcha,
    /// 2, 17, 24: the application or the account is halted until somebody acts.
    Halted,
    /// 18: the user is deleted or banned.
    UserDeleted,
    /// 29: the method's quota is spent for long.
    Quota,
    /// 100: a parameter is missing or wrong.
    Parameter,
    /// 900: the user has blacklisted the community.
    Blacklisted,
    /// 901, 950, 985, 987, 988: the user never let the community write, or not any more.
    NoPermission,
    /// 902: the user's privacy settings.
    Privacy,
    /// 911: the keyboard is not to VK's liking.
    Keyboard,
    /// 912, 917, 922, 925, 945, 946, 1012: the chat is closed to the community.
    ChatClosed,
    /// 914: the text is too long.
    TooLong,
    /// 936: there is no such contact.
    NoContact,
    /// Anything else.
    Other,
}

impl Code {
    /// What a number means.
    #[must_use]
    pub const fn of(code: i64) -> Self {
        match code {
            1 => Self::Unknown,
            2 | 17 | 24 => Self::Halted,
            5 | 27 | 28 => Self::Auth,
            6 => Self::TooMany,
            9 => Self::Flood,
            10 => Self::Server,
            14 => Self::Captcha,
            18 => Self::UserDeleted,
            29 => Self::Quota,
            100 => Self::Parameter,
            900 => Self::Blacklisted,
            901 | 950 | 985 | 987 | 988 => Self::NoPermission,
            902 => Self::Privacy,
            911 => Self::Keyboard,
            912 | 917 | 922 | 925 | 945 | 946 | 1012 => Self::ChatClosed,
            914 => Self::TooLong,
            936 => Self::NoContact,
            _ => Self::Other,
        }
    }
}
