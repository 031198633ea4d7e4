//! A server over real HTTP that gives its answers in order, then breaks every connection after reading the request.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) struct Script {
    pub base: String,
    heard: Heard,
}

type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// A server that has its address, and no answers yet.
pub(crate) struct Reserved {
    pub base: String,
    listener: TcpListener,
}

impl Reserved {
    pub fn start(self, answers: Vec<(u16, Value)>) -> Script {
        let Self { base, listener } = self;
        let heard = Heard::default();
        let ear = heard.clone();
        let mut answers = answers.into_iter();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                exchange(stream, &ear, answers.next()).await;
            }
        });
        Script { base, heard }
    }
}

impl Script {
    pub async fn reserve() -> Reserved {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Reserved { base: format!("http://{}", listener.local_addr().unwrap()), listener }
    }

    pub async fn serve(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        Self::reserve().await.start(answers.into_iter().collect())
    }

    /// Path (with the query) and body of every request, in order.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.heard.lock().unwrap().clone()
    }

    pub fn only_request(&self) -> (String, String) {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

/// An address where nobody listens.
pub(crate) async fn gone_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn exchange(mut stream: TcpStream, heard: &Heard, answer: Option<(u16, Value)>) {
    let Some(request) = read(&mut stream).await else { return };
    heard.lock().unwrap().push(request);
    if let Some((status, body)) = answer {
        let body = body.to_string();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    }
}

async fn read(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut raw = Vec::new();
    loop {
        if let Some(request) = whole(&String::from_utf8_lossy(&raw)) {
            return Some(request);
        }
        if stream.read_buf(&mut raw).await.unwrap() == 0 {
            return None;
        }
    }
}

fn whole(raw: &str) -> Option<(String, String)> {
    let (head, body) = raw.split_once("\r\n\r\n")?;
    let length = |line: &str| line.to_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok();
    let length = head.lines().find_map(length).unwrap_or(0);
    (body.len() >= length).then(|| (head.split(' ').nth(1).unwrap_or_default().to_owned(), body.to_owned()))
}
