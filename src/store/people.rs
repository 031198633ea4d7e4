//! People, their sealed profiles, and which account speaks for whom.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{AccountId, PersonId};

/// A person as the database holds them; the profile is sealed for `person`, `profile`, the person's id.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who.
    pub id: PersonId,
    /// A person of the programme, not the stand-in of an unknown account.
    pub record: bool,
    /// Sealed JSON.
    pub profile: Option<Vec<u8>>,
    /// «вы» instead of «ты».
    pub adult: bool,
    /// Whether anybody ever signed in with this profile.
    pub signed_in: bool,
    /// Holds a pupil's role now.
    pub pupil: bool,
    /// Answers for a territory now.
    pub staff: bool,
    /// Is a school's administrator now.
    pub school: bool,
    /// Teaches now: a class, or in a school that has yet to give one.
    pub teacher: bool,
}

/// The people of these ids, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn load(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.id as "id: PersonId", p.kind = 'record' as "record!", p.profile, p.adult,
                  p.signed_in_at is not null as "signed_in!",
                  exists (select from role r where r.person = p.id and r.role = 'pupil' and r.revoked_at is null) as "pupil!",
                  exists (select from role r where r.person = p.id and r.role in ('coordinator', 'operator')
                            and r.territory is not null and r.revoked_at is null) as "staff!",
                  exists (select from role r where r.person = p.id and r.role = 'school_admin' and r.revoked_at is null) as "school!",
                  exists (select from role r where r.person = p.id and r.role = 'teacher' and r.revoked_at is null) as "teacher!"
           from person p where p.id = any($1) order by p.id"#,
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await
}

/// The profiles of an account that somebody signed in with, the first one linked first.
///
/// # Errors
/// When the database fails.
pub async fn of_account(db: &mut PgConnection, account: AccountId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select p.id as "id: PersonId" from account_person ap join person p on p.id = ap.person and p.kind = 'record'
           where ap.account = $1 order by ap.linked_at, p.id"#,
        account.0,
    )
    .fetch_all(db)
    .await
}

/// Locks an account until the end of the transaction and tells for whom it speaks.
///
/// # Errors
/// When the database fails.
pub async fn lock_account(db: &mut PgConnection, account: AccountId) -> sqlx::Result<Option<PersonId>> {
    sqlx::query_scalar!(r#"select person as "person: PersonId" from account where id = $1 for update"#, account.0)
        .fetch_optional(db)
        .await
}

/// Lets an account speak for a person from now on; the person becomes one of its profiles.
///
/// # Errors
/// When the database fails.
pub async fn speak_for(
    db: &mut PgConnection,
    account: AccountId,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into account_person (account, person, linked_at, last_spoke_at) values ($1, $2, $3, $3)
         on conflict (account, person) do update set last_spoke_at = excluded.last_spoke_at",
        account.0,
        person.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update account set person = $2 where id = $1", account.0, person.0).execute(db).await?;
    Ok(())
}

/// Notes that somebody signed in with this profile.
///
/// # Errors
/// When the database fails.
pub async fn sign_in(db: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update person set signed_in_at = coalesce(signed_in_at, $2) where id = $1", person.0, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Merges a provisional person into the record that it turned out to be. Its language goes along if the record has none, and the
/// choice of plain words;
/// the account is its profile no longer. A record stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn merge(db: &mut PgConnection, provisional: PersonId, record: PersonId) -> sqlx::Result<bool> {
    let merged = sqlx::query!(
        "update person set merged_into = $2 where id = $1 and kind = 'provisional' and merged_into is null",
        provisional.0,
        record.0,
    );
    if merged.execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "update person r set lang = coalesce(r.lang, p.lang), plain = r.plain or p.plain from person p where r.id = $2 and p.id = $1",
        provisional.0,
        record.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from account_person where person = $1", provisional.0).execute(db).await?;
    Ok(true)
}

/// Sets the language that this person reads from now on.
///
/// # Errors
/// When the database fails.
pub async fn set_language(db: &mut PgConnection, person: PersonId, lang: &str) -> sqlx::Result<()> {
    sqlx::query!("update person set lang = $2 where id = $1", person.0, lang).execute(db).await?;
    Ok(())
}

/// The language that a person chose, if one was chosen.
///
/// # Errors
/// When the database fails.
pub async fn language(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<String>> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.0);
    Ok(lang.fetch_optional(db).await?.flatten())
}

/// Keeps whether a person reads plain words.
pub async fn set_plain(db: &mut PgConnection, person: PersonId, plain: bool) -> sqlx::Result<()> {
    sqlx::query!("update person set plain = $2 where id = $1", person.0, plain).execute(db).await?;
    Ok(())
}

/// A person of the programme to be written.
#[derive(Clone, Debug)]
pub struct Record {
    /// Who.
    pub id: PersonId,
    /// Sealed for its place.
    pub profile: Vec<u8>,
    /// Blind index of a pupil's ФИО, date, sex and school.
    pub identity: Option<[u8; 32]>,
    /// Blind index of a teacher's e-mail.
    pub email: Option<[u8; 32]>,
    /// «вы» instead of «ты».
    pub adult: bool,
}

/// Writes people: new ones are added, known ones get the profile and the indexes given here.
///
/// # Errors
/// When the database fails.
pub async fn write(db: &mut PgConnection, people: &[Record], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into person (id, kind, profile, identity, email_index, adult, made_at)
         select id, 'record', profile, identity, email, adult, $6
         from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bool[])
              as n (id, profile, identity, email, adult)
         on conflict (id) do update set profile = excluded.profile, identity = excluded.identity,
                                        email_index = excluded.email_index, adult = excluded.adult",
        &people.iter().map(|p| p.id.0).collect::<Vec<_>>(),
        &people.iter().map(|p| p.profile.clone()).collect::<Vec<_>>(),
        &people.iter().map(|p| p.identity.map(Vec::from)).collect::<Vec<_>>() as &[Option<Vec<u8>>],
        &people.iter().map(|p| p.email.map(Vec::from)).collect::<Vec<_>>() as &[Option<Vec<u8>>],
        &people.iter().map(|p| p.adult).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A person who was found by a blind index.
#[derive(Clone, Debug)]
pub struct Named {
    /// Who.
    pub id: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Vec<u8>,
    /// Blind index of a pupil.
    pub identity: Option<Vec<u8>>,
    /// «вы» instead of «ты»: not a pupil.
    pub adult: bool,
}

/// The people who have one of these blind indexes.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &mut PgConnection, identities: &[Vec<u8>], emails: &[Vec<u8>]) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"select id as "id: PersonId", profile as "profile!", identity, adult from person
           where profile is not null and (identity = any($1) or email_index = any($2)) order by id"#,
        identities,
        emails,
    )
    .fetch_all(db)
    .await
}
