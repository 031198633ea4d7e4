//! The stored descriptions of the checked queries (`.sqlx`) are those of today's schema.
//!
//! The build refuses a query without a description; this refuses a description that the migrations have outrun, or that
//! no query of ours has any more. How to make them anew stands in the README.

use std::{fs, path::Path};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::cluster;

fn stored() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let mut stored: Vec<(String, Value)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), json)
        })
        .collect();
    stored.sort_by(|one, other| one.0.cmp(&other.0));
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_queries_match_the_schema() {
    let database = cluster::database().await;
    let mut db = database.pool.acquire().await.unwrap();
    let stored = stored();
    assert!(stored.len() > 20, "only {} stored queries", stored.len());
    for (file, json) in stored {
        let sql = json["query"].as_str().unwrap().to_owned();
        let described = (&mut *db)
            .describe(AssertSqlSafe(sql.clone()).into_sql_str())
            .await
            .unwrap_or_else(|error| panic!("{file}: {error}\n{sql}"));
        let described = serde_json::to_value(described).unwrap();
        // Nullability is guessed from the plan, which depends on what the tables hold: it is the build's affair.
        for part in ["columns", "parameters"] {
            assert_eq!(described[part], json["describe"][part], "{file} is out of date:\n{sql}");
        }
    }
}

#[test]
fn no_stored_query_is_left_over() {
    let mut sources = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\\"", "\"");
    let sources = squeezed(&sources);
    for (file, json) in stored() {
        let sql = squeezed(json["query"].as_str().unwrap());
        assert!(sources.contains(&sql), "{file} belongs to no query any more:\n{sql}");
    }
}
