//! Pages that are opened by a link from the chat ([`crate::once`]): plain HTML, no script, no cookie.
//!
//! `GET /once/<token>` shows a door and uses nothing up; its button (`POST`) opens the page behind it. From then on the page's
//! forms carry a signed pass and are posted to `/page/<name>`. Each request is judged anew: who holds a pass and a role no longer
//! sees nothing.

mod class;
mod consent;
mod erasures;
mod handed;
mod import;
mod invitations;
mod ledger;
mod own;
mod papers;
mod patience;
mod people;
mod privacy;
mod proposal;
mod request;
mod say;
mod tables;

use std::{path::PathBuf, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use sqlx::PgPool;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Parts;
use crate::{
    acting,
    broadcast::sending,
    clock::Clock,
    consents::dialogue as consents,
    doors::Doors,
    erasure,
    ids::{Dice, PersonId},
    import::{desk, request as request_page},
    once::{self, Opened, Pass},
    papers::Cabinet,
    people::{own as people_own, roles},
    pupils,
    seal::Vault,
    store, support,
    turn::Content,
};

use say::Say;

/// A page posts to ourselves, shows our own style, and is shown in no frame.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const CSS: &str = include_str!("../web/page.css");

/// What the pages work with.
#[derive(Debug)]
pub struct Pages {
    /// The database.
    pub pool: PgPool,
    /// The words.
    pub program: Content,
    /// Opens what is shown, and signs passes.
    pub vault: Arc<Vault>,
    /// Ids.
    pub dice: Arc<Dice>,
    /// Civil time.
    pub clock: Clock,
    /// Our own program: it reads tables in processes of their own.
    pub program_file: PathBuf,
    /// What stands on cards.
    pub doors: Doors,
    /// Where scans lie.
    pub cabinet: Cabinet,
}

impl Pages {
    /// The file of the program that runs.
    #[must_use]
    pub fn own_program() -> PathBuf {
        std::env::current_exe().unwrap_or_else(|_| PathBuf::from("provodnik"))
    }
}

/// Why there is no page.
#[derive(Debug)]
enum Refusal {
    /// The link or the pass is used, over, or none of ours.
    Over,
    /// What was asked for is not the reader's to see, or is not there.
    NotFound,
    /// The database, or something sealed that does not open.
    NotNow(acting::Error),
    /// The store of scans does not answer; the log has been told.
    Away,
    /// A template: a fault of ours.
    Broken(askama::Error),
    /// What was to make it has failed: a fault of ours.
    Failed,
}

impl From<acting::Error> for Refusal {
    fn from(error: acting::Error) -> Self {
        Self::NotNow(error)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::NotNow(error.into())
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error)
    }
}

type Page = Result<Html<String>, Refusal>;

/// The routes of the pages.
pub(super) fn routes() -> Router<Parts> {
    let fresh = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let style = ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], CSS);
    Router::new()
        .route("/once/{token}", get(door).post(open))
        .route("/page/people", post(people::work))
        .route("/page/class", post(class::work))
        .route("/page/class/cards", post(class::offer))
        .route("/page/class/print", post(class::print))
        .route("/page/erasures", post(erasures::work))
        .route("/page/erasures/act", post(erasures::print))
        .route("/page/own/file", post(own::file))
        .route("/page/own/json", post(own::json))
        .route("/page/consent", post(consent::take))
        .route("/privacy", get(privacy::show))
        .route("/page/class/pupil", post(class::pupil))
        .route("/page/class/add", post(class::add))
        .route("/page/class/make", post(class::make))
        .route("/page/class/archive", post(class::archive))
        .route("/page/class/groups", post(class::groups))
        .route("/page/class/remind", post(class::remind))
        .route("/page/class/papers", post(papers::work))
        .route("/page/class/papers/sheets", post(papers::print))
        .route("/page/class/papers/upload", post(papers::upload).layer(DefaultBodyLimit::max(papers::BODY)))
        .route("/page/class/papers/scan", post(papers::ask))
        .route("/page/scan/{pass}", get(papers::scan))
        .route("/page/propose", post(proposal::propose))
        .route("/page/proposals", post(proposal::work))
        .route("/page/invitations", post(invitations::work))
        .route("/page/invitations/print", post(invitations::print))
        .route("/page/import", post(import::upload).layer(DefaultBodyLimit::max(import::BODY)))
        .route("/page/import/write", post(import::write))
        .route("/page/import/faults", post(import::faults))
        .route("/page/import/handed", post(handed::handed))
        .route("/page/tables", post(tables::upload).layer(DefaultBodyLimit::max(import::BODY)))
        .route("/page/tables/form", post(tables::blank))
        .route("/page/ledger/file", post(ledger::file))
        .layer(fresh)
        .route("/page/page.css", get(move || async move { style }))
        .layer(policy)
}

#[derive(Template)]
#[template(path = "door.html")]
struct Door<'p> {
    say: Say<'p>,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'p> {
    say: Say<'p>,
    title: String,
    text: String,
}

/// Whoever looks at a link uses nothing up: messengers do, to preview it.
async fn door(State(parts): State<Parts>, Path(token): Path<String>) -> Response {
    answer(&parts, async |pages| {
        let mut db = pages.pool.acquire().await?;
        if !once::is_good(&mut db, &pages.vault, &token, pages.clock.now()).await? {
            return Err(Refusal::Over);
        }
        let program = pages.program.current();
        Ok(Html(Door { say: Say::nobody(&program) }.render()?))
    })
    .await
}

/// Opens what is behind the door, once.
async fn open(State(parts): State<Parts>, Path(token): Path<String>) -> Response {
    answer(&parts, async |pages| {
        let mut tx = store::begin(&pages.pool).await?;
        let opened = once::open(&mut tx, &pages.vault, &token, pages.clock.now()).await?.ok_or(Refusal::Over)?;
        let page = match opened.page.as_str() {
            roles::proposals::FORM => proposal::form(pages, &mut tx, &opened).await?,
            roles::proposals::PAGE => proposal::show(pages, &mut tx, &opened).await?,
            roles::awaited::PAGE => invitations::show(pages, &mut tx, &opened).await?,
            roles::manage::PAGE => people::show(pages, &mut tx, &opened).await?,
            request_page::PAGE => tables::show(pages, &mut tx, &opened).await?,
            desk::PAGE => import::show(pages, &mut tx, &opened).await?,
            pupils::PAGE => class::show(pages, &mut tx, &opened).await?,
            people_own::PAGE => own::show(pages, &mut tx, &opened).await?,
            erasure::PAGE => erasures::show(pages, &mut tx, &opened).await?,
            consents::PAGE => consent::show(pages, &mut tx, &opened).await?,
            sending::LEDGER => ledger::show(pages, &mut tx, &opened).await?,
            support::PAGE => request::show(pages, &mut tx, &opened).await?,
            _ => return Err(Refusal::NotFound),
        };
        tx.commit().await?;
        Ok(page)
    })
    .await
}

/// What a pass opens, for the page that it was made for.
fn passed(pages: &Pages, pass: &Pass, page: &str) -> Result<Opened, Refusal> {
    pass.opens(&pages.vault, pages.clock.now()).filter(|opened| opened.page == page).ok_or(Refusal::Over)
}

async fn answer(parts: &Parts, page: impl AsyncFnOnce(&Pages) -> Page) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match page(pages).await {
        Ok(html) => html.into_response(),
        Err(refusal) => refused(pages, refusal),
    }
}

fn refused(pages: &Pages, refusal: Refusal) -> Response {
    let (status, html) = notice(pages, &refusal);
    let mut response = (status, Html(html)).into_response();
    // Whoever tries tokens or passes that are none is slowed down by address.
    if status == StatusCode::GONE {
        response.extensions_mut().insert(super::edge::Stranger);
    }
    response
}

/// Why there is no page, as a page.
fn notice(pages: &Pages, refusal: &Refusal) -> (StatusCode, String) {
    let program = pages.program.current();
    let say = Say::nobody(&program);
    let (status, key) = match refusal {
        Refusal::Over => (StatusCode::GONE, "page-over"),
        Refusal::NotFound => (StatusCode::NOT_FOUND, "page-not_found"),
        Refusal::NotNow(error) => {
            tracing::error!("a page can't be shown: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "page-not_now")
        }
        Refusal::Away => (StatusCode::SERVICE_UNAVAILABLE, "page-not_now"),
        Refusal::Broken(error) => {
            tracing::error!("a page does not render: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, "page-not_now")
        }
        Refusal::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "page-not_now"),
    };
    let (title, text) = (say.text(key), say.text(&format!("{key}-what")));
    (status, Notice { say, title, text }.render().unwrap_or_default())
}

/// Who reads, in which language.
async fn reader(
    pages: &Pages,
    db: &mut sqlx::PgConnection,
    person: PersonId,
) -> Result<(String, chrono_tz::Tz), Refusal> {
    let zone = crate::territory::zone(&mut *db, person).await?;
    let lang = store::people::language(db, person).await?;
    let known = lang.filter(|lang| pages.program.current().locales().languages().any(|known| known == lang));
    Ok((known.unwrap_or_else(|| crate::locale::FALLBACK.to_owned()), zone))
}
