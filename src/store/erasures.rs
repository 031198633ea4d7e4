//! Erasures: who is blocked until when, what taking one back restores, and how far the job has come.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::ids::{AccountId, PersonId};

/// An act to be begun.
#[derive(Clone, Debug)]
pub struct NewErasure<'n> {
    /// The row.
    pub id: Uuid,
    /// `self`, `parent` or `no_consent`.
    pub ground: &'n str,
    /// The school year whose consents are missing, where that is the ground.
    pub season: Option<&'n str>,
    /// Who asked, or confirmed.
    pub asked_by: PersonId,
    /// Until when it can be taken back; civil.
    pub due: DateTime<Utc>,
    /// How many people.
    pub people: i32,
}

/// Begins an act; where its people are is what `seat` says of one of them. Gives its number.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    db: &mut PgConnection,
    new: &NewErasure<'_>,
    seat: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into erasure (id, ground, season, asked_by, asked_at, due, people, territory, school)
         select $1, $2, $3, $4, $5, $6, $7, seat.territory, seat.school
         from (select 1) one left join lateral (
           select coalesce(r.territory, s.territory) as territory, s.id as school
           from (select role, territory, school, class, granted_at, id from role where person = $8 and revoked_at is null
                 union all
                 select 'pupil', null, null, class, archived_at, person from archived where person = $8) r
           left join class c on c.id = r.class left join school s on s.id = coalesce(r.school, c.school)
           order by (r.role <> 'pupil'), r.granted_at, r.id limit 1
         ) seat on true
         returning number",
        new.id,
        new.ground,
        new.season,
        new.asked_by.0,
        now,
        new.due,
        new.people,
        seat.0,
    )
    .fetch_one(db)
    .await
}

/// Blocks people: takes their roles, voids their codes, takes them out of the blind indexes, and drops what waits to be sent. What
/// taking it back needs is kept with the act. Gives those who were people of the programme until now.
///
/// # Errors
/// When the database fails.
pub async fn block(
    db: &mut PgConnection,
    erasure: Uuid,
    people: &[PersonId],
    by: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<PersonId>> {
    let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
    let blocked = sqlx::query_scalar!(
        r#"with was as (
             select id, identity, email_index from person where id = any($2) and kind = 'record' order by id for update
           ), taken as (
             update role r set revoked_at = $4, revoked_by = $3 from was where r.person = was.id and r.revoked_at is null
             returning r.id, r.person
           ), kept as (
             insert into erasure_person (erasure, person, identity, email_index, roles)
             select $1, was.id, was.identity, was.email_index, array(select t.id from taken t where t.person = was.id) from was
             returning person
           )
           update person p set kind = 'blocked', identity = null, email_index = null from kept where p.id = kept.person
           returning p.id as "id: PersonId""#,
        erasure,
        &people,
        by.0,
        now,
    );
    let blocked = blocked.fetch_all(&mut *db).await?;
    silence(db, &blocked, now).await?;
    Ok(blocked)
}

/// Ends what could still speak for people or to them.
async fn silence(db: &mut PgConnection, people: &[PersonId], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with cards as (
           update sign_in_code set expires_at = $2 where person = any($1) and used_at is null and expires_at > $2
         ), parents as (
           update parent_code set expires_at = $2 where child = any($1) and used_at is null and expires_at > $2
         ), chats as (
           update chat_code set expires_at = $2 where author = any($1) and used_at is null and expires_at > $2
         ), links as (
           update once set expires_at = $2 where opened_at is null and expires_at > $2
             and (person = any($1) or (args->>'about') = any($1::uuid[]::text[]))
         ), requests as (
           update manual_request set state = 'refused', closed_at = $2 where person = any($1) and state = 'open'
         ), calls as (
           delete from outside_call where person = any($1)
         )
         update delivery set state = 'dropped' where state in ('parked', 'queued') and person = any($1)",
        &people.iter().map(|person| person.0).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An account that spoke for somebody who is blocked.
#[derive(Clone, Copy, Debug)]
pub struct Orphan {
    /// Which.
    pub account: AccountId,
    /// For whom it spoke.
    pub person: PersonId,
    /// Another profile of it, if it has one.
    pub other: Option<PersonId>,
}

/// Takes people's accounts from them, locked; the ways back are kept. Gives those that spoke for one of them.
///
/// # Errors
/// When the database fails.
pub async fn detach(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<Vec<Orphan>> {
    let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
    sqlx::query!(
        "select id from account a where exists (select from account_person ap where ap.account = a.id and ap.person = any($1))
         order by id for update",
        &people,
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!(
        "with gone as (delete from account_person where person = any($1) returning *)
         insert into erasure_account (person, account, linked_at, last_spoke_at, opted_out)
         select person, account, linked_at, last_spoke_at, opted_out from gone",
        &people,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_as!(
        Orphan,
        r#"select a.id as "account: AccountId", a.person as "person: PersonId",
                  (select p.id from account_person ap join person p on p.id = ap.person and p.kind = 'record'
                   where ap.account = a.id order by ap.linked_at, p.id limit 1) as "other: PersonId"
           from account a where a.person = any($1) order by a.id"#,
        &people,
    )
    .fetch_all(db)
    .await
}

/// Lets each of these accounts speak for somebody else from now on; whoever is not there yet is a new stand-in, spoken to as the
/// account's person was. (Account, who speaks, who spoke.)
///
/// # Errors
/// When the database fails.
pub async fn hand_on(
    db: &mut PgConnection,
    hands: &[(AccountId, PersonId, PersonId)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let accounts: Vec<Uuid> = hands.iter().map(|(account, ..)| account.0).collect();
    let speak: Vec<Uuid> = hands.iter().map(|(_, to, _)| to.0).collect();
    let spoke: Vec<Uuid> = hands.iter().map(|(.., from)| from.0).collect();
    sqlx::query!(
        "insert into person (id, kind, lang, adult, plain, made_at)
         select n.speaks, 'provisional', p.lang, p.adult, p.plain, $3
         from unnest($1::uuid[], $2::uuid[]) as n (speaks, spoke) join person p on p.id = n.spoke
         where not exists (select from person o where o.id = n.speaks)",
        &speak,
        &spoke,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into account_person (account, person, linked_at, last_spoke_at)
         select account, speaks, $3, $3 from unnest($1::uuid[], $2::uuid[]) as n (account, speaks)
         on conflict (account, person) do update set last_spoke_at = excluded.last_spoke_at",
        &accounts,
        &speak,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update account a set person = n.speaks from unnest($1::uuid[], $2::uuid[]) as n (account, speaks) where a.id = n.account",
        &accounts,
        &speak,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives somebody back what an erasure took that is still held. `false`: there is none such.
///
/// # Errors
/// When the database fails.
pub async fn restore(db: &mut PgConnection, person: PersonId, by: PersonId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let held = sqlx::query!(
        "select e.id from erasure e join erasure_person p on p.erasure = e.id where p.person = $1 and e.state = 'held' for update of e",
        person.0,
    );
    let Some(held) = held.fetch_optional(&mut *db).await? else { return Ok(false) };
    sqlx::query!(
        "update person p set kind = 'record',
           identity = case when not exists (select from person o where o.identity = k.identity) then k.identity end,
           email_index = k.email_index
         from erasure_person k where k.person = $1 and p.id = $1",
        person.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update role r set revoked_at = null, revoked_by = null from erasure_person k
         where k.person = $1 and r.id = any(k.roles)",
        person.0,
    )
    .execute(&mut *db)
    .await?;
    give_back_accounts(&mut *db, person).await?;
    sqlx::query!("delete from erasure_account where person = $1", person.0).execute(&mut *db).await?;
    sqlx::query!("delete from erasure_person where person = $1", person.0).execute(&mut *db).await?;
    sqlx::query!(
        "update erasure e set state = case when exists (select from erasure_person p where p.erasure = e.id) then 'held' else 'undone' end,
           ended_at = case when exists (select from erasure_person p where p.erasure = e.id) then null else $2::timestamptz end,
           ended_by = case when exists (select from erasure_person p where p.erasure = e.id) then null else $3::uuid end
         where e.id = $1",
        held.id,
        now,
        by.0,
    )
    .execute(db)
    .await?;
    Ok(true)
}

/// The accounts are the person's again; those for which a stand-in speaks, speak for the person.
async fn give_back_accounts(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into account_person (account, person, linked_at, last_spoke_at, opted_out)
         select account, person, linked_at, last_spoke_at, opted_out from erasure_account where person = $1
         on conflict do nothing",
        person.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with spoken as (
           select a.id as account, s.id as stand_in from erasure_account k
           join account a on a.id = k.account join person s on s.id = a.person and s.kind = 'provisional'
           where k.person = $1
         ), merged as (
           update person p set merged_into = $1 from spoken where p.id = spoken.stand_in
         ), gone as (
           delete from account_person ap using spoken where ap.account = spoken.account and ap.person = spoken.stand_in
         )
         update account a set person = $1 from spoken where a.id = spoken.account",
        person.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An act whose job is on.
#[derive(Clone, Debug)]
pub struct Running {
    /// The row.
    pub id: Uuid,
    /// What it is called by.
    pub number: i64,
    /// How many people.
    pub people: i32,
    /// Up to which delivery none of theirs is left.
    pub walked: i64,
}

/// Takes an act whose hold is over, and locks it; one that another process works on is left to it.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Option<Running>> {
    sqlx::query_as!(
        Running,
        "update erasure e set state = 'erasing',
           people = case when state = 'held' then (select count(*) from erasure_person p where p.erasure = e.id) else people end
         where id =
           (select id from erasure where state in ('held', 'erasing') and due <= $1 order by due, id limit 1 for update skip locked)
         returning id, number, people, walked",
        now,
    )
    .fetch_optional(db)
    .await
}

/// The next people of an act.
///
/// # Errors
/// When the database fails.
pub async fn next(db: &mut PgConnection, erasure: Uuid, many: i64) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select person from erasure_person where erasure = $1 order by person limit $2", erasure, many,)
        .fetch_all(db)
        .await
}

/// Who and what goes with some people: the stand-ins that they once were, and the accounts by which nobody else speaks, with
/// theirs.
///
/// # Errors
/// When the database fails.
pub async fn company(db: &mut PgConnection, people: &[Uuid]) -> sqlx::Result<(Vec<PersonId>, Vec<Uuid>)> {
    let accounts = sqlx::query_scalar!(
        "select distinct k.account from erasure_account k where k.person = any($1)
           and not exists (select from erasure_account o where o.account = k.account and o.person <> all($1))
           and not exists (select from account_person ap join person p on p.id = ap.person and p.kind <> 'provisional'
                           where ap.account = k.account)
         order by k.account",
        people,
    )
    .fetch_all(&mut *db)
    .await?;
    let all = sqlx::query_scalar!(
        r#"with gone as (
             select unnest($1::uuid[]) as id
             union select person from account where id = any($2)
             union select person from account_person where account = any($2)
           )
           select id as "id!: PersonId" from gone union select p.id from person p join gone g on p.merged_into = g.id
           order by 1"#,
        people,
        &accounts,
    )
    .fetch_all(db)
    .await?;
    Ok((all, accounts))
}

/// Notes what went of some people, and that their deliveries are yet to go.
///
/// # Errors
/// When the database fails.
pub async fn note(
    db: &mut PgConnection,
    erasure: Uuid,
    gone: &BTreeMap<&str, u64>,
    (people, accounts): (&[Uuid], &[Uuid]),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update erasure e set leaving = e.leaving || $3, leaving_accounts = e.leaving_accounts || $4,
           gone = (select coalesce(jsonb_object_agg(key, total), '{}')
                   from (select key, sum(value::bigint) as total
                         from (select * from jsonb_each_text(e.gone) union all select * from jsonb_each_text($2)) both_of
                         group by key) summed)
         where e.id = $1",
        erasure,
        Json(gone) as _,
        people,
        accounts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets the deliveries go of those who are leaving, among the next `many`. Gives how far it came and how many went; `None`: there
/// are no more.
///
/// # Errors
/// When the database fails.
pub async fn walk(db: &mut PgConnection, running: &Running, many: i64) -> sqlx::Result<Option<(i64, u64)>> {
    let reached = sqlx::query_scalar!(
        "select max(id) from (select id from delivery where id > $1 order by id limit $2) part",
        running.walked,
        many,
    );
    let Some(reached) = reached.fetch_one(&mut *db).await? else { return Ok(None) };
    sqlx::query!(
        "update delivery set edits = null where edits in
           (select d.id from delivery d, erasure e where e.id = $1 and d.id > $2 and d.id <= $3
              and (d.person = any(e.leaving) or d.account = any(e.leaving_accounts)))",
        running.id,
        running.walked,
        reached,
    )
    .execute(&mut *db)
    .await?;
    let gone = sqlx::query!(
        "delete from delivery d using erasure e where e.id = $1 and d.id > $2 and d.id <= $3
           and (d.person = any(e.leaving) or d.account = any(e.leaving_accounts))",
        running.id,
        running.walked,
        reached,
    );
    let gone = gone.execute(&mut *db).await?.rows_affected();
    sqlx::query!("update erasure set walked = $2 where id = $1", running.id, reached).execute(db).await?;
    Ok(Some((reached, gone)))
}

/// The act is done: it names nobody any more.
///
/// # Errors
/// When the database fails.
pub async fn end(db: &mut PgConnection, erasure: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update erasure set state = 'done', ended_at = $2, leaving = '{}', leaving_accounts = '{}' where id = $1",
        erasure,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An act as those see it who answer for the place.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The row.
    pub id: Uuid,
    /// What it is called by.
    pub number: i64,
    /// `self`, `parent` or `no_consent`.
    pub ground: String,
    /// What the school or the territory is called.
    pub place: Option<String>,
    /// The school year whose consents are missing, where that is the ground.
    pub season: Option<String>,
    /// Civil.
    pub asked_at: DateTime<Utc>,
    /// Civil: until when it can be taken back.
    pub due: DateTime<Utc>,
    /// `held`, `erasing`, `done` or `undone`.
    pub state: String,
    /// How many people.
    pub people: i32,
    /// Rows that went or were emptied, by table.
    pub gone: Json<BTreeMap<String, u64>>,
    /// Civil.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The acts of the territories and schools that somebody answers for, the newest first; or one of them.
///
/// # Errors
/// When the database fails.
pub async fn seen(
    db: &mut PgConnection,
    staff: PersonId,
    act: Option<Uuid>,
    (past, many): (i64, i64),
) -> sqlx::Result<Vec<Seen>> {
    sqlx::query_as!(
        Seen,
        r#"select e.id, e.number, e.ground, coalesce(s.name, t.name) as "place?", e.season, e.asked_at, e.due, e.state, e.people,
                  e.gone as "gone: Json<BTreeMap<String, u64>>", e.ended_at
           from erasure e left join school s on s.id = e.school left join territory t on t.id = e.territory
           where (e.territory in (select territory from territories_seen($1)) or e.school in (select school from schools_seen($1)))
             and ($2::uuid is null or e.id = $2)
           order by e.number desc offset $3 limit $4"#,
        staff.0,
        act,
        past,
        many,
    )
    .fetch_all(db)
    .await
}
