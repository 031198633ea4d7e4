//! The program as processes, and people who talk to it through stand-ins that run on when it is killed.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use provodnik::clock::tick;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(20);
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

/// Looks again and again until there is an answer.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
    let place = std::panic::Location::caller();
    async move {
        let since = tick();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(since.elapsed() < PATIENCE, "{place}: not in time: {what}");
            tokio::time::sleep(GLANCE).await;
        }
    }
}

/// A running process with an address of its own. It is killed when it is dropped.
pub struct Running {
    pub child: Child,
    pub base: String,
    log: Option<PathBuf>,
}

impl Running {
    pub fn dev(data: &Path, more: &[&str]) -> Self {
        let data_text = data.display().to_string();
        let arguments = [&["dev", "--port", "0", "--data", &data_text], more].concat();
        let (child, line) = first_line(provodnik(&arguments, &[]), &data.with_extension("log"));
        let base = line.strip_suffix("/sandbox/").expect("one address").to_owned();
        Self { child, base, log: Some(data.with_extension("log")) }
    }

    /// The stand-ins alone; they live as long as the test.
    pub fn sandbox(more: &[&str]) -> Self {
        let mut command = provodnik(&[&["sandbox", "--port", "0"], more].concat(), &[]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, base: line.trim().trim_end_matches('/').to_owned(), log: None }
    }

    /// `serve`, with everything that it says added to `log`.
    pub fn serve(address: &str, variables: &Variables, more: &[&str], log: &Path) -> Self {
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut command = provodnik(&[&["serve"], more].concat(), &variables);
        let file = File::options().create(true).append(true).open(log).unwrap();
        let child = command.env("LISTEN", address).stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        Self { child, base: format!("http://{address}"), log: Some(log.to_owned()) }
    }

    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        let answer = reqwest::get(format!("{}{path}", self.base)).await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    pub async fn ready(&self) {
        let log = self.log.clone();
        let since = tick();
        while self.get("/readyz").await.is_none_or(|(status, _)| status != 200) {
            let said = || log.as_ref().map(|log| std::fs::read_to_string(log).unwrap_or_default());
            assert!(since.elapsed() < PATIENCE, "not ready in time: {:?}", said());
            tokio::time::sleep(GLANCE).await;
        }
    }

    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log.as_ref().unwrap()).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// SIGTERM: how long it took to end.
    pub fn stop(mut self) -> Duration {
        let since = tick();
        self.signal(Signal::TERM);
        assert!(self.child.wait().unwrap().success(), "it ends well");
        since.elapsed()
    }

    pub fn kill_9(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn first_line(mut command: Command, log: &Path) -> (Child, String) {
    let mut child = command.stderr(File::create(log).unwrap()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "{}", std::fs::read_to_string(log).unwrap());
    (child, line.trim().to_owned())
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

    /// Has VK's events brought to `engine`.
    pub async fn bring_vk(&self, engine: &str) {
        self.post("vk/callback", json!({"url": format!("{engine}/hooks/vk"), "secret": SECRET})).await;
        until("the callback server is confirmed", async || {
            let lines = self.get("lines").await;
            (lines["vk"][0]["callback"][0]["status"] == "ok").then_some(())
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
        let place = std::panic::Location::caller();
        async move {
            let since = tick();
            loop {
                let heard = self.heard(person).await;
                if heard.last().is_some_and(|last| last.contains(words)) {
                    return;
                }
                assert!(since.elapsed() < PATIENCE, "{place}: not «{words}», but {heard:#?}");
                tokio::time::sleep(GLANCE).await;
            }
        }
    }

    /// The last digits of every call that rang at a phone.
    pub async fn rang(&self, phone: &str) -> Vec<String> {
        let digits = phone.trim_start_matches('+');
        let calls = self.get(&format!("calls?phone={digits}")).await;
        calls.as_array().unwrap().iter().map(|call| call["last4"].as_str().unwrap().to_owned()).collect()
    }
}
