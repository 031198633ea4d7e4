//! Takes a form with many files, one after the other: each is judged and kept by itself, so that what is wrong with one costs no
//! other, and no more than one is held at a time.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    extract::{
        Multipart, State,
        multipart::{Field, MultipartError},
    },
    response::Response,
};
use chrono::NaiveDate;
use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Told, desk, listed, look, place};
use crate::{
    consents::Purpose,
    http::{
        Parts,
        pages::{Page, Pages, Refusal, answer, passed, reader, say::Say},
    },
    ids::PersonId,
    once::{Opened, Pass},
    papers::{
        MAX_BYTES, Today,
        checklist::ROWS,
        desk::{Brought, Why},
    },
    pupils::{PAGE, list},
};

/// Bytes of a request: as many files as the page has, with what a form puts around them.
pub(in crate::http::pages) const BODY: usize = ROWS * (MAX_BYTES + 4096) + 1024 * 1024;
/// How long nothing may come before the upload is taken for broken off.
const SILENCE: Duration = Duration::from_secs(30);
/// Letters of a file's name that are shown.
const NAME: usize = 60;
/// What the fields are called that belong to a pupil; behind it stands the pupil's id.
const FILE: &str = "file-";
const GIVEN: &str = "given-";

/// Takes scans in.
pub(in crate::http::pages) async fn upload(State(parts): State<Parts>, form: Multipart) -> Response {
    answer(&parts, async |pages| taken(pages, form).await).await
}

/// What stands in a form before its files.
#[derive(Default)]
struct Head {
    signed: Option<NaiveDate>,
    past: usize,
    replace: bool,
    given: BTreeMap<PersonId, Vec<Purpose>>,
}

async fn taken(pages: &Pages, mut form: Multipart) -> Page {
    // Who has no pass is not listened to any longer than it takes to see that.
    let pass = match next(&mut form).await {
        Ok(Some(field)) if field.name() == Some("pass") => words(field).await.unwrap_or_default(),
        _ => return Err(Refusal::Over),
    };
    let pass: Pass = serde_json::from_value(pass.into()).map_err(|_| Refusal::Over)?;
    let opened = passed(pages, &pass, PAGE)?;
    let mut db = pages.pool.acquire().await?;
    let names = names(pages, &mut db, &opened).await?;
    let (lang, zone) = reader(pages, &mut db, opened.person).await?;
    drop(db);
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let today = Today::at(program.seasons(), pages.clock.now(), zone).ok_or(Refusal::NotFound)?;
    let (mut head, mut told) = (Head::default(), Vec::new());
    loop {
        let field = match next(&mut form).await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(()) => {
                told.push(Told::Form(say.text("page-papers-broken_off")));
                break;
            }
        };
        let about = field.name().unwrap_or_default().to_owned();
        if let Some(pupil) = about.strip_prefix(FILE).and_then(person) {
            let Some(signed_on) = head.signed.filter(|on| today.may_be_signed(*on)) else {
                told = vec![Told::Form(say.text("page-papers-no_date"))];
                break;
            };
            let came = Came { pupil, signed_on, given: head.given.remove(&pupil).unwrap_or_default(), field };
            told.extend(file(pages, &opened, (&say, &today.season.key, head.replace), &names, came).await);
        } else if let Some(pupil) = about.strip_prefix(GIVEN).and_then(person) {
            let purpose = words(field).await.and_then(|word| Purpose::of(&word));
            head.given.entry(pupil).or_default().extend(purpose);
        } else {
            let said = words(field).await.unwrap_or_default();
            match about.as_str() {
                "signed" => head.signed = said.parse().ok(),
                "past" => head.past = said.parse().unwrap_or_default(),
                "replace" => head.replace = said == "yes",
                _ => {}
            }
        }
    }
    if told.is_empty() {
        told.push(Told::Form(say.text("page-papers-no_files")));
    }
    listed(pages, &mut *pages.pool.acquire().await?, &opened, (told, head.past)).await
}

/// A file that is on its way.
struct Came<'f> {
    pupil: PersonId,
    signed_on: NaiveDate,
    given: Vec<Purpose>,
    field: Field<'f>,
}

/// What came of a file; nothing, if none was chosen.
async fn file(
    pages: &Pages,
    opened: &Opened,
    (say, season, replace): (&Say<'_>, &str, bool),
    names: &BTreeMap<PersonId, String>,
    came: Came<'_>,
) -> Option<Told> {
    let Came { pupil, signed_on, given, field } = came;
    let file = readable(field.file_name().unwrap_or_default());
    let bytes = content(field).await;
    if file.is_empty() && bytes.as_ref().is_ok_and(Vec::is_empty) {
        return None;
    }
    let name = names.get(&pupil).cloned().unwrap_or_default();
    let refused = |key: &str| Told::Refused { name: name.clone(), file: file.clone(), why: say.text(key) };
    let Ok(bytes) = bytes else { return Some(refused("page-papers-file_cut")) };
    let brought = Brought { pupil, signed_on, given, bytes, replace };
    Some(match desk(pages, opened, season).accept(brought).await {
        Ok(Ok(_)) => Told::Kept(name),
        Ok(Err(Why::File(why))) => refused(&format!("page-papers-file_{}", why.word())),
        Ok(Err(Why::Already)) => refused("page-papers-already"),
        Ok(Err(Why::NotThere)) => refused("page-papers-not_there"),
        Err(error) => {
            tracing::error!("a scan is not kept: {error}");
            refused("page-papers-not_now")
        }
    })
}

async fn next(form: &mut Multipart) -> Result<Option<Field<'_>>, ()> {
    timeout(SILENCE, form.next_field()).await.map_err(|_| ())?.map_err(|_| ())
}

/// A file's content; of one that is too large, as much as shows that it is. The rest is let go by.
async fn content(mut field: Field<'_>) -> Result<Vec<u8>, ()> {
    let mut bytes = Vec::new();
    while let Some(chunk) = piece(&mut field).await? {
        let room = (MAX_BYTES + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(bytes)
}

async fn piece(field: &mut Field<'_>) -> Result<Option<axum::body::Bytes>, ()> {
    let came: Result<_, MultipartError> = timeout(SILENCE, field.chunk()).await.map_err(|_| ())?;
    came.map_err(|_| ())
}

/// A short field that is text.
async fn words(field: Field<'_>) -> Option<String> {
    String::from_utf8(content(field).await.ok()?).ok()
}

fn person(id: &str) -> Option<PersonId> {
    Uuid::try_parse(id).ok().map(PersonId)
}

/// A file's name as it may stand on a page: of some length, and without what turns letters around.
fn readable(name: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    name.chars().filter(|c| !c.is_control() && !turns(*c)).take(NAME).collect()
}

/// What the pupils of the place are called.
async fn names(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Result<BTreeMap<PersonId, String>, Refusal> {
    let all = list::all(db, &pages.vault, look(pages, opened), place(opened)?).await?;
    let (_, pupils) = all.ok_or(Refusal::NotFound)?;
    Ok(pupils.into_iter().map(|(row, pupil)| (row.id, pupil.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_name_is_shown_as_it_is_meant() {
        assert_eq!(readable("скан Зои.pdf"), "скан Зои.pdf");
        assert_eq!(readable("скан\u{202e}fdp.exe\n"), "сканfdp.exe");
        assert_eq!(readable(&"я".repeat(300)).chars().count(), 60);
    }
}
