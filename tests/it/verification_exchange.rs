//! A provider of calls over real HTTP, speaking uCaller's language, that can be told to misbehave.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// What it does with the next orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Rings, and says so.
    #[default]
    Well,
    /// Rings, and never answers.
    Silent,
    /// Rings, and answers HTML.
    Html,
    /// Rings, and says `status: false` with an id.
    FalseStatus,
    /// Rings, and tells the code as an integer.
    Integer,
    /// Has no money left.
    Broke,
    /// Says that the number is bad.
    BadNumber,
}

/// The exchange: what rang, and its mood.
#[derive(Clone, Default)]
pub struct Exchange {
    rang: Arc<Mutex<Vec<Rang>>>,
    asked: Arc<Mutex<usize>>,
    mood: Arc<Mutex<Mood>>,
    outcome: Arc<Mutex<i64>>,
    /// Told of every order.
    pub heard: Arc<Notify>,
}

/// A call that rang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rang {
    pub phone: String,
    pub last4: String,
    pub unique: String,
}

impl Exchange {
    /// Starts it on a free port. Gives its base URL.
    pub async fn open() -> (Self, String) {
        let exchange = Self::default();
        let routes = Router::new()
            .route("/v1.0/initCall", post(init_call))
            .route("/v1.0/getInfo", get(get_info))
            .with_state(exchange.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (exchange, base)
    }

    pub fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn will_say(&self, call_status: i64) {
        *self.outcome.lock().unwrap() = call_status;
    }

    pub fn rang(&self) -> Vec<Rang> {
        self.rang.lock().unwrap().clone()
    }

    pub fn last4(&self) -> String {
        self.rang().last().unwrap().last4.clone()
    }

    /// How often it was asked, whether or not anything rang.
    pub fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

async fn init_call(State(exchange): State<Exchange>, Json(order): Json<Value>) -> Response {
    *exchange.asked.lock().unwrap() += 1;
    let mood = *exchange.mood.lock().unwrap();
    match mood {
        Mood::Broke => return Json(json!({"status": false, "error": "no money", "code": 1002})).into_response(),
        Mood::BadNumber => return Json(json!({"status": false, "error": "bad number", "code": 3})).into_response(),
        _ => {}
    }
    let last4 = order["code"].as_str().unwrap().to_owned();
    let unique = order["unique"].as_str().unwrap().to_owned();
    let rang = Rang { phone: order["phone"].to_string(), last4: last4.clone(), unique };
    let id = {
        let mut all = exchange.rang.lock().unwrap();
        all.push(rang);
        all.len()
    };
    exchange.heard.notify_waiters();
    match mood {
        Mood::Silent => std::future::pending().await,
        Mood::Html => Html("<html>oops</html>").into_response(),
        Mood::FalseStatus => Json(json!({"status": false, "ucaller_id": id, "code": last4})).into_response(),
        Mood::Integer => {
            let code: u64 = last4.parse().unwrap();
            Json(json!({"status": true, "ucaller_id": id, "code": code})).into_response()
        }
        _ => Json(json!({"status": true, "ucaller_id": id, "phone": "7900***0001", "code": last4})).into_response(),
    }
}

async fn get_info(State(exchange): State<Exchange>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let status = *exchange.outcome.lock().unwrap();
    Json(json!({"status": true, "ucaller_id": query["uid"], "call_status": status}))
}
