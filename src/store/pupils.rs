//! Pupils as those see them who teach them or answer for their school: each query asks for the classes of its reader.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{ClassId, GroupId, PersonId, SchoolId};

/// Whose pupils: exactly one of these.
#[derive(Clone, Copy, Debug, Default)]
pub struct Of {
    /// Of a class.
    pub class: Option<ClassId>,
    /// Of all classes of a school.
    pub school: Option<SchoolId>,
    /// Of a group, in whichever classes they are.
    pub group: Option<GroupId>,
}

/// A class that somebody sees.
#[derive(Clone, Debug)]
pub struct Class {
    /// Which.
    pub id: ClassId,
    /// Its school.
    pub school: SchoolId,
    /// What that is called.
    pub school_name: String,
    /// `2026-2027`.
    pub school_year: String,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
}

/// The classes that somebody sees to which all of these words fit, at most `many`: a word is a part of the school's name, or the
/// grade, or the class («7б»). Words are in small letters, «е» for «ё».
///
/// # Errors
/// When the database fails.
pub async fn classes(db: &mut PgConnection, reader: PersonId, words: &[String], many: i64) -> sqlx::Result<Vec<Class>> {
    sqlx::query_as!(
        Class,
        r#"select c.id as "id: ClassId", c.school as "school: SchoolId", s.name as school_name, c.school_year, c.grade, c.letter
           from classes_seen($1) seen join class c on c.id = seen.class join school s on s.id = c.school
           where not exists (
             select from unnest($2::text[]) as w (word)
             where not (position(w.word in translate(lower(s.name), 'ё', 'е')) > 0 or w.word = c.grade::text
                        or w.word = translate(lower(c.grade || c.letter), 'ё', 'е')))
           order by s.name, c.school, c.school_year, c.grade, c.letter limit $3"#,
        reader.0,
        words,
        many,
    )
    .fetch_all(db)
    .await
}

/// The schools of those classes, at most `many`, with their names.
///
/// # Errors
/// When the database fails.
pub async fn schools(
    db: &mut PgConnection,
    reader: PersonId,
    words: &[String],
    many: i64,
) -> sqlx::Result<Vec<(SchoolId, String)>> {
    let rows = sqlx::query!(
        r#"select distinct s.id as "id: SchoolId", s.name
           from classes_seen($1) seen join class c on c.id = seen.class join school s on s.id = c.school
           where not exists (
             select from unnest($2::text[]) as w (word)
             where not (position(w.word in translate(lower(s.name), 'ё', 'е')) > 0 or w.word = c.grade::text
                        or w.word = translate(lower(c.grade || c.letter), 'ё', 'е')))
           order by s.name, s.id limit $3"#,
        reader.0,
        words,
        many,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// One class that somebody sees, or any one of a school, or of a group's school if they see the group.
///
/// # Errors
/// When the database fails.
pub async fn seen(db: &mut PgConnection, reader: PersonId, of: Of) -> sqlx::Result<Option<Class>> {
    sqlx::query_as!(
        Class,
        r#"select c.id as "id: ClassId", c.school as "school: SchoolId", s.name as school_name, c.school_year, c.grade, c.letter
           from classes_seen($1) seen join class c on c.id = seen.class join school s on s.id = c.school
           where c.id = $2 or c.school = $3 or c.school = (
             select g.school from groups_seen($1) s join pupil_group g on g.id = s.pupil_group where g.id = $4)
           order by c.school_year desc, c.grade, c.letter limit 1"#,
        reader.0,
        of.class.map(|c| c.0),
        of.school.map(|s| s.0),
        of.group.map(|g| g.0),
    )
    .fetch_optional(db)
    .await
}

/// A pupil of such a class.
#[derive(Clone, Debug)]
pub struct Pupil {
    /// Who.
    pub id: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// Where he or she sits,
    pub class: ClassId,
    /// in which school,
    pub school: SchoolId,
    /// in which year.
    pub school_year: String,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
    /// The groups.
    pub groups: Vec<GroupId>,
    /// Whether a message would reach somebody.
    pub reached: bool,
    /// Whether anybody ever signed in with this profile.
    pub signed_in: bool,
    /// When last, civil.
    pub spoke_at: Option<DateTime<Utc>>,
    /// Whose the verified phone is to the pupil; `None`: there is none.
    pub relation: Option<String>,
    /// Whether first-line support has been asked to verify by hand.
    pub waits: bool,
    /// Whether a parent is linked.
    pub parent: bool,
    /// Whether there is a card that signs in.
    pub card: bool,
}

/// The pupils of a class, of a school's classes or of a group, as far as somebody sees their classes; `one`: only this one.
///
/// # Errors
/// When the database fails.
pub async fn of(
    db: &mut PgConnection,
    reader: PersonId,
    of: Of,
    one: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Pupil>> {
    sqlx::query_as!(
        Pupil,
        r#"select distinct on (p.id)
                  p.id as "id: PersonId", p.profile, c.id as "class: ClassId", c.school as "school: SchoolId", c.school_year,
                  c.grade, c.letter, p.signed_in_at is not null as "signed_in!",
                  array(select g.id from group_member m join pupil_group g on g.id = m.pupil_group and g.closed_at is null
                        where m.person = p.id and g.school = c.school order by g.made_at, g.id) as "groups!: Vec<GroupId>",
                  exists (select from way_to(p.id)) as "reached!",
                  (select max(ap.last_spoke_at) from account_person ap where ap.person = p.id) as spoke_at,
                  v.relation as "relation?",
                  exists (select from manual_request m where m.person = p.id and m.state = 'open') as "waits!",
                  exists (select from guardian g where g.child = p.id and g.unlinked_at is null) as "parent!",
                  exists (select from sign_in_code k where k.person = p.id and k.kind = 'card' and k.used_at is null
                            and k.expires_at > $4) as "card!"
           from classes_seen($1) seen join class c on c.id = seen.class
           join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
           join person p on p.id = r.person
           left join verification v on v.person = p.id and v.state = 'verified'
           where (c.id = $2 or c.school = $3 or exists (
               select from groups_seen($1) s join group_member m on m.pupil_group = s.pupil_group
               where s.pupil_group = $5 and m.person = p.id))
             and ($6::uuid is null or p.id = $6)
           order by p.id, c.school_year desc, c.grade, c.letter"#,
        reader.0,
        of.class.map(|c| c.0),
        of.school.map(|s| s.0),
        now,
        of.group.map(|g| g.0),
        one.map(|p| p.0),
    )
    .fetch_all(db)
    .await
}

/// Holds these people until the end of the transaction: two who print cards at once stand in line here.
///
/// # Errors
/// When the database fails.
pub async fn hold(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<()> {
    let ids: Vec<_> = people.iter().map(|p| p.0).collect();
    sqlx::query!("select id from person where id = any($1) order by id for no key update", &ids).fetch_all(db).await?;
    Ok(())
}
