//! What the tests of people share: keys, accounts, actions.

use chrono::{DateTime, TimeZone, Utc};
use provodnik::{
    acting::{Acted, Acting},
    flow::Action,
    ids::{AccountId, Dice, LaneId, PersonId},
    message::{Args, Value},
    programme,
    seal::{Keys, Vault, fresh_key},
    store::accounts::{self, NewAccount},
};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

/// A moment of the season.
pub fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
}

/// A vault whose keys are always the same.
pub fn vault() -> Vault {
    let dice = Dice::loaded(42);
    let fields = format!("1:{}", fresh_key(&dice).expose_secret());
    Vault::new(Keys::parse(&fields.into(), &fresh_key(&dice)).unwrap())
}

/// An account that nobody has signed in with, and its provisional person.
pub async fn account(db: &mut PgConnection, dice: &Dice, lane: &str, user: &str) -> (AccountId, PersonId) {
    let (id, person) = (AccountId(dice.uuid(noon())), PersonId(dice.uuid(noon())));
    let channel = if lane.starts_with("vk") { "vk" } else { "telegram" };
    let (lane, external, chat) = (LaneId(lane.into()), user.into(), user.into());
    accounts::open(db, &mut [NewAccount { id, person, channel, lane, external, chat }], noon()).await.unwrap();
    (id, person)
}

/// Whom the account speaks for.
pub async fn current(db: &mut PgConnection, account: AccountId) -> PersonId {
    accounts::load(db, &[account]).await.unwrap().remove(0).person
}

/// Carries out an action as the account's current profile.
pub async fn act(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
    action: Action,
    args: &[(&str, &str)],
) -> Acted {
    let person = current(db, account).await;
    let args: Args = args.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let (vault, dice) = (vault(), Dice::fair());
    let mut acting = Acting {
        db,
        vault: &vault,
        dice: &dice,
        policy: &provodnik::policy::Policy::DEFAULT,
        seasons: &provodnik::calendar::Seasons::default(),
        now,
        person,
        account: Some(account),
        pages: true,
    };
    programme::act(action, &args, &mut acting).await.unwrap()
}
