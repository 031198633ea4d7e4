//! The program as processes, and people who talk to it through stand-ins that run on when it is killed.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use provodnik::{clock::tick, sandbox::LogEntry};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::said::{Said, pipe};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// What a process says that had to stop before everything in hand had ended.
pub const GIVEN_UP: &str = "not everything ended in time";
/// A key for tests: 32 zero bytes.
pub const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
pub const SECRET: &str = "a-secret-of-the-test";

pub type Variables = Vec<(&'static str, String)>;

pub fn provodnik(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provodnik"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(variables.iter().copied());
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    provodnik(arguments, variables).output().unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An address on this machine that nobody listens on.
pub fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A running process with an address of its own. It is killed when it is dropped.
pub struct Running {
    pub child: Child,
    pub base: String,
    said: Said,
}

impl Running {
    pub fn dev(data: &Path, more: &[&str]) -> Self {
        let data = data.display().to_string();
        let mut command = provodnik(&[&["dev", "--port", "0", "--data", &data], more].concat(), &[]);
        let (output, said) = pipe();
        let mut child = command.stderr(output).spawn().unwrap();
        let line = first_line(&mut child);
        let base = line.strip_suffix("/sandbox/").expect("one address").to_owned();
        Self { child, base, said }
    }

    /// The stand-ins alone; they live as long as the test.
    pub fn sandbox(more: &[&str]) -> Self {
        let mut command = provodnik(&[&["sandbox", "--port", "0"], more].concat(), &[]);
        let (output, said) = pipe();
        let mut child = command.stderr(output).spawn().unwrap();
        let base = first_line(&mut child).trim_end_matches('/').to_owned();
        Self { child, base, said }
    }

    pub fn serve(address: &str, variables: &Variables, more: &[&str]) -> Self {
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut command = provodnik(&[&["serve"], more].concat(), &variables);
        let (output, said) = pipe();
        let child = command.env("LISTEN", address).stdout(output.try_clone().unwrap()).stderr(output).spawn().unwrap();
        Self { child, base: format!("http://{address}"), said }
    }

    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        let answer = reqwest::get(format!("{}{path}", self.base)).await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    /// Waits until it has said that it is up, and finds it ready.
    #[track_caller]
    pub fn ready(&self) -> impl Future<Output = ()> {
        let up = self.says(r#""message":"up""#);
        async {
            up.await;
            assert_eq!(self.get("/readyz").await, Some((200, "ok".to_owned())));
        }
    }

    /// Waits until it has said this.
    #[track_caller]
    pub fn says<'a>(&'a self, words: &'a str) -> impl Future<Output = ()> + 'a {
        self.said.until(words)
    }

    /// Everything that it has said so far.
    pub fn said(&self) -> String {
        self.said.so_far()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// SIGTERM, and it ends well: everything that it had said.
    pub async fn stop(mut self) -> String {
        let since = tick();
        self.signal(Signal::TERM);
        let said = self.said.to_the_end().await;
        assert!(self.child.wait().unwrap().success(), "it ends well: {said}");
        eprintln!("it ended after {:?}", since.elapsed());
        said
    }

    /// Everything that it had said.
    pub async fn kill_9(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.said.to_the_end().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "it has ended without a word");
    line.trim().to_owned()
}

/// Variables that lead `serve` to stand-ins. `brought`: webhook and Callback API, else everything is asked for.
pub fn variables(sandbox: &str, address: &str, brought: bool) -> Variables {
    let mut variables = vec![
        ("TELEGRAM_BOT_TOKEN", "7000000001:sandbox".to_owned()),
        ("TELEGRAM_API_URL", format!("{sandbox}/telegram")),
        ("VK_GROUP_ID", "700000001".to_owned()),
        ("VK_ACCESS_TOKEN", "vk1.a.sandbox".to_owned()),
        ("VK_API_URL", format!("{sandbox}/vk")),
        ("AUTODIAL", "sandbox".to_owned()),
        ("AUTODIAL_SANDBOX_URL", format!("{sandbox}/autodial/ucaller")),
    ];
    if brought {
        variables.extend([
            ("PUBLIC_URL", format!("http://{address}")),
            ("TELEGRAM_MODE", "webhook".to_owned()),
            ("TELEGRAM_WEBHOOK_SECRET", SECRET.to_owned()),
            ("VK_MODE", "callback".to_owned()),
            ("VK_CALLBACK_SECRET", SECRET.to_owned()),
            ("VK_CONFIRMATION_CODE", "sandbox".to_owned()),
        ]);
    }
    variables
}

/// The stand-ins' control API.
#[derive(Clone)]
pub struct Control {
    api: String,
    http: reqwest::Client,
}

impl Control {
    /// `sandbox`: where the stand-ins are, without a slash at the end.
    pub fn new(sandbox: &str) -> Self {
        Self { api: format!("{sandbox}/api"), http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}/{path}", self.api)).send().await.unwrap().json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}/{path}", self.api)).json(&body).send().await.unwrap();
        let (status, answer) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path} {body}: {answer}");
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }

    /// Looks, and again whenever something has happened at the stand-ins, until there is an answer.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
        let place = std::panic::Location::caller();
        async move {
            // From here on nothing escapes us.
            let mut events = self.http.get(format!("{}/events", self.api)).send().await.unwrap();
            let found = timeout(PATIENCE, async {
                loop {
                    if let Some(found) = look().await {
                        return found;
                    }
                    something_happened(&mut events).await;
                }
            });
            found.await.unwrap_or_else(|_| panic!("{place}: not in time: {what}"))
        }
    }

    /// Every request and event that is still in the log, oldest first.
    pub async fn log(&self) -> Vec<LogEntry> {
        serde_json::from_value(self.get("log?all=1").await).unwrap()
    }

    /// How many requests and events have passed between the stand-ins and the engine.
    pub async fn passed(&self) -> u64 {
        self.get("log/last").await["seq"].as_u64().unwrap()
    }

    /// Waits until more than so many have passed; longer than a messenger pauses before it brings an update again.
    pub async fn passes(&self, after: u64) {
        let passed = self.get(&format!("log/last?after={after}&wait=150000")).await["seq"].as_u64().unwrap();
        assert!(passed > after, "nothing more passes: {passed} of {after}");
    }

    /// Has VK's events brought to `engine`.
    pub async fn bring_vk(&self, engine: &str) {
        self.post("vk/callback", json!({"url": format!("{engine}/hooks/vk"), "secret": SECRET})).await;
        self.until("the callback server is confirmed", async || {
            let lines = self.get("lines").await;
            (lines["vk"][0]["callback"][0]["status"] == "ok").then_some(())
        })
        .await;
    }

    /// A fault that lets the next request of a method wait until it is removed; gives its id.
    pub async fn hold(&self, channel: &str, method: &str) -> u64 {
        let fault = json!({"channel": channel, "kind": "hold", "method": method, "count": 1});
        self.post("faults", fault).await["id"].as_u64().unwrap()
    }

    /// Waits until a fault has struck.
    pub async fn strikes(&self, fault: u64) {
        self.until("the fault strikes", async || {
            let faults = self.get("faults").await;
            faults.as_array().unwrap().iter().any(|one| one["id"] == fault && one["struck"] != 0).then_some(())
        })
        .await;
    }

    pub async fn person(&self, channel: &str, name: &str) -> i64 {
        self.post("people", json!({"name": name, "channel": channel})).await["id"].as_i64().unwrap()
    }

    pub async fn does(&self, person: i64, what: &str, body: Value) {
        self.post(&format!("people/{person}/{what}"), body).await;
    }

    /// Everything the bot said to somebody.
    pub async fn heard(&self, person: i64) -> Vec<String> {
        let chat = self.get(&format!("people/{person}/chat")).await;
        let from_bot = chat.as_array().unwrap().iter().filter(|bubble| bubble["from"] == "bot");
        from_bot.map(|bubble| bubble["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until the bot's last words hold these.
    #[track_caller]
    pub fn hears<'a>(&'a self, person: i64, words: &'a str) -> impl Future<Output = ()> + 'a {
        self.until(words, async move || {
            let heard = self.heard(person).await;
            // Shown if it is never heard.
            eprintln!("waiting for «{words}», heard: {heard:?}");
            heard.last()?.contains(words).then_some(())
        })
    }

    /// The last digits of every call that rang at a phone.
    pub async fn rang(&self, phone: &str) -> Vec<String> {
        let digits = phone.trim_start_matches('+');
        let calls = self.get(&format!("calls?phone={digits}")).await;
        calls.as_array().unwrap().iter().map(|call| call["last4"].as_str().unwrap().to_owned()).collect()
    }
}

/// Waits for news of the stand-ins: `data: changed`, not the line's sign of life.
async fn something_happened(events: &mut reqwest::Response) {
    loop {
        let news = events.chunk().await.unwrap().expect("the stand-ins outlive the test");
        if news.windows(b"changed".len()).any(|part| part == b"changed") {
            return;
        }
    }
}
