//! Teachers of an imported table who have not come yet: an invitation for each, as a list, on paper, and as messages to forward.
//!
//! Such an invitation is for one person. Its code is made of its row by our key, so the list, the paper and the messages show the
//! same one as long as it is good.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Place, Role, invite, over};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{CodeId, Dice, PersonId},
    journal::{self, Act, Entry},
    message::{Args, Value},
    once::{self, Made},
    people::{
        Profile,
        codes::{self, Code},
        reply,
    },
    seal::Vault,
    store::{
        accounts,
        invitations::{self, Awaited},
        roles,
    },
};

/// The page, in links.
pub const PAGE: &str = "invitations";
/// Teachers on one page and in one print: a large city's, twice.
pub const MOST: i64 = 250;

/// Whose teachers: of a place, or of all that somebody answers for.
pub type Where = Option<Place>;

/// A teacher who is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teacher {
    /// Who.
    pub person: PersonId,
    /// «Имя Ф.»
    pub name: String,
    /// What the school is called.
    pub school: String,
    /// «7А, 8Б»
    pub classes: String,
    /// The code of the invitation that is good, and until when.
    pub code: Option<(Code, DateTime<Utc>)>,
}

/// What somebody sees of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What the place is called; empty: all that somebody answers for.
    pub place: String,
    /// The teachers, by school and name.
    pub teachers: Vec<Teacher>,
    /// Whether there are more.
    pub more: bool,
}

impl Seen {
    /// How many have an invitation that is good.
    #[must_use]
    pub fn invited(&self) -> usize {
        self.teachers.iter().filter(|teacher| teacher.code.is_some()).count()
    }

    /// How many have none.
    #[must_use]
    pub fn lacking(&self) -> usize {
        self.teachers.len() - self.invited()
    }
}

/// What looks and makes.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'d> {
    /// Opens names, makes codes.
    pub vault: &'d Vault,
    /// Ids.
    pub dice: &'d Dice,
    /// Who.
    pub staff: PersonId,
    /// Civil.
    pub now: DateTime<Utc>,
}

impl Desk<'_> {
    /// What the place is called, if whoever asks may invite teachers there; out of scope looks like not there.
    async fn may(&self, db: &mut PgConnection, at: Where) -> sqlx::Result<Option<String>> {
        let Some(place) = at else {
            return Ok(roles::answers_for_a_territory(db, self.staff).await?.then(String::new));
        };
        let held = over(db, self.staff, place).await?;
        let found = roles::place(db, place.territory(), place.school()).await?;
        Ok(found.filter(|_| Role::Teacher.given_by().iter().any(|giver| held.contains(giver))).map(|(_, name)| name))
    }

    async fn rows(
        &self,
        db: &mut PgConnection,
        at: Where,
        (behind, many): (Option<PersonId>, i64),
    ) -> sqlx::Result<Vec<Awaited>> {
        let ids = (at.and_then(Place::territory), at.and_then(Place::school));
        invitations::awaited(db, self.staff, ids, (behind, many), self.now).await
    }

    /// Who is waited for. `None`: the place is out of scope, or not there.
    ///
    /// # Errors
    /// When the database fails or a profile does not open.
    pub async fn see(&self, db: &mut PgConnection, at: Where) -> Result<Option<Seen>, Error> {
        let Some(place) = self.may(db, at).await? else { return Ok(None) };
        let mut rows = self.rows(db, at, (None, MOST + 1)).await?;
        let more = rows.len() as i64 > MOST;
        rows.truncate(MOST as usize);
        let mut teachers = rows.iter().map(|row| self.teacher(row)).collect::<Result<Vec<_>, _>>()?;
        teachers.sort_by(|a, b| (&a.school, &a.name, a.person).cmp(&(&b.school, &b.name, b.person)));
        Ok(Some(Seen { place, teachers, more }))
    }

    fn teacher(&self, row: &Awaited) -> Result<Teacher, Error> {
        let profile = row.profile.as_ref().map(|sealed| Profile::open(self.vault, row.person, sealed)).transpose()?;
        let code = row.invitation.zip(row.until).map(|(id, until)| (codes::of_link(self.vault, id), until));
        Ok(Teacher {
            person: row.person,
            name: profile.map(|profile| profile.short_name()).unwrap_or_default(),
            school: row.school_name.clone(),
            classes: row.classes.clone(),
            code,
        })
    }

    /// Makes an invitation for everybody of a place who has none. `None`: the place is out of scope, or not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invite(&self, db: &mut PgConnection, at: Where) -> Result<Option<usize>, Error> {
        if self.may(db, at).await?.is_none() {
            return Ok(None);
        }
        let rows = self.rows(db, at, (None, MOST)).await?;
        Ok(Some(self.make(db, at, &rows).await?))
    }

    /// Makes invitations for those of these who have none, and one line in the journal. Says how many.
    async fn make(&self, db: &mut PgConnection, at: Where, rows: &[Awaited]) -> Result<usize, Error> {
        let lacking: Vec<&Awaited> = rows.iter().filter(|row| row.invitation.is_none()).collect();
        let people: Vec<PersonId> = lacking.iter().map(|row| row.person).collect();
        if people.is_empty() {
            return Ok(0);
        }
        invitations::hold(db, &people).await?;
        // Somebody else may have been faster: what they show must stay good.
        let invited = invitations::invited(db, &people, self.now).await?;
        let mut made: Vec<PersonId> = Vec::new();
        for row in lacking.into_iter().filter(|row| !invited.contains(&row.person)) {
            let id = CodeId(self.dice.uuid(self.now));
            let school = (Role::Teacher, Place::School(row.school));
            invite::put(db, self.vault, id, school, (Some(self.staff), Some(row.person)), "", self.now).await?;
            made.push(row.person);
        }
        if made.is_empty() {
            return Ok(0);
        }
        let place = at.map(Place::named).unwrap_or_default();
        let detail =
            [("role", Role::Teacher.word().to_owned()), ("place", place), ("invitations", made.len().to_string())];
        let subject = if let [person] = &made[..] { Some(person.0) } else { None };
        journal::write(db, self.vault, self.now, &Entry::of(Some(self.staff), Act::Invited, subject, detail)).await?;
        Ok(made.len())
    }

    /// Makes a new invitation for one of them, and the old one is void. `false`: there is none such, or it is out of scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew(&self, db: &mut PgConnection, at: Where, person: Uuid) -> Result<bool, Error> {
        if self.may(db, at).await?.is_none() {
            return Ok(false);
        }
        let person = PersonId(person);
        invitations::hold(db, &[person]).await?;
        let rows = self.rows(db, at, (None, i64::MAX)).await?;
        let Some(mut row) = rows.into_iter().find(|row| row.person == person) else { return Ok(false) };
        invitations::revoke_for(db, person, Some(self.staff), self.now).await?;
        row.invitation = None;
        Ok(self.make(db, at, &[row]).await? == 1)
    }
}

fn desk<'a>(acting: &Acting<'a>) -> Desk<'a> {
    Desk { vault: acting.vault, dice: acting.dice, staff: acting.person, now: acting.now }
}

/// `roles.awaited`: how many teachers of a place have not come yet.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn awaited(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    let Some(name) = desk(acting).may(acting.db, Some(place)).await? else { return Ok(Reply::plain("unknown").into()) };
    let at = (place.territory(), place.school());
    let (all, invited) = invitations::awaited_count(acting.db, acting.person, at, acting.now).await?;
    Ok(match all {
        0 => reply("none", [("name", name.into())]),
        all => reply("some", [("name", name.into()), ("teachers", all.into()), ("invited", invited.into())]),
    })
}

/// `roles.awaited_page`: a page with the list, the texts and the print.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn page(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    if desk(acting).may(acting.db, Some(place)).await?.is_none() {
        return Ok(Reply::plain("unknown").into());
    }
    Ok(match once::make(acting, PAGE, &serde_json::json!({"place": place.named()})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", [("page", Value::Page(id)), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
}

/// `roles.letter`: the message for the next teacher behind `after`, to be forwarded; its invitation is made if there is none. With
/// the name in VK; elsewhere school and classes say who it is, and the name stands on the page.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn letter(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (place, after) = (Place::read(text(args, "place")?), text(args, "after")?);
    let desk = desk(acting);
    let known = match place {
        Some(place) => desk.may(acting.db, Some(place)).await?,
        None => None,
    };
    let (Some(place), Some(_)) = (place, known) else { return Ok(Reply::plain("unknown").into()) };
    let behind = Uuid::try_parse(after).ok().map(PersonId);
    let rows = desk.rows(acting.db, Some(place), (behind, 1)).await?;
    desk.make(acting.db, Some(place), &rows).await?;
    // As it stands now, with the invitation.
    let rows = desk.rows(acting.db, Some(place), (behind, 1)).await?;
    let Some((row, link, until)) = rows.first().and_then(|row| Some((row, row.invitation?, row.until?))) else {
        return Ok(Reply::plain("done").into());
    };
    let vk = match acting.account {
        Some(account) => accounts::channel(acting.db, account).await?.as_deref() == Some("vk"),
        None => false,
    };
    let values = [
        ("link", Value::Invitation(link)),
        ("school", row.school_name.as_str().into()),
        ("classes", row.classes.as_str().into()),
        ("until", Value::Moment(until)),
        ("after", row.person.0.simple().to_string().into()),
        ("name", Value::ShortName(row.person)),
    ];
    Ok(reply(if vk { "named" } else { "unnamed" }, values))
}
