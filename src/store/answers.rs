//! Answers to the questions of forms.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::PersonId;

/// An answer that was given, or taken back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whose.
    pub person: PersonId,
    /// The run of the flow that asked.
    pub run: String,
    /// The flow.
    pub flow: String,
    /// The question's id.
    pub question: String,
    /// Sealed; none: it does not apply any more.
    pub value: Option<Vec<u8>>,
    /// Civil.
    pub at: DateTime<Utc>,
}

/// Keeps answers, each question's last: of one that was taken back nothing stays.
pub async fn keep(db: &mut PgConnection, answers: &[Answer]) -> sqlx::Result<()> {
    let (given, gone): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.value.is_some());
    let columns = |answers: &[&Answer]| {
        let texts = |of: fn(&Answer) -> &String| answers.iter().map(|answer| of(answer).clone()).collect::<Vec<_>>();
        let people: Vec<_> = answers.iter().map(|answer| answer.person.0).collect();
        (people, texts(|answer| &answer.run), texts(|answer| &answer.flow), texts(|answer| &answer.question))
    };
    if !gone.is_empty() {
        let (people, runs, flows, questions) = columns(&gone);
        sqlx::query!(
            "delete from answer a using unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as g (person, run, flow, question)
             where a.person = g.person and a.run = g.run and a.flow = g.flow and a.question = g.question",
            &people,
            &runs,
            &flows,
            &questions,
        )
        .execute(&mut *db)
        .await?;
    }
    if !given.is_empty() {
        let (people, runs, flows, questions) = columns(&given);
        sqlx::query!(
            "insert into answer (person, run, flow, question, value, given_at)
             select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[])
             on conflict (person, run, flow, question)
             do update set value = excluded.value, given_at = excluded.given_at, complete = false",
            &people,
            &runs,
            &flows,
            &questions,
            &given.iter().filter_map(|answer| answer.value.clone()).collect::<Vec<_>>(),
            &given.iter().map(|answer| answer.at).collect::<Vec<_>>(),
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// These (person, run, flow) sent their form: its answers count.
pub async fn complete(db: &mut PgConnection, sent: &[(PersonId, String, String)]) -> sqlx::Result<()> {
    sqlx::query!(
        "update answer a set complete = true from unnest($1::uuid[], $2::text[], $3::text[]) as s (person, run, flow)
         where a.person = s.person and a.run = s.run and a.flow = s.flow",
        &sent.iter().map(|sent| sent.0.0).collect::<Vec<_>>(),
        &sent.iter().map(|sent| sent.1.clone()).collect::<Vec<_>>(),
        &sent.iter().map(|sent| sent.2.clone()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A run goes on in another person's conversation, and what was answered in it with it.
pub async fn rekey(db: &mut PgConnection, run: &str, from: PersonId, to: PersonId) -> sqlx::Result<()> {
    sqlx::query!("update answer set person = $3 where person = $2 and run = $1", run, from.0, to.0).execute(db).await?;
    Ok(())
}

/// Forgets answers that were given before: those of forms that were sent, or those of forms that were not. At most so many in
/// one go; gives how many rows went.
pub async fn purge(db: &mut PgConnection, sent: bool, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let purged = sqlx::query!(
        "delete from answer where ctid = any (array(
             select ctid from answer where complete = $1 and given_at < $2 limit $3))",
        sent,
        before,
        limit,
    );
    Ok(purged.execute(db).await?.rows_affected())
}
