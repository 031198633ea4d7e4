//! Groups of a school: made, filled and closed by whoever works with their pupils.

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
    ids::GroupId,
    once::Pass,
    pupils::{
        Place,
        filter::Filter,
        groups::{self, Group as PupilGroup, Made},
        list::{self, Pupil, ROWS},
    },
    store,
};

#[derive(Template)]
#[template(path = "groups.html")]
struct Groups<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    groups: Vec<PupilGroup>,
    name: String,
    done: Option<String>,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "group.html")]
struct Group<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    group: PupilGroup,
    pupils: Vec<(Pupil, bool)>,
    at: usize,
    more: bool,
    asking: bool,
}

/// Shows the groups of a place's school, or does what a form asks for.
pub(in super::super) async fn groups(State(parts): State<Parts>, Form(fields): Form<Fields>) -> Response {
    answer(&parts, async |pages| {
        let visit = Visit::of(pages, &fields)?;
        let mut tx = store::begin(&pages.pool).await?;
        let page = worked(&visit, &mut tx).await?;
        tx.commit().await?;
        Ok(page)
    })
    .await
}

async fn worked(visit: &Visit<'_>, db: &mut PgConnection) -> Page {
    let (vault, look) = (&visit.pages.vault, visit.look());
    let group = || visit.id("group").map(GroupId).ok_or(Refusal::NotFound);
    match visit.says("do") {
        "make" => {
            let school = visit.school(db).await?;
            let (hand, name) = (visit.hand(), visit.says("name"));
            match groups::make(db, (vault, hand.dice), look, (school, name)).await? {
                Made::Group(_) => all(visit, db, ("", Some("page-groups-made"), None)).await,
                Made::Unnamed => all(visit, db, (name, None, Some("page-groups-unnamed"))).await,
                Made::Twice => all(visit, db, (name, None, Some("page-groups-twice"))).await,
                Made::NotFound => Err(Refusal::NotFound),
            }
        }
        "list" => {
            let opened = visit.turned(Place::Group(group()?));
            super::listed(visit.pages, db, &opened, (Filter::ALL, 0), None).await
        }
        "fill" => one(visit, db, group()?, false).await,
        "close_ask" => one(visit, db, group()?, true).await,
        "close" => {
            let closed = groups::close(db, vault, look, group()?).await?;
            all(visit, db, ("", Some(if closed { "page-groups-closed" } else { "page-people-gone" }), None)).await
        }
        "save" => {
            // Only pupils whom they see are put in, whatever a form says.
            let place = whole(visit, db).await?;
            let seen = list::ids(db, vault, look, place).await?;
            let among = |prefix: &str| {
                let mut named = visit.people(prefix);
                named.retain(|id| seen.contains(id));
                named
            };
            let (shown, wanted) = (among("s-"), among("p-"));
            groups::set(db, vault, look, group()?, (&shown, &wanted)).await?.ok_or(Refusal::NotFound)?;
            all(visit, db, ("", Some("page-pupil-saved"), None)).await
        }
        _ => all(visit, db, ("", None, None)).await,
    }
}

async fn all(
    visit: &Visit<'_>,
    db: &mut PgConnection,
    (name, done, wrong): (&str, Option<&'static str>, Option<&'static str>),
) -> Page {
    let school = visit.school(db).await?;
    let groups = groups::of(db, &visit.pages.vault, visit.opened.person, school).await?;
    let program = visit.pages.program.current();
    let say = visit.say(db, &program).await?;
    let (done, wrong) = (done.map(|key| say.text(key)), wrong.map(|key| say.text(key)));
    let (pass, filter, past) = (visit.pass(), visit.filter, visit.past);
    let page = Groups { say, pass, filter, past, groups, name: name.to_owned(), done, wrong };
    Ok(Html(page.render()?))
}

/// Whose pupils may be put into a group: those of the page's class or school; behind a group's list those of its school.
async fn whole(visit: &Visit<'_>, db: &mut PgConnection) -> Result<Place, Refusal> {
    Ok(match visit.place()? {
        Place::Group(_) => Place::School(visit.school(db).await?),
        place => place,
    })
}

async fn one(visit: &Visit<'_>, db: &mut PgConnection, id: GroupId, asking: bool) -> Page {
    let (vault, look) = (&visit.pages.vault, visit.look());
    let group = groups::one(db, vault, look.reader, id).await?.ok_or(Refusal::NotFound)?;
    let at: usize = visit.says("at").parse().unwrap_or(0);
    let place = whole(visit, db).await?;
    let seen = list::see(db, vault, look, place, (Filter::ALL, at)).await?.ok_or(Refusal::NotFound)?;
    let more = seen.more;
    let inside = |pupil: &Pupil| pupil.groups.iter().any(|(of, _)| *of == id);
    let pupils = seen.pupils.into_iter().map(|pupil| (inside(&pupil), pupil)).map(|(inside, pupil)| (pupil, inside));
    let pupils = pupils.collect();
    let program = visit.pages.program.current();
    let say = visit.say(db, &program).await?;
    let (pass, filter, past) = (visit.pass(), visit.filter, visit.past);
    let page = Group { say, pass, filter, past, group, pupils, at, more, asking };
    Ok(Html(page.render()?))
}
