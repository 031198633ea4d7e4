//! Verification over a real database and a real provider's HTTP: what rings, what is believed, what is told.

mod limits;
mod proving;
mod rules;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use provodnik::{
    acting::Acting,
    clock::Clock,
    flow::{Action, Reply},
    ids::{AccountId, Dice, PersonId},
    jobs,
    message::{Args, Value},
    programme,
    seal::{Keys, Vault},
    verification::{
        self, CallKey, Dialler, Outside, Policy,
        provider::{Provider, sandbox::sandbox, smsru::SmsRu, ucaller::Ucaller},
    },
};
use uuid::Uuid;

use crate::{
    cluster::{self, Database},
    verification_exchange::{Exchange, Mood},
};

const PHONE: &str = "8 916 123-45-67";

/// A world with one provider, where it is noon in Moscow.
struct World {
    db: Database,
    outside: Outside,
    exchange: Exchange,
}

/// A person as one account speaks for it.
#[derive(Clone, Copy)]
struct Who {
    person: PersonId,
    account: AccountId,
}

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 10, 9, 0, 0).unwrap()
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

fn vault() -> Arc<Vault> {
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    Arc::new(Vault::new(Keys::parse(&format!("1:{key}").into(), &key.to_owned().into()).unwrap()))
}

impl World {
    async fn new() -> Self {
        let (exchange, base) = Exchange::open().await;
        Self::with(exchange, Dialler::new(vec![sandbox(http(), &base)])).await
    }

    async fn with(exchange: Exchange, dialler: Dialler) -> Self {
        let db = cluster::database().await;
        let outside = Outside {
            pool: db.pool.clone(),
            vault: vault(),
            dice: Arc::new(Dice::loaded(7)),
            policy: Arc::new(Policy::DEFAULT),
            clock: Clock::frozen(noon()),
            dialler,
        };
        Self { db, outside, exchange }
    }

    /// What a second process of ours works with.
    fn another_process(&self, base: &str) -> Outside {
        Outside {
            pool: sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_lazy(&self.db.url).unwrap(),
            vault: vault(),
            dice: self.outside.dice.clone(),
            policy: self.outside.policy.clone(),
            clock: self.outside.clock.clone(),
            dialler: Dialler::new(vec![sandbox(http(), base)]),
        }
    }

    fn pass(&self, seconds: i64) {
        self.outside.clock.advance(TimeDelta::seconds(seconds));
    }

    async fn person(&self) -> PersonId {
        let id = self.outside.dice.uuid(noon());
        let new = "insert into person (id, kind, signed_in_at, made_at) values ($1, 'record', $2, $2)";
        sqlx::query(new).bind(id).bind(noon()).execute(&self.db.pool).await.unwrap();
        PersonId(id)
    }

    async fn account(&self, person: PersonId) -> Who {
        let id = self.outside.dice.uuid(noon());
        sqlx::query("insert into lane (id) values ('telegram:1') on conflict do nothing")
            .execute(&self.db.pool)
            .await
            .unwrap();
        sqlx::query(
            "insert into account (id, channel, lane, external, chat, person, first_seen, last_seen)
             values ($1, 'telegram', 'telegram:1', $1::text, $1::text, $2, $3, $3)",
        )
        .bind(id)
        .bind(person.0)
        .bind(noon())
        .execute(&self.db.pool)
        .await
        .unwrap();
        self.share(Who { person, account: AccountId(id) }).await
    }

    async fn share(&self, who: Who) -> Who {
        sqlx::query("insert into account_person (account, person, linked_at, last_spoke_at) values ($1, $2, $3, $3)")
            .bind(who.account.0)
            .bind(who.person.0)
            .bind(noon())
            .execute(&self.db.pool)
            .await
            .unwrap();
        who
    }

    async fn pupil(&self) -> Who {
        self.account(self.person().await).await
    }

    async fn outside(&self, action: Action, args: Args, who: Who, run: &str) -> Reply {
        let key = CallKey { run, seq: 1, person: who.person, account: Some(who.account) };
        programme::act_outside(action, &args, &self.outside, key).await.unwrap()
    }

    async fn call_as(&self, who: Who, phone: &str, relation: &str) -> Reply {
        self.outside(Action::VerificationStart, args(&[("phone", phone), ("relation", relation)]), who, &self.run())
            .await
    }

    async fn call(&self, who: Who, phone: &str) -> Reply {
        self.call_as(who, phone, "self").await
    }

    async fn type_in(&self, who: Who, attempt: &str, code: &str) -> Reply {
        self.outside(Action::VerificationConfirm, args(&[("attempt", attempt), ("code", code)]), who, &self.run()).await
    }

    /// Calls, and types what rang.
    async fn prove(&self, who: Who, phone: &str) -> Reply {
        let call = self.call(who, phone).await;
        assert_eq!(call.outcome, "ok", "{call:?}");
        self.type_in(who, &attempt(&call), &self.exchange.last4()).await
    }

    async fn inside(&self, action: Action, args: Args, who: Who) -> Reply {
        let mut db = provodnik::store::begin(&self.db.pool).await.unwrap();
        let mut acting = Acting {
            db: &mut db,
            vault: &self.outside.vault,
            dice: &self.outside.dice,
            policy: &self.outside.policy,
            seasons: &provodnik::calendar::Seasons::default(),
            now: self.outside.clock.now(),
            person: who.person,
            account: Some(who.account),
            pages: true,
        };
        let acted = programme::act(action, &args, &mut acting).await.unwrap();
        db.commit().await.unwrap();
        acted.reply
    }

    fn run(&self) -> String {
        self.outside.dice.uuid(noon()).to_string()
    }

    async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db.pool).await.unwrap()
    }
}

fn args(pairs: &[(&str, &str)]) -> Args {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect()
}

fn attempt(reply: &Reply) -> String {
    let Some(Value::Text(attempt)) = reply.values.get("attempt") else { panic!("{reply:?}") };
    attempt.clone()
}

fn number(reply: &Reply, name: &str) -> i64 {
    let Some(Value::Number(number)) = reply.values.get(name) else { panic!("{reply:?}") };
    *number
}

/// Four digits that none of these calls had.
fn wrong_code(world: &World) -> String {
    let rang: Vec<_> = world.exchange.rang().into_iter().map(|call| call.last4).collect();
    (1..9999).map(|n| format!("{n:04}")).find(|code| !rang.contains(code)).unwrap()
}
