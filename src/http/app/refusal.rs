//! Why the mini app does not answer: a code for the page, and a sentence for whoever reads it. Who reads it is not known yet, a pupil
//! or an adult, so no sentence says «ты» or «вы».

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{channel::launch::Unproved, http::edge::Stranger};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This messenger opens no mini app of ours.
    NotConfigured,
    /// No proof of who asks.
    Unproved,
    /// The launch proves nothing.
    Forged,
    /// The launch proves nothing any more.
    Stale,
    /// The bearer is none of ours, or over.
    SessionOver,
    /// Nobody with this account has written to the bot.
    OpenBotFirst,
    /// Nobody has signed in there.
    SignInFirst,
    /// Ask again.
    NotNow,
}

impl Refusal {
    const fn told(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        let again = "Эту страницу нужно закрыть и открыть снова из чата с ботом.";
        match self {
            Self::NotConfigured => (
                StatusCode::NOT_FOUND,
                "not_configured",
                "Здесь эта страница пока не работает. Зато в чате с ботом можно всё.",
                "This page does not work here yet. Write to the bot: it will help.",
            ),
            Self::Unproved => (
                StatusCode::UNAUTHORIZED,
                "unproved",
                "Эта страница открывается из чата с ботом: там есть кнопка «Открыть мой трек».",
                "This page opens from the chat with the bot: press “Open my track” there.",
            ),
            Self::Forged => (
                StatusCode::UNAUTHORIZED,
                "forged",
                again,
                "Close the page and open it again from the chat with the bot.",
            ),
            Self::Stale => (
                StatusCode::UNAUTHORIZED,
                "stale",
                "Страница открыта слишком давно. Её нужно закрыть и открыть снова из чата с ботом.",
                "The page has been open for too long. Close it and open it again from the chat with the bot.",
            ),
            Self::SessionOver => (
                StatusCode::UNAUTHORIZED,
                "session_over",
                "Страница долго была открыта. Ещё одна попытка – и всё получится.",
                "The page was open for long. Try again.",
            ),
            Self::OpenBotFirst => (
                StatusCode::NOT_FOUND,
                "open_bot_first",
                "Бот пока ни с кем здесь не знаком. Одно сообщение ему – и здесь появится трек.",
                "Open the bot first and write to it, then your track will appear here.",
            ),
            Self::SignInFirst => (
                StatusCode::NOT_FOUND,
                "sign_in_first",
                "Трек появится здесь после входа. Для него боту нужен код с карточки, а её даёт учитель.",
                "Sign in first: send the bot the code from the card that your teacher gives you.",
            ),
            Self::NotNow => (
                StatusCode::SERVICE_UNAVAILABLE,
                "not_now",
                "Сейчас не получилось. Через минуту стоит попробовать ещё раз.",
                "That did not work just now. Try again in a minute.",
            ),
        }
    }
}

impl From<Unproved> for Refusal {
    fn from(why: Unproved) -> Self {
        match why {
            Unproved::Stale | Unproved::Early | Unproved::Undated => Self::Stale,
            _ => Self::Forged,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, ru, en) = self.told();
        let mut response = (status, Json(json!({"error": {"code": code, "ru": ru, "en": en}}))).into_response();
        // Whoever is late was once proved; whoever forges is limited by address.
        if matches!(self, Self::Unproved | Self::Forged) {
            response.extensions_mut().insert(Stranger);
        }
        response
    }
}
