//! One pupil: ОВЗ and disability (looked at one by one), groups, another class, the archive.

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};
use sqlx::PgConnection;

use super::{
    super::{Page, Refusal, answer, say::Say},
    visit::{Fields, Visit},
};
use crate::{
    http::Parts,
    ids::{ClassId, PersonId},
    journal::{self, Act, Entry},
    once::Pass,
    people::needs::{self, Group, Need},
    pupils::{
        filter::Filter,
        groups::{self, Group as PupilGroup},
        list::{self, Pupil as Shown},
    },
    store::{self, classes},
};

#[derive(Template)]
#[template(path = "pupil.html")]
struct Pupil<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    pupil: Shown,
    need: Option<Need>,
    groups: Vec<PupilGroup>,
    seats: Vec<(ClassId, String)>,
    asking: bool,
    done: Option<String>,
}

impl Pupil<'_> {
    fn is_in(&self, group: &PupilGroup) -> bool {
        self.pupil.groups.iter().any(|(id, _)| *id == group.id)
    }

    fn is_of(&self, group: &Group) -> bool {
        self.need.is_some_and(|need| need.group == Some(*group))
    }

    fn group(&self, group: &Group) -> String {
        self.say.text(&format!("page-need-{}", group.word()))
    }
}

/// What is to be shown of a pupil beside what always is.
#[derive(Default)]
struct Also {
    needs: bool,
    asking: bool,
    done: Option<&'static str>,
}

/// Shows one pupil, or does what a form asks for.
pub(in super::super) async fn pupil(State(parts): State<Parts>, Form(fields): Form<Fields>) -> Response {
    answer(&parts, async |pages| {
        let visit = Visit::of(pages, &fields)?;
        let id = PersonId(visit.id("pupil").ok_or(Refusal::NotFound)?);
        let mut tx = store::begin(&pages.pool).await?;
        let page = worked(&visit, &mut tx, id).await?;
        tx.commit().await?;
        Ok(page)
    })
    .await
}

async fn worked(visit: &Visit<'_>, db: &mut PgConnection, id: PersonId) -> Page {
    let (place, hand) = (visit.place()?, visit.hand());
    let Also { needs, asking, done } = match visit.says("do") {
        "needs" => {
            // Out of scope there is nothing to be noted.
            list::one(db, &visit.pages.vault, visit.look(), (place, id)).await?.ok_or(Refusal::NotFound)?;
            note(visit, db, Act::NeedOpened, id).await?;
            Also { needs: true, ..Also::default() }
        }
        "needs_set" => {
            list::one(db, &visit.pages.vault, visit.look(), (place, id)).await?.ok_or(Refusal::NotFound)?;
            needs::set(db, &visit.pages.vault, id, said(visit)).await?;
            note(visit, db, Act::NeedSet, id).await?;
            Also { done: Some("page-pupil-saved"), ..Also::default() }
        }
        "groups" => {
            grouped(visit, db, id).await?;
            Also { done: Some("page-pupil-saved"), ..Also::default() }
        }
        "move" => {
            let to = ClassId(visit.id("to").ok_or(Refusal::NotFound)?);
            if !hand.turn(db, (place, id), to).await? {
                return Err(Refusal::NotFound);
            }
            return super::listed(visit.pages, db, &visit.opened, (visit.filter, visit.past), Some("page-pupil-moved"))
                .await;
        }
        "archive_ask" => Also { asking: true, ..Also::default() },
        "archive" => {
            if !hand.archive(db, (place, id)).await? {
                return Err(Refusal::NotFound);
            }
            let done = Some("page-pupil-archived");
            return super::listed(visit.pages, db, &visit.opened, (visit.filter, visit.past), done).await;
        }
        _ => Also::default(),
    };
    let (facts, pupil) =
        list::one(db, &visit.pages.vault, visit.look(), (place, id)).await?.ok_or(Refusal::NotFound)?;
    let need = if needs { Some(needs::of(db, &visit.pages.vault, id).await?) } else { None };
    let groups = groups::of(db, &visit.pages.vault, visit.opened.person, facts.row.school).await?;
    let seats = classes::of_school(db, visit.opened.person, facts.row.school).await?;
    let seats = seats.into_iter().filter(|seat| seat.id != facts.row.class);
    let seats = seats.map(|seat| (seat.id, super::add::seat_name(&seat.key))).collect();
    let program = visit.pages.program.current();
    let say = visit.say(db, &program).await?;
    let done = done.map(|key| say.text(key));
    let page = Pupil {
        say,
        pass: visit.pass(),
        filter: visit.filter,
        past: visit.past,
        pupil,
        need,
        groups,
        seats,
        asking,
        done,
    };
    Ok(Html(page.render()?))
}

/// What the form says of ОВЗ and disability; a group without either says nothing.
fn said(visit: &Visit<'_>) -> Need {
    let (limited_health, disability) = (visit.has("limited"), visit.has("disability"));
    let group = Group::ALL.into_iter().find(|group| group.word() == visit.says("group"));
    Need { limited_health, disability, group: group.filter(|_| limited_health || disability) }
}

async fn grouped(visit: &Visit<'_>, db: &mut PgConnection, id: PersonId) -> Result<(), Refusal> {
    let (vault, look) = (&visit.pages.vault, visit.look());
    let (facts, _) = list::one(db, vault, look, (visit.place()?, id)).await?.ok_or(Refusal::NotFound)?;
    for group in groups::of(db, vault, look.reader, facts.row.school).await? {
        let wanted: &[PersonId] = if visit.has(&format!("g-{}", group.id)) { &[id] } else { &[] };
        groups::set(db, vault, look, group.id, (&[id], wanted)).await?;
    }
    Ok(())
}

async fn note(visit: &Visit<'_>, db: &mut PgConnection, act: Act, whom: PersonId) -> Result<(), Refusal> {
    let entry = Entry::of(Some(visit.opened.person), act, Some(whom.0), [("page", crate::pupils::PAGE.to_owned())]);
    Ok(journal::write(db, &visit.pages.vault, visit.pages.clock.now(), &entry).await?)
}
