//! The configuration: environment variables, read once, in sections, with every fault reported at once.
//!
//! `.env.example` explains each variable; the defaults are here.

mod reader;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    sync::Arc,
};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    fault::Fault,
    policy::{self, Policy},
    seal,
};
use reader::Reader;
pub use reader::{ConfigFault, Variables};

/// The HTTP schemes.
const WEB: &[&str] = &["https", "http"];
/// Where we listen without `LISTEN`: this machine only.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Messages a second that Telegram lets a bot send over all chats.
const TELEGRAM_RATE: u32 = 30;
/// Requests a second that VK lets a community token make.
const VK_RATE: u32 = 20;

/// Acts a minute of one account. We may write to a chat once a second (Telegram's limit), so that whoever writes faster
/// for a minute could not be answered anyway; an impatient child's minute of pressing passes.
const ACCOUNT_RATE: u32 = 60;
/// More acts a minute than anybody has fingers for; a limit that is finer than Redis counts would be none.
const MOST_ACTS: u32 = 6_000;

/// Everything that is configured.
#[derive(Debug)]
pub struct Config {
    /// `DATABASE_URL`: Postgres. Without it, a private one.
    pub database: Option<SecretString>,
    /// `REDIS_URL`. Without it, everything that may be forgotten lives in this process, and there may be only one.
    pub redis: Option<SecretString>,
    /// `PUBLIC_URL`: how the messengers reach us.
    pub public_url: Option<String>,
    /// `LISTEN`: where we listen. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// `TRUSTED_PROXIES`: whose `X-Forwarded-For` says who calls. Default: nobody's, the caller is whoever connects.
    pub trusted_proxies: Vec<IpNet>,
    /// `ACCOUNT_RATE`: acts a minute of one account that are followed; `None` (spelt 0) is no limit. Default 60.
    pub account_rate: Option<NonZeroU32>,
    /// The Telegram bot.
    pub telegram: Option<Telegram>,
    /// The VK community.
    pub vk: Option<Vk>,
    /// `AUTODIAL`: who rings, in the order in which they are tried.
    pub autodial: Vec<Provider>,
    /// `VERIFICATION_POLICY`: a file with what is different in the rules of verification. Without it, the programme's table.
    pub policy: Arc<Policy>,
    /// `DOCUMENTS`: where scans lie. Default: `documents` in the data directory.
    pub documents: Documents,
    /// `FIELD_KEYS` and `INDEX_KEY`: what personal data is sealed and found with.
    pub keys: Option<seal::Keys>,
}

/// Where scans lie.
#[derive(Clone, Debug, Default)]
pub enum Documents {
    /// `documents` in the data directory.
    #[default]
    Data,
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket that speaks S3: `s3://bucket/prefix`.
    S3 {
        /// The bucket.
        bucket: String,
        /// What all names begin with; empty: nothing.
        prefix: String,
        /// `S3_ENDPOINT`: where it is, if not at Amazon.
        endpoint: Option<String>,
        /// `S3_REGION`. Default `us-east-1`.
        region: String,
        /// `S3_KEY_ID`.
        key_id: String,
        /// `S3_SECRET`.
        secret: SecretString,
    },
}

/// A Telegram bot.
#[derive(Clone, Debug)]
pub struct Telegram {
    /// `TELEGRAM_BOT_TOKEN`.
    pub token: SecretString,
    /// `TELEGRAM_API_URL`. Default `https://api.telegram.org`.
    pub api_url: String,
    /// `TELEGRAM_MODE`: how updates come.
    pub intake: TelegramIntake,
    /// `TELEGRAM_RATE`: messages a second; `None` (spelt 0) is no limit of ours, for benchmarks. Default 30.
    pub rate: Option<NonZeroU32>,
}

impl Telegram {
    /// The bot's id: the part of the token that is no secret.
    #[must_use]
    pub fn bot_id(&self) -> &str {
        bot_id(&self.token)
    }
}

fn bot_id(token: &SecretString) -> &str {
    token.expose_secret().split(':').next().unwrap_or_default()
}

/// How Telegram's updates come.
#[derive(Clone, Debug)]
pub enum TelegramIntake {
    /// We ask for them: the default.
    Poll,
    /// Telegram brings them to `/hooks/telegram`.
    Webhook {
        /// `TELEGRAM_WEBHOOK_SECRET`: what the header must carry.
        secret: SecretString,
    },
}

/// A VK community.
#[derive(Clone, Debug)]
pub struct Vk {
    /// `VK_GROUP_ID`.
    pub group: i64,
    /// `VK_ACCESS_TOKEN`.
    pub token: SecretString,
    /// `VK_API_URL`. Default `https://api.vk.ru`.
    pub api_url: String,
    /// `VK_MODE`: how events come.
    pub intake: VkIntake,
    /// `VK_RATE`: requests a second; `None` (spelt 0) is no limit of ours, for benchmarks. Default 20.
    pub rate: Option<NonZeroU32>,
    /// `VK_APP_ID` and `VK_APP_SECRET`: the mini app.
    pub app: Option<VkApp>,
}

/// How VK's events come.
#[derive(Clone, Debug)]
pub enum VkIntake {
    /// We ask for them by Bots Long Poll: the default.
    Poll,
    /// VK brings them to `/hooks/vk`.
    Callback {
        /// `VK_CALLBACK_SECRET`: what each event must carry.
        secret: SecretString,
        /// `VK_CONFIRMATION_CODE`: what the server's confirmation is answered with.
        confirmation: SecretString,
    },
}

/// A VK mini app.
#[derive(Clone, Debug)]
pub struct VkApp {
    /// `VK_APP_ID`.
    pub id: u64,
    /// `VK_APP_SECRET`: what launch parameters are signed with.
    pub secret: SecretString,
}

/// Somebody who rings phones.
#[derive(Clone, Debug)]
pub enum Provider {
    /// SMS.RU.
    SmsRu {
        /// `SMSRU_API_ID`.
        api_id: SecretString,
        /// `SMSRU_API_URL`. Default `https://sms.ru`.
        api_url: String,
    },
    /// uCaller.
    UCaller {
        /// `UCALLER_KEY`.
        key: SecretString,
        /// `UCALLER_SERVICE_ID`.
        service_id: SecretString,
        /// `UCALLER_API_URL`. Default `https://api.ucaller.ru`.
        api_url: String,
    },
    /// The sandbox's stand-in: nobody's phone rings.
    Sandbox {
        /// `AUTODIAL_SANDBOX_URL`; `dev` sets it itself.
        api_url: String,
    },
}

impl Config {
    /// Reads variables.
    ///
    /// # Errors
    /// Every fault there is.
    pub fn read(variables: &Variables) -> Result<Self, Vec<ConfigFault>> {
        let mut reader = Reader::new(variables);
        let config = Self {
            database: secret_address(&mut reader, "DATABASE_URL", &["postgres", "postgresql"]),
            redis: secret_address(&mut reader, "REDIS_URL", &["redis", "redis+unix", "unix"]),
            public_url: reader.address("PUBLIC_URL", WEB),
            listen: reader.parsed("LISTEN", "an address and port, such as 0.0.0.0:8080").unwrap_or(LISTEN),
            trusted_proxies: trusted_proxies(&mut reader),
            account_rate: account_rate(&mut reader),
            telegram: telegram(&mut reader),
            vk: vk(&mut reader),
            autodial: autodial(&mut reader),
            policy: policy(&mut reader),
            documents: documents(&mut reader),
            keys: keys(&mut reader),
        };
        if reader.faults.is_empty() { Ok(config) } else { Err(reader.faults) }
    }
}

/// The variables of this process; those that are no text are none of ours.
#[must_use]
pub fn environment() -> Variables {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn secret_address(reader: &mut Reader<'_>, name: &'static str, schemes: &[&str]) -> Option<SecretString> {
    reader.address(name, schemes).map(SecretString::from)
}

fn trusted_proxies(reader: &mut Reader<'_>) -> Vec<IpNet> {
    let words = reader.text("TRUSTED_PROXIES").unwrap_or_default();
    let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
    let mut proxies = Vec::new();
    for word in words {
        match word.parse().or_else(|_| word.parse().map(|address: IpAddr| address.into())) {
            Ok(network) => proxies.push(network),
            Err(_) => reader.fault("TRUSTED_PROXIES", format!("`{word}` is no address or network, such as 10.0.0.0/8")),
        }
    }
    proxies
}

fn account_rate(reader: &mut Reader<'_>) -> Option<NonZeroU32> {
    let rate = reader.parsed("ACCOUNT_RATE", "a whole number of acts a minute (0: no limit)").unwrap_or(ACCOUNT_RATE);
    if rate > MOST_ACTS {
        reader.fault("ACCOUNT_RATE", format!("at most {MOST_ACTS} acts a minute; 0 is no limit"));
    }
    NonZeroU32::new(rate)
}

fn documents(reader: &mut Reader<'_>) -> Documents {
    let Some(text) = reader.text("DOCUMENTS") else { return Documents::Data };
    let Some(named) = text.strip_prefix("s3://") else {
        if text.contains("://") {
            reader.fault("DOCUMENTS", "expected a folder, or s3://bucket/prefix");
        }
        return Documents::Folder(text.into());
    };
    let (bucket, prefix) = named.split_once('/').unwrap_or((named, ""));
    if bucket.is_empty() {
        reader.fault("DOCUMENTS", "names no bucket: expected s3://bucket/prefix");
    }
    let endpoint = reader.address("S3_ENDPOINT", WEB);
    let region = reader.text("S3_REGION").unwrap_or("us-east-1").to_owned();
    let needed = "DOCUMENTS is a bucket, and needs it";
    let key_id = reader.required_secret("S3_KEY_ID", needed).map(|id| id.expose_secret().to_owned());
    let secret = reader.required_secret("S3_SECRET", needed);
    let (Some(key_id), Some(secret)) = (key_id, secret) else { return Documents::Data };
    Documents::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned(), endpoint, region, key_id, secret }
}

fn telegram(reader: &mut Reader<'_>) -> Option<Telegram> {
    let api_url = reader.address("TELEGRAM_API_URL", WEB).unwrap_or_else(|| "https://api.telegram.org".to_owned());
    let rate = rate(reader, "TELEGRAM_RATE", TELEGRAM_RATE);
    let webhook = reader.choice("TELEGRAM_MODE", &[("webhook", true), ("poll", false)]).unwrap_or(false);
    let Some(token) = reader.secret("TELEGRAM_BOT_TOKEN") else {
        if webhook {
            let _ = webhook_secret(reader);
        }
        for name in ["TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_MODE"] {
            if reader.text(name).is_some() {
                reader.fault("TELEGRAM_BOT_TOKEN", format!("missing: {name} is set, and needs it"));
            }
        }
        return None;
    };
    if bot_id(&token).parse::<u64>().is_err() {
        reader.fault("TELEGRAM_BOT_TOKEN", "not a token: it must look like 123456:AAE… as @BotFather gave it");
    }
    let intake = if webhook {
        if reader.text("PUBLIC_URL").is_none() {
            reader.fault(
                "PUBLIC_URL",
                "missing: TELEGRAM_MODE=webhook needs it, for Telegram is told where to bring updates",
            );
        }
        TelegramIntake::Webhook { secret: webhook_secret(reader)? }
    } else {
        TelegramIntake::Poll
    };
    Some(Telegram { token, api_url, intake, rate })
}

fn webhook_secret(reader: &mut Reader<'_>) -> Option<SecretString> {
    let name = "TELEGRAM_WEBHOOK_SECRET";
    let fits = |text: &str| {
        text.len() <= 256 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    if reader.text(name).is_some_and(|text| !fits(text)) {
        reader.fault(name, "Telegram takes 1–256 letters, digits, _ and - only");
    }
    reader.required_secret(name, "TELEGRAM_MODE=webhook needs it; choose any 32 random letters and digits")
}

fn vk(reader: &mut Reader<'_>) -> Option<Vk> {
    let api_url = reader.address("VK_API_URL", WEB).unwrap_or_else(|| "https://api.vk.ru".to_owned());
    let rate = rate(reader, "VK_RATE", VK_RATE);
    let callback = reader.choice("VK_MODE", &[("callback", true), ("poll", false)]).unwrap_or(false);
    let app = vk_app(reader);
    let group = reader.parsed::<u32>("VK_GROUP_ID", "a community's number").map(i64::from);
    let pair = reader.pair("VK_GROUP_ID", "VK_ACCESS_TOKEN");
    if callback && reader.text("VK_GROUP_ID").is_none() && reader.text("VK_ACCESS_TOKEN").is_none() {
        reader.fault("VK_GROUP_ID", "missing: VK_MODE=callback needs it, and VK_ACCESS_TOKEN");
    }
    let intake = if callback {
        let why = "VK_MODE=callback needs it; it stands on the community's Callback API page";
        let secret = reader.required_secret("VK_CALLBACK_SECRET", why);
        let confirmation = reader.required_secret("VK_CONFIRMATION_CODE", why);
        VkIntake::Callback { secret: secret?, confirmation: confirmation? }
    } else {
        VkIntake::Poll
    };
    let (_, token) = pair?;
    Some(Vk { group: group?, token, api_url, intake, rate, app })
}

fn vk_app(reader: &mut Reader<'_>) -> Option<VkApp> {
    let id = reader.parsed("VK_APP_ID", "a mini app's number");
    let (_, secret) = reader.pair("VK_APP_ID", "VK_APP_SECRET")?;
    Some(VkApp { id: id?, secret })
}

fn rate(reader: &mut Reader<'_>, name: &'static str, default: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(reader.parsed(name, "a whole number of messages a second (0: no limit)").unwrap_or(default))
}

fn autodial(reader: &mut Reader<'_>) -> Vec<Provider> {
    let names = reader.text("AUTODIAL").unwrap_or_default();
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).filter_map(|name| provider(reader, name)).collect()
}

fn provider(reader: &mut Reader<'_>, name: &str) -> Option<Provider> {
    match name {
        "smsru" => {
            let api_url = reader.address("SMSRU_API_URL", WEB).unwrap_or_else(|| "https://sms.ru".to_owned());
            let api_id = reader.required_secret("SMSRU_API_ID", "AUTODIAL names smsru")?;
            Some(Provider::SmsRu { api_id, api_url })
        }
        "ucaller" => {
            let api_url = reader.address("UCALLER_API_URL", WEB).unwrap_or_else(|| "https://api.ucaller.ru".to_owned());
            let key = reader.required_secret("UCALLER_KEY", "AUTODIAL names ucaller");
            let service_id = reader.required_secret("UCALLER_SERVICE_ID", "AUTODIAL names ucaller");
            Some(Provider::UCaller { key: key?, service_id: service_id?, api_url })
        }
        "sandbox" => {
            let api_url = reader.address("AUTODIAL_SANDBOX_URL", WEB);
            if api_url.is_none() {
                reader.fault(
                    "AUTODIAL_SANDBOX_URL",
                    "missing: AUTODIAL names sandbox, which rings nobody; `dev` sets it itself",
                );
            }
            Some(Provider::Sandbox { api_url: api_url? })
        }
        other => {
            reader.fault("AUTODIAL", format!("`{other}` is none of smsru, ucaller, sandbox"));
            None
        }
    }
}

/// Every fault of the file is a fault of its own.
fn policy(reader: &mut Reader<'_>) -> Arc<Policy> {
    let name = "VERIFICATION_POLICY";
    let Some(file) = reader.text(name) else { return Arc::new(Policy::DEFAULT) };
    let text = std::fs::read_to_string(file).map_err(|error| vec![format!("{file} can't be read: {error}")]);
    let shown = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect();
    let read = text.and_then(|text| policy::read(file, &text).map_err(shown));
    let policy = read.unwrap_or_else(|faults| {
        faults.into_iter().for_each(|fault| reader.fault(name, fault));
        Policy::DEFAULT
    });
    Arc::new(policy)
}

fn keys(reader: &mut Reader<'_>) -> Option<seal::Keys> {
    let (fields, index) = reader.pair("FIELD_KEYS", "INDEX_KEY")?;
    if let Err(fault) = seal::field_keys(&fields) {
        reader.fault("FIELD_KEYS", fault.to_string());
    }
    if seal::index_key(&index).is_err() {
        reader.fault("INDEX_KEY", "not base64 of 32 bytes: `openssl rand -base64 32` makes one");
    }
    seal::Keys::parse(&fields, &index).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, Vec<ConfigFault>> {
        Config::read(&variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn faulty(variables: &[(&str, &str)]) -> Vec<&'static str> {
        read(variables).unwrap_err().into_iter().map(|fault| fault.variable).collect()
    }

    #[test]
    fn nothing_set_is_a_configuration() {
        let config = read(&[("TELEGRAM_BOT_TOKEN", " ")]).unwrap();
        assert!(config.telegram.is_none() && config.vk.is_none() && config.database.is_none());
        assert_eq!(config.listen, LISTEN);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let faults = faulty(&[
            ("DATABASE_URL", "mysql://x"),
            ("LISTEN", "here"),
            ("TELEGRAM_MODE", "pull"),
            ("TELEGRAM_BOT_TOKEN", "secret"),
            ("VK_GROUP_ID", "12"),
            ("VK_RATE", "-1"),
            ("AUTODIAL", "smsru, tin cans"),
            ("FIELD_KEYS", "1:short"),
        ]);
        for name in ["DATABASE_URL", "LISTEN", "TELEGRAM_MODE", "TELEGRAM_BOT_TOKEN", "VK_ACCESS_TOKEN", "VK_RATE"] {
            assert!(faults.contains(&name), "{name} is not among {faults:?}");
        }
        for name in ["SMSRU_API_ID", "AUTODIAL", "INDEX_KEY"] {
            assert!(faults.contains(&name), "{name} is not among {faults:?}");
        }
    }

    #[test]
    fn modes_need_their_secrets() {
        let webhook = [("TELEGRAM_BOT_TOKEN", "a"), ("TELEGRAM_MODE", "webhook")];
        assert_eq!(faulty(&webhook), ["TELEGRAM_BOT_TOKEN", "PUBLIC_URL", "TELEGRAM_WEBHOOK_SECRET"]);
        let half = [("VK_ACCESS_TOKEN", "a"), ("VK_MODE", "callback")];
        assert_eq!(faulty(&half), ["VK_GROUP_ID", "VK_CALLBACK_SECRET", "VK_CONFIRMATION_CODE"]);
        let callback = [("VK_GROUP_ID", "1"), ("VK_ACCESS_TOKEN", "a"), ("VK_MODE", "callback")];
        assert_eq!(faulty(&callback), ["VK_CALLBACK_SECRET", "VK_CONFIRMATION_CODE"]);
        assert_eq!(faulty(&[("TELEGRAM_MODE", "webhook")]), ["TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_BOT_TOKEN"]);
    }

    #[test]
    fn no_secret_is_shown() {
        let variables = [
            ("TELEGRAM_BOT_TOKEN", "1:hush"),
            ("VK_GROUP_ID", "1"),
            ("VK_ACCESS_TOKEN", "hush"),
            ("DATABASE_URL", "postgres://me:hush@here/db"),
            ("AUTODIAL", "smsru,ucaller"),
            ("SMSRU_API_ID", "hush"),
            ("UCALLER_KEY", "hush"),
            ("UCALLER_SERVICE_ID", "hush"),
        ];
        assert!(!format!("{:?}", read(&variables).unwrap()).contains("hush"));
        let faults = read(&[("DATABASE_URL", "mysql://me:hush@here"), ("TELEGRAM_BOT_TOKEN", "hush")]).unwrap_err();
        assert!(!format!("{faults:?}").contains("hush"));
    }

    #[test]
    fn rates_have_defaults_and_an_off() {
        let token = ("TELEGRAM_BOT_TOKEN", "1:a");
        assert_eq!(read(&[token]).unwrap().telegram.unwrap().rate, NonZeroU32::new(30));
        assert_eq!(read(&[token, ("TELEGRAM_RATE", "0")]).unwrap().telegram.unwrap().rate, None);
        assert_eq!(read(&[]).unwrap().account_rate, NonZeroU32::new(60));
        assert_eq!(read(&[("ACCOUNT_RATE", "0")]).unwrap().account_rate, None);
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let config = read(&[("TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7,fd00::/8")]).unwrap();
        assert_eq!(config.trusted_proxies.len(), 3);
        assert!(config.trusted_proxies[1].contains(&"192.168.1.7".parse::<IpAddr>().unwrap()));
        assert_eq!(faulty(&[("TRUSTED_PROXIES", "10.0.0.0/8, everybody")]), ["TRUSTED_PROXIES"]);
    }
}
