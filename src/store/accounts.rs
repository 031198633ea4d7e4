//! Messenger accounts: who they speak for, and whether we may write.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    channel::Client,
    ids::{AccountId, LaneId, PersonId},
};

/// One account as it stands.
#[derive(Clone, Debug)]
pub struct Account {
    /// Ours.
    pub id: AccountId,
    /// The bot or community it speaks with.
    pub lane: LaneId,
    /// The platform's user id.
    pub external: String,
    /// Where to write.
    pub chat: String,
    /// Its current profile.
    pub person: PersonId,
    /// What its client can show, where the platform told.
    pub client: Option<Json<Client>>,
    /// The platform's language tag, where it told.
    pub lang: Option<String>,
    /// Whether we may write.
    pub reachable: bool,
}

/// An account that nobody knew, with the provisional person that stands for it.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Ours.
    pub id: AccountId,
    /// The provisional person.
    pub person: PersonId,
    /// `telegram` or `vk`.
    pub channel: &'static str,
    /// The bot or community it speaks with.
    pub lane: LaneId,
    /// The platform's user id.
    pub external: String,
    /// Where to write.
    pub chat: String,
}

/// What an account's own act tells of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which.
    pub id: AccountId,
    /// Where to write.
    pub chat: String,
    /// The platform's language tag, if it told.
    pub lang: Option<String>,
    /// What the client can show, if it told.
    pub client: Option<Client>,
}

/// The accounts of these (lane, platform's user id).
pub async fn find(db: &mut PgConnection, lanes: &[String], externals: &[String]) -> sqlx::Result<Vec<Account>> {
    sqlx::query_as!(
        Account,
        r#"select a.id as "id: AccountId", a.lane as "lane: LaneId", a.external, a.chat, a.person as "person: PersonId",
                  a.client as "client: Json<Client>", a.lang, a.reachable
           from account a join unnest($1::text[], $2::text[]) as k (lane, external) using (lane, external)"#,
        lanes,
        externals,
    )
    .fetch_all(db)
    .await
}

/// The accounts of these ids.
pub async fn load(db: &mut PgConnection, ids: &[AccountId]) -> sqlx::Result<Vec<Account>> {
    sqlx::query_as!(
        Account,
        r#"select id as "id: AccountId", lane as "lane: LaneId", external, chat, person as "person: PersonId",
                  client as "client: Json<Client>", lang, reachable
           from account where id = any($1)"#,
        &uuids(ids),
    )
    .fetch_all(db)
    .await
}

/// An account as what is written to it depends on it.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Ours.
    pub id: AccountId,
    /// What its client can show, where the platform told.
    pub client: Option<Json<Client>>,
    /// The platform's language tag, where it told.
    pub lang: Option<String>,
    /// How many signed-in people read it.
    pub profiles: i64,
}

/// The accounts of these ids, as a lane needs them: it asks for every batch of messages, so it is one statement.
pub async fn readers(db: &mut PgConnection, ids: &[AccountId]) -> sqlx::Result<Vec<Reader>> {
    sqlx::query_as!(
        Reader,
        r#"select a.id as "id: AccountId", a.client as "client: Json<Client>", a.lang,
                  (select count(*) from account_person ap join person p on p.id = ap.person and p.kind = 'record'
                   where ap.account = a.id) as "profiles!"
           from account a where a.id = any($1)"#,
        &uuids(ids),
    )
    .fetch_all(db)
    .await
}

/// Makes accounts with their provisional persons, in sorted order. One that somebody else just made is left as it is.
pub async fn open(db: &mut PgConnection, new: &mut [NewAccount], now: DateTime<Utc>) -> sqlx::Result<()> {
    new.sort_by(|a, b| (&a.lane, &a.external).cmp(&(&b.lane, &b.external)));
    let persons: Vec<Uuid> = new.iter().map(|n| n.person.0).collect();
    sqlx::query!(
        "insert into person (id, kind, made_at) select p, 'provisional', $2 from unnest($1::uuid[]) as p",
        &persons,
        now,
    )
    .execute(&mut *db)
    .await?;
    insert(&mut *db, new, now).await?;
    // Of an account that somebody else just made, ours stands for nobody.
    sqlx::query!(
        "delete from person p where p.id = any($1) and not exists (select from account a where a.person = p.id)",
        &persons,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into account_person (account, person, linked_at, last_spoke_at)
         select id, person, $2, $2 from account where person = any($1)",
        &persons,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert(db: &mut PgConnection, new: &[NewAccount], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into account (id, channel, lane, external, chat, person, first_seen, last_seen)
         select id, channel, lane, external, chat, person, $7, $7
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[])
              as n (id, channel, lane, external, chat, person)
         order by lane, external
         on conflict do nothing",
        &new.iter().map(|n| n.id.0).collect::<Vec<_>>(),
        &new.iter().map(|n| n.channel.to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.lane.0.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.external.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.chat.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.person.0).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every profile of these accounts.
pub async fn profiles(db: &mut PgConnection, ids: &[AccountId]) -> sqlx::Result<Vec<(AccountId, PersonId)>> {
    let rows = sqlx::query!(
        r#"select account as "account: AccountId", person as "person: PersonId" from account_person where account = any($1)"#,
        &uuids(ids),
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.account, row.person)).collect())
}

/// Notes that these accounts spoke: a person's own act opens the way back. Gives the current profile of each.
pub async fn touch(
    db: &mut PgConnection,
    seen: &[Seen],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(AccountId, PersonId)>> {
    let clients: Vec<Option<Json<Client>>> = seen.iter().map(|s| s.client.clone().map(Json)).collect();
    let rows = sqlx::query!(
        r#"with touched as (
             update account a set last_seen = $5, reachable = true, chat = s.chat, lang = coalesce(s.lang, a.lang),
                                  client = coalesce(s.client, a.client)
             from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) as s (id, chat, lang, client)
             where a.id = s.id returning a.id, a.person
           ), spoke as (
             update account_person ap set last_spoke_at = $5
             from touched t where ap.account = t.id and ap.person = t.person
           )
           select id as "id: AccountId", person as "person: PersonId" from touched"#,
        &seen.iter().map(|s| s.id.0).collect::<Vec<_>>(),
        &seen.iter().map(|s| s.chat.clone()).collect::<Vec<_>>(),
        &seen.iter().map(|s| s.lang.clone()).collect::<Vec<_>>() as &[Option<String>],
        &clients as &[Option<Json<Client>>],
        now,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.person)).collect())
}

/// Where these people may be written to: by the account that each spoke with last.
pub async fn preferred(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<Vec<(PersonId, AccountId)>> {
    let rows = sqlx::query!(
        r#"select p.id as "person!: PersonId", w.account as "account!: AccountId"
           from unnest($1::uuid[]) as p (id) cross join lateral way_to(p.id) w"#,
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.person, row.account)).collect())
}

/// Opens or closes the way to these accounts.
pub async fn set_reachable(db: &mut PgConnection, ids: &[AccountId], reachable: bool) -> sqlx::Result<()> {
    sqlx::query!("update account set reachable = $2 where id = any($1)", &uuids(ids), reachable).execute(db).await?;
    Ok(())
}

/// The chat has another id now.
pub async fn move_chat(db: &mut PgConnection, lane: &LaneId, from: &str, to: &str) -> sqlx::Result<()> {
    sqlx::query!("update account set chat = $3 where lane = $1 and chat = $2", lane.0, from, to).execute(db).await?;
    Ok(())
}

fn uuids(ids: &[AccountId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

/// Which messenger an account is of: `telegram` or `vk`.
///
/// # Errors
/// When the database fails.
pub async fn channel(db: &mut PgConnection, account: AccountId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select channel from account where id = $1", account.0).fetch_optional(db).await
}
