//! `GET /app/api/track`: what the page shows.

use axum::{Json, extract::State};

use super::{MiniApp, bearer::Bearer, refusal::Refusal};
use crate::{
    acting,
    http::Parts,
    ids::AccountId,
    store,
    track::{self, Track},
};

/// The track of whom the account speaks for now.
pub(super) async fn show(State(parts): State<Parts>, Bearer(account): Bearer) -> Result<Json<Track>, Refusal> {
    let app = parts.app.as_deref().ok_or(Refusal::NotConfigured)?;
    match load(app, account).await {
        Ok(Some(track)) => Ok(Json(track)),
        Ok(None) => Err(Refusal::SignInFirst),
        Err(error) => {
            tracing::error!(account = %account, "a track can't be shown: {error}");
            Err(Refusal::NotNow)
        }
    }
}

async fn load(app: &MiniApp, account: AccountId) -> Result<Option<Track>, acting::Error> {
    let mut db = app.pool.acquire().await?;
    let Some(account) = store::accounts::load(&mut db, &[account]).await?.pop() else { return Ok(None) };
    track::of(&mut db, &app.program.current(), (&app.vault, &app.policy), &account, app.clock.now()).await
}
