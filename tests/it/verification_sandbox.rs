//! The adapters of the providers against the sandbox's stand-ins, with every fault that these can be told.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeZone, Utc};
use provodnik::{
    clock::Clock,
    ids::Dice,
    sandbox::{Options, Sandbox},
    verification::{
        Code, Phone,
        provider::{About, Answer, Dialler, Order, Outcome, Provider, Reversed, sandbox::sandbox, smsru, ucaller},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

const PHONE: &str = "+79161234567";

/// The stand-ins at an address of their own.
struct StandIns {
    base: String,
    http: reqwest::Client,
}

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 10, 9, 0, 0).unwrap()
}

impl StandIns {
    async fn open() -> Self {
        let sandbox = Sandbox::new(Options::new(Clock::frozen(noon()), Arc::new(Dice::loaded(1)))).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, sandbox.router()).await.unwrap() });
        Self { base, http: reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap() }
    }

    fn providers(&self) -> [Provider; 3] {
        let (sms, ucall) = (format!("{}/autodial/smsru", self.base), format!("{}/autodial/ucaller", self.base));
        let (http, key) = (|| self.http.clone(), || "key".to_owned().into());
        [
            Provider::SmsRu(smsru::SmsRu::new(http(), &sms, key())),
            Provider::Ucaller(ucaller::Ucaller::new(http(), &ucall, &key(), "1")),
            sandbox(http(), &ucall),
        ]
    }

    async fn fault(&self, kind: &str) {
        self.http.delete(format!("{}/api/faults", self.base)).send().await.unwrap().error_for_status().unwrap();
        let fault = json!({"channel": "autodial", "kind": kind});
        let asked = self.http.post(format!("{}/api/faults", self.base)).json(&fault).send().await.unwrap();
        asked.error_for_status().unwrap();
    }

    async fn rang(&self) -> Vec<Value> {
        let url = format!("{}/api/calls", self.base);
        self.http.get(url).query(&[("phone", PHONE)]).send().await.unwrap().json().await.unwrap()
    }

    async fn dial(&self, provider: Provider) -> Answer {
        let (phone, code) = (Phone::stored(PHONE).unwrap(), Code::told("0427").unwrap());
        let name = provider.name();
        let dialler = Dialler::new(vec![provider]).with_deadline(Duration::from_millis(500));
        let order = Order { phone: &phone, code: &code, idempotency: Uuid::from_u128(self.rang().await.len() as u128) };
        dialler.dial(order, &[name]).await.answer
    }
}

#[tokio::test]
async fn what_rings_is_what_the_adapters_say() {
    let stand_ins = StandIns::open().await;
    for (n, provider) in stand_ins.providers().into_iter().enumerate() {
        let name = provider.name();
        let Answer::Started(started) = stand_ins.dial(provider).await else { panic!("{name}") };
        let rang = stand_ins.rang().await;
        assert_eq!((rang.len(), started.code.unwrap().expose()), (n + 1, rang[n]["last4"].as_str().unwrap()), "{name}");
        let reference = started.reference.unwrap();
        let expected = if name == "smsru" { Outcome::Unknown } else { Outcome::Placed };
        let outcome = stand_ins.providers()[n].outcome(&reference).await;
        assert!(outcome == expected || outcome == Outcome::Pending, "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn every_fault_of_the_stand_ins_has_its_reading() {
    let stand_ins = StandIns::open().await;
    for (kind, rings, reading) in [
        ("html", false, "unanswered"),
        ("server_error", false, "unanswered"),
        ("drop_before", false, "unanswered"),
        ("drop_after", true, "unanswered"),
        ("timeout", true, "unanswered"),
        ("slow", true, "unanswered"),
        ("status_false", true, "started"),
        ("six_digits", true, "started"),
        ("integer_code", true, "started"),
        ("no_ring", false, "started"),
        ("no_money", false, "us"),
        ("refused", false, "number"),
        ("rate", false, "unknown"),
    ] {
        stand_ins.fault(kind).await;
        for provider in stand_ins.providers() {
            let (name, before) = (provider.name(), stand_ins.rang().await.len());
            let answer = stand_ins.dial(provider).await;
            let rang = stand_ins.rang().await;
            let read = match &answer {
                Answer::Started(started) => {
                    let told = started.code.as_ref().map(Code::expose);
                    assert!(!rings || told == rang.last().and_then(|call| call["last4"].as_str()), "{name} {kind}");
                    "started"
                }
                Answer::Unanswered => "unanswered",
                Answer::Refused(about) => match about {
                    About::Us => "us",
                    About::Number => "number",
                    About::Unknown => "unknown",
                },
            };
            assert_eq!(read, reading, "{name} {kind}");
            // A slow one may ring after we have given it up; the others have rung by now or never will.
            assert!(kind == "slow" || (rang.len() > before) == rings, "{name} {kind}");
        }
    }
}

#[tokio::test]
async fn a_reverse_call_is_confirmed_by_calling_from_that_phone() {
    let stand_ins = StandIns::open().await;
    let [Provider::SmsRu(smsru), ..] = stand_ins.providers() else { panic!() };
    let reverse = smsru.reverse(&Phone::stored(PHONE).unwrap(), noon()).await.unwrap();
    assert_eq!(smsru.reversed(&reverse.reference).await, Reversed::Waiting);
    assert_eq!(smsru.reversed("nobody's").await, Reversed::Expired);
}
