//! The end state of a world, so that two can be compared without knowing what stands in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};

use super::before::Before;
use crate::world::World;

/// A row: each of its leaves by its path.
type Row = BTreeMap<String, String>;

/// Every row of every table, every bubble of every chat, every call that rang.
#[derive(Debug)]
pub struct State(BTreeMap<String, Vec<Row>>);

/// What differs even between two runs that nothing happened to: ids, what is sealed to them, operational moments. Of each
/// path that does, the values that are the same all the same.
#[derive(Debug)]
pub struct Chance(BTreeMap<(String, String), BTreeSet<String>>);

impl State {
    /// `pool` reaches the world's database past what the world uses.
    pub async fn of(world: &World, before: &Before, pool: &PgPool) -> Self {
        let mut all = tables(pool).await;
        let mut chats = Vec::new();
        for phone in &before.phones {
            chats.push(world.phone(*phone).chat().await);
        }
        if let Some(group) = before.group {
            chats.push(world.group_chat(group).chat().await);
        }
        for (number, mut bubbles) in chats.into_iter().enumerate() {
            // Counted over all chats, which are served side by side.
            bubbles.iter_mut().for_each(|bubble| bubble["id"] = Value::Null);
            // One row, so that their order counts.
            all.insert(format!("chat {number}"), vec![row(&bubbles.into())]);
        }
        let calls: Value = serde_json::from_str(&world.text("calls").await).unwrap();
        all.insert("calls".to_owned(), calls.as_array().unwrap().iter().map(row).collect());
        Self(all)
    }

    /// How this differs from what it should be: a line a row.
    pub fn differs(&self, should: &Self, chance: &Chance) -> Vec<String> {
        let mut lines = Vec::new();
        for (table, rows) in &self.0 {
            let (mut here, mut there) = (chance.masked(table, rows), chance.masked(table, &should.0[table]));
            here.retain(|row| match there.iter().position(|other| other == row) {
                Some(place) => {
                    there.swap_remove(place);
                    false
                }
                None => true,
            });
            lines.extend(here.iter().map(|row| format!("{table}: is there: {row:?}")));
            lines.extend(there.iter().map(|row| format!("{table}: is not there: {row:?}")));
        }
        lines
    }
}

impl Chance {
    /// What differs between two runs of the same.
    pub fn between(one: &State, other: &State) -> Self {
        let mut differing = BTreeMap::new();
        for (table, rows) in &one.0 {
            let others = &other.0[table];
            let paths: BTreeSet<&String> = rows.iter().chain(others).flat_map(BTreeMap::keys).collect();
            for path in paths {
                let (values, other_values) = (values(rows, path), values(others, path));
                if values != other_values {
                    let same = values.into_iter().filter(|value| other_values.contains(value)).flatten().cloned();
                    differing.insert((table.clone(), path.clone()), same.collect());
                }
            }
        }
        Self(differing)
    }

    /// Of what is left to chance only stays that it is there.
    fn masked(&self, table: &str, rows: &[Row]) -> Vec<Row> {
        let mask = |(path, value): (&String, &String)| {
            let same = self.0.get(&(table.to_owned(), path.clone())).is_none_or(|same| same.contains(value));
            (path.clone(), if same || value == "null" { value.clone() } else { "…".to_owned() })
        };
        rows.iter().map(|row| row.iter().map(mask).collect()).collect()
    }
}

async fn tables(pool: &PgPool) -> BTreeMap<String, Vec<Row>> {
    let names = "select relname::text from pg_class
                 where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(pool).await.unwrap();
    let mut all: BTreeMap<_, _> = names.iter().map(|name| (name.clone(), Vec::new())).collect();
    // One look at all of them.
    let each = names.iter().map(|name| format!("select '{name}' as name, to_jsonb(t) as row from {name} t"));
    let rows = AssertSqlSafe(each.collect::<Vec<_>>().join(" union all "));
    for (name, one) in sqlx::query_as::<_, (String, Value)>(rows).fetch_all(pool).await.unwrap() {
        let mut row = row(&one);
        // Of timers that are due at the same moment, whichever has gone off before is not counted.
        row.retain(|path, _| path != ".gone.timer");
        all.get_mut(&name).unwrap().push(row);
    }
    all
}

fn values<'r>(rows: &'r [Row], path: &str) -> Vec<Option<&'r String>> {
    let mut values: Vec<_> = rows.iter().map(|row| row.get(path)).collect();
    values.sort();
    values
}

fn row(value: &Value) -> Row {
    let mut row = Row::new();
    leaves(value, String::new(), &mut row);
    row
}

fn leaves(value: &Value, path: String, row: &mut Row) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, format!("{path}.{name}"), row)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, value)| leaves(value, format!("{path}.{place}"), row));
        }
        leaf => {
            row.insert(path, leaf.to_string());
        }
    }
}
