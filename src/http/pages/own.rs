//! «Мои данные»: all that is held of whoever asks, or of a child of theirs: on a page, and as files to keep.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;

use super::{CSS, Page, Pages, Refusal, passed, reader, refused, say::Say};
use crate::{
    http::Parts,
    ids::PersonId,
    once::{Opened, Pass},
    people::own::{self, Own, PAGE, Section},
    store::{self, held},
    verification,
};

/// What the program keeps for itself while it works: of these a page says how many there are, and the file for tools has them.
const WORKINGS: [&str; 8] =
    ["delivery", "conversation", "timer", "outside_call", "signal", "once", "verification_event", "code_try"];

/// What only tools make anything of, within a row that is shown.
const QUIET: [&str; 1] = ["client"];

/// Words of the database that are put into the reader's.
const WORDS: &[&str] = &[
    "page-word-self",
    "page-word-mother",
    "page-word-father",
    "page-word-grandparent",
    "page-word-aunt_uncle",
    "page-word-guardian",
    "page-word-other",
    "page-word-parent",
    "page-word-open",
    "page-word-verified",
    "page-word-voided",
    "page-word-dropped",
    "page-word-card",
    "page-word-link",
    "page-word-return",
    "page-word-signed",
    "page-word-left",
    "page-word-done",
    "page-word-refused",
    "page-word-not_reached",
    "page-word-not_theirs",
    "page-word-not_a_phone",
    "page-word-duplicate",
    "page-word-no_call",
    "page-word-landline",
    "page-word-abroad",
    "page-word-held",
    "page-word-erasing",
    "page-word-undone",
    "page-word-no_consent",
    "page-word-male",
    "page-word-female",
    "page-word-role_given",
    "page-word-role_revoked",
    "page-word-invited",
    "page-word-invitation_revoked",
    "page-word-page_opened",
    "page-word-cards_printed",
    "page-word-code_reissued",
    "page-word-revealed",
    "page-word-request_approved",
    "page-word-request_decided",
    "page-word-parent_linked",
    "page-word-parent_unlinked",
    "page-word-imported",
    "page-word-keys_rotated",
    "page-word-erasure_asked",
    "page-word-erasure_undone",
    "page-word-erased",
    "page-word-dialling",
    "page-word-started",
    "page-word-unanswered",
    "page-word-placed",
    "page-word-not_connected",
    "page-word-proposed",
    "page-word-proposal_decided",
    "page-word-invitation_taken",
    "page-word-table_handed_in",
    "page-word-table_returned",
    "page-word-season_turned",
    "page-word-class_made",
    "page-word-pupil_added",
    "page-word-pupil_moved",
    "page-word-pupil_archived",
    "page-word-pupil_restored",
    "page-word-group_made",
    "page-word-group_filled",
    "page-word-group_closed",
    "page-word-pupils_reminded",
    "page-word-need_opened",
    "page-word-need_set",
    "page-word-consent_on_paper",
    "page-word-paper_withdrawn",
    "page-word-template_printed",
    "page-word-scan_kept",
    "page-word-scan_removed",
    "page-word-scan_opened",
    "page-word-processing",
    "page-word-messages",
    "page-word-photo",
    "page-word-passing",
    "page-word-given",
    "page-word-withdrawn",
    "page-word-pupil",
    "page-word-paper",
    "page-word-adult",
    "page-word-waiting",
    "page-word-returned",
    "page-word-replaced",
];

#[derive(Template)]
#[template(path = "own.html")]
struct Shown<'p> {
    say: Say<'p>,
    own: Own,
    phone: Option<String>,
    answers: Vec<(String, String)>,
    every: Vec<Told>,
    pass: Pass,
}

/// The same as a file that needs nothing beside it.
#[derive(Template)]
#[template(path = "own_file.html")]
struct File<'p> {
    say: Say<'p>,
    own: Own,
    phone: Option<String>,
    answers: Vec<(String, String)>,
    every: Vec<Told>,
    css: &'static str,
    now: DateTime<Utc>,
}

/// A table in words.
struct Told {
    title: String,
    count: usize,
    /// Each row's values with what they are called; empty: only how many there are.
    rows: Vec<Vec<(String, String)>>,
}

#[derive(Deserialize)]
struct About {
    about: PersonId,
}

/// What a form of the page asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
}

/// All that a page or a file is made of.
struct Gathered {
    own: Own,
    phone: Option<String>,
    every: Vec<Section>,
}

async fn gather(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Result<Gathered, Refusal> {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let own = own::all(&mut *db, &pages.vault, opened.person, about.about).await?.ok_or(Refusal::NotFound)?;
    let phone = match &own.phone {
        Some((id, _, _)) => verification::masked(&mut *db, &pages.vault, &[*id]).await?.remove(id),
        None => None,
    };
    let every = own::every(db, &pages.vault, opened.person, about.about).await?.ok_or(Refusal::NotFound)?;
    Ok(Gathered { own, phone, every })
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let Gathered { own, phone, every } = gather(pages, db, opened).await?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let answers = own.answers.iter().map(|(key, value, _)| (say.question(key), value.clone())).collect();
    let every = every.iter().map(|section| told(&say, section)).collect();
    Ok(Html(Shown { say, own, phone, answers, every, pass: opened.pass(&pages.vault) }.render()?))
}

/// The page as a file: it opens anywhere, without us.
pub(super) async fn file(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    download(&parts, &asked, ("text/html; charset=utf-8", "html"), async |pages, db, opened| {
        let Gathered { own, phone, every } = gather(pages, db, opened).await?;
        let (lang, zone) = reader(pages, db, opened.person).await?;
        let program = pages.program.current();
        let say = Say::to(&program, lang, zone);
        let answers = own.answers.iter().map(|(key, value, _)| (say.question(key), value.clone())).collect();
        let every = every.iter().map(|section| told(&say, section)).collect();
        let file = File { say, own, phone, answers, every, css: CSS, now: pages.clock.now() };
        Ok(file.render()?.into_bytes())
    })
    .await
}

/// Every row, for tools.
pub(super) async fn json(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    download(&parts, &asked, ("application/json", "json"), async |pages, db, opened| {
        let every = gather(pages, db, opened).await?.every;
        let tables: serde_json::Map<String, Value> =
            every.into_iter().map(|section| (section.table.to_owned(), serde_json::json!(section.rows))).collect();
        let all = serde_json::json!({"made_at": pages.clock.now(), "tables": tables});
        Ok(serde_json::to_vec_pretty(&all).unwrap_or_default())
    })
    .await
}

async fn download(
    parts: &Parts,
    asked: &Asked,
    (kind, end): (&'static str, &str),
    make: impl AsyncFnOnce(&Pages, &mut PgConnection, &Opened) -> Result<Vec<u8>, Refusal>,
) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    let made = async {
        let opened = passed(pages, &asked.pass, PAGE)?;
        let mut tx = store::begin(&pages.pool).await?;
        make(pages, &mut tx, &opened).await
    };
    match made.await {
        Ok(bytes) => {
            let name = format!("attachment; filename=\"my-data.{end}\"");
            ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

fn told(say: &Say<'_>, section: &Section) -> Told {
    let title = say.text(&format!("page-held-{}", section.table));
    let mut rows = Vec::new();
    if !WORKINGS.contains(&section.table) {
        let order = held::ALL.iter().find(|holding| holding.table == section.table).map_or(&[][..], |held| held.shown);
        for row in &section.rows {
            let mut cells = Vec::new();
            // What is sealed comes first: it is what a person knows the row by.
            let known = order.iter().filter_map(|column| Some((*column, row.get(*column)?)));
            let others = row.iter().filter(|(column, _)| !order.contains(&column.as_str()));
            for (column, value) in known.chain(others.map(|(column, value)| (column.as_str(), value))) {
                if !QUIET.contains(&column) {
                    cell(say, column, value, &mut cells);
                }
            }
            rows.push(cells);
        }
    }
    Told { title, count: section.rows.len(), rows }
}

/// A value with what it is called; of a record each field.
fn cell(say: &Say<'_>, column: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) if matches!(column, "profile" | "sealed") => {
            for (field, value) in fields {
                cell(say, field, value, cells);
            }
        }
        value => {
            let plain = match value {
                Value::String(role) if column == "role" => say.role(role),
                Value::String(group) if column == "group" => say.text(&format!("page-need-{group}")),
                Value::String(position) if column == "position" => say.text(&format!("page-propose-{position}")),
                value => plain(say, value),
            };
            cells.push((say.text(&format!("page-column-{column}")), plain));
        }
    }
}

fn plain(say: &Say<'_>, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => say.text("page-yes"),
        Value::Bool(false) => say.text("page-no"),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => say.moment(&at.to_utc()),
            Err(_) => {
                let word = format!("page-word-{text}");
                if WORDS.contains(&word.as_str()) { say.text(&word) } else { text.clone() }
            }
        },
        Value::Array(values) => values.iter().map(|value| plain(say, value)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields.values().map(|value| plain(say, value)).collect::<Vec<_>>().join(", "),
    }
}
