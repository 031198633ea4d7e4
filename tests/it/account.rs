//! What became of many people's messages: what each should have seen, what each saw, and what may have been shown twice.

use std::collections::BTreeMap;

use sqlx::PgPool;

use crate::{fleet::Calm, running::Control};

/// From now on the database itself notes each message whose first sending nobody knows the outcome of when it is sent again:
/// taken out anew while it was out, or put back after a failure. Processes that are killed forget their counts, this does not.
pub async fn keep_journal(pool: &PgPool) {
    let journal = "
        create table may_repeat (delivery bigint not null);
        create function note_repeat() returns trigger language plpgsql as
          $$begin insert into may_repeat values (new.id); return null; end$$;
        create trigger note_repeat after update on delivery for each row
          when (old.claimed_until is not null and new.state = 'queued'
                and (new.claimed_until is null
                       and coalesce(new.error, '') not in ('its chat rests', 'its picture goes up', 'taken out and not sent')
                     or new.claimed_until is not null and new.claim is distinct from old.claim))
          execute function note_repeat();";
    sqlx::raw_sql(journal).execute(pool).await.unwrap();
}

/// How often Telegram may have been shown something twice, by the journal.
pub async fn may_repeat(pool: &PgPool) -> i64 {
    let count = "select count(*) from may_repeat m join delivery d on d.id = m.delivery where d.lane like 'telegram:%'";
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}

/// What became of many people's messages.
#[derive(Debug, Default)]
pub struct Account {
    /// Messages that were worth saying, each looked for in its chat.
    pub compared: usize,
    /// Messages that gave way to the same words said again.
    pub superseded: usize,
    /// Messages that were left out although nothing later says the same, or for another reason.
    pub silenced: i64,
    /// Messages that were said and never seen.
    pub lost: usize,
    /// Messages that VK showed twice.
    pub doubled: usize,
    /// Messages that Telegram showed again after a crash between a send and its settle, as it may.
    pub shown_again: usize,
    /// Of these, more than the journal knows a reason for, person by person.
    pub unexplained: usize,
    /// People who saw everything, in another order.
    pub disordered: usize,
    /// People whose last message is the one that it should be.
    pub last_right: usize,
    /// People who did not get as many messages as those whom nothing disturbed.
    pub miscounted: usize,
}

impl Account {
    /// Nothing is amiss with anybody, and everything that was said in calm was looked for. So many in a hundred messages may have
    /// given way to the same words said again.
    pub fn is_right(&self, people: usize, calm: &Calm, superseded: usize) {
        let amiss = [self.lost, self.doubled, self.unexplained, self.disordered, self.miscounted];
        assert_eq!((amiss, self.silenced), ([0; 5], 0), "{self:?}");
        assert_eq!(self.last_right, people, "{self:?}");
        let all = people.div_ceil(2) * calm.said[0].len() + people / 2 * calm.said[1].len();
        assert_eq!(self.compared + self.superseded, all, "{self:?}");
        assert!(self.superseded * 100 <= all * superseded, "too many gave way: {self:?}");
    }
}

/// Compares what each person saw with what was seen in calm; `people` are by turns in Telegram and VK.
pub async fn account(control: &Control, pool: &PgPool, people: &[i64], calm: &Calm) -> Account {
    let mut account = Account::default();
    for (number, person) in people.iter().enumerate() {
        let (seen, all) = (control.heard(*person).await, &calm.said[number % 2]);
        let Outbox { states, silenced, may_repeat } = outbox(pool, *person).await;
        account.silenced += silenced;
        // Whatever gave way did so to something later: the last one is never among it.
        account.last_right += usize::from(seen.last() == all.last());
        if states.len() != all.len() {
            account.miscounted += 1;
            continue;
        }
        let said = all.iter().zip(states).filter(|(_, state)| state != "dropped").map(|(said, _)| said.clone());
        let said: Vec<String> = said.collect();
        account.compared += said.len();
        account.superseded += all.len() - said.len();
        let (lost, again) = difference(&said, &seen);
        account.lost += lost;
        if number % 2 == 0 {
            account.shown_again += again;
            account.unexplained += again.saturating_sub(may_repeat);
        } else {
            account.doubled += again
        }
        account.disordered += usize::from(lost == 0 && !in_order(&said, &seen));
    }
    account
}

/// What the outbox holds of one person.
pub struct Outbox {
    /// The states of everything said, in order.
    pub states: Vec<String>,
    /// What was left out without a later message that was sent and says the same.
    pub silenced: i64,
    /// How often something may have been shown twice.
    pub may_repeat: usize,
}

/// What was said to one person.
pub async fn outbox(pool: &PgPool, person: i64) -> Outbox {
    let rows: Vec<(String, bool, i64)> = sqlx::query_as(
        "select d.state,
                d.state = 'dropped' and (d.error is distinct from 'said again' or not exists (
                  select from delivery later
                  where later.account = d.account and later.id > d.id and later.state = 'sent'
                    and later.person is not distinct from d.person
                    and later.body #> '{send,words}' = d.body #> '{send,words}')),
                (select count(*) from may_repeat m where m.delivery = d.id)
         from delivery d join account a on a.id = d.account
         where a.external = $1 and d.kind = 'send' order by d.id",
    )
    .bind(person.to_string())
    .fetch_all(pool)
    .await
    .unwrap();
    Outbox {
        silenced: rows.iter().map(|(_, silenced, _)| i64::from(*silenced)).sum(),
        may_repeat: usize::try_from(rows.iter().map(|(.., repeats)| repeats).sum::<i64>()).unwrap(),
        states: rows.into_iter().map(|(state, ..)| state).collect(),
    }
}

/// How many of `said` were not seen, and how many were seen more often than said.
fn difference(said: &[String], seen: &[String]) -> (usize, usize) {
    let mut left: BTreeMap<&String, i64> = BTreeMap::new();
    said.iter().for_each(|text| *left.entry(text).or_default() += 1);
    seen.iter().for_each(|text| *left.entry(text).or_default() -= 1);
    let sum = |of: fn(&i64) -> i64| usize::try_from(left.values().map(of).sum::<i64>()).unwrap();
    (sum(|left| (*left).max(0)), sum(|left| (-left).max(0)))
}

/// Whether what was seen is what was said, each message one or more times in a row.
fn in_order(said: &[String], seen: &[String]) -> bool {
    let mut rest = seen.iter().peekable();
    for (at, text) in said.iter().enumerate() {
        if rest.next() != Some(text) {
            return false;
        }
        // A repeat, unless the next one says the same.
        while rest.peek() == Some(&text) && said.get(at + 1) != Some(text) {
            rest.next();
        }
    }
    rest.next().is_none()
}

#[test]
fn a_gap_a_repeat_and_a_change_of_order_show() {
    let texts = |letters: &str| letters.chars().map(String::from).collect::<Vec<_>>();
    let said = texts("abcbb");
    assert_eq!(difference(&said, &texts("abcb")), (1, 0));
    assert_eq!(difference(&said, &texts("abccbb")), (0, 1));
    assert!(in_order(&said, &said) && in_order(&said, &texts("aabccbbb")));
    assert!(
        !in_order(&said, &texts("acbbb")) && !in_order(&said, &texts("abcb")) && !in_order(&said, &texts("abcbba"))
    );
}
