//! SMS.RU: `code/call` (it makes the code) and `callcheck` (the person calls).

use chrono::{DateTime, Utc};
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;

use super::{About, Answer, Order, REVERSE_LIVES, Reverse, Reversed, Started, http};
use crate::verification::{Code, Phone};

/// Where SMS.RU is, unless `SMSRU_API_URL` says otherwise.
pub const API_URL: &str = "https://sms.ru";

/// SMS.RU as a provider.
#[derive(Debug)]
pub struct SmsRu {
    http: Client,
    base: String,
    api_id: SecretString,
}

impl SmsRu {
    /// With an HTTP client that has deadlines, the base URL and the account's key.
    #[must_use]
    pub fn new(http: Client, base: &str, api_id: SecretString) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), api_id }
    }

    /// Places a call with a code of the provider's making.
    pub async fn start(&self, order: Order<'_>) -> Answer {
        // Its anti-fraud wants the visitor's address; −1 says that there is none (a bot sees no addresses).
        match self.ask("/code/call", &[("phone", order.phone.digits()), ("ip", "-1")]).await {
            Ok(heard) => read_start(heard.status, &heard.body),
            Err(answer) => answer,
        }
    }

    /// Asks for a number that the person may call instead.
    ///
    /// # Errors
    /// What the provider said instead.
    pub async fn reverse(&self, phone: &Phone, now: DateTime<Utc>) -> Result<Reverse, Answer> {
        let heard = self.ask("/callcheck/add", &[("phone", phone.digits())]).await?;
        read_reverse(heard.status, &heard.body, now)
    }

    /// Whether the person has called. To be asked once in two seconds at most.
    pub async fn reversed(&self, reference: &str) -> Reversed {
        match self.ask("/callcheck/status", &[("check_id", reference)]).await {
            Ok(heard) => read_reversed(&heard.body),
            Err(_) => Reversed::Unknown,
        }
    }

    /// Key and phone travel in the body: a URL ends up in somebody's log.
    async fn ask(&self, path: &str, fields: &[(&str, &str)]) -> Result<http::Heard, Answer> {
        let own = [("api_id", self.api_id.expose_secret()), ("json", "1")];
        let form: Vec<_> = own.iter().chain(fields).collect();
        http::ask(self.http.post(format!("{}{path}", self.base)).form(&form)).await
    }
}

fn read_start(status: StatusCode, body: &[u8]) -> Answer {
    let Some((number, json)) = status_code(body) else { return http::by_status(status) };
    match number {
        100 => Answer::Started(Started {
            reference: json["call_id"]
                .as_str()
                .map(str::to_owned)
                .or_else(|| json["call_id"].as_u64().map(|n| n.to_string())),
            code: Code::in_json(&json["code"]),
            cost: kopecks(&json["cost"]),
        }),
        number => Answer::Refused(about(number)),
    }
}

fn read_reverse(status: StatusCode, body: &[u8], now: DateTime<Utc>) -> Result<Reverse, Answer> {
    let (number, json) = status_code(body).ok_or_else(|| http::by_status(status))?;
    if number != 100 {
        return Err(Answer::Refused(about(number)));
    }
    let text = |name: &str| match &json[name] {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let number_to_call = text("call_phone").filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    match (number_to_call, text("check_id")) {
        (Some(number_to_call), Some(reference)) => {
            Ok(Reverse { number_to_call, reference, expires: now + REVERSE_LIVES })
        }
        _ => Err(Answer::Unanswered),
    }
}

fn read_reversed(body: &[u8]) -> Reversed {
    let Some((100, json)) = status_code(body) else { return Reversed::Unknown };
    match number(&json["check_status"]) {
        Some(400) => Reversed::Waiting,
        Some(401) => Reversed::Confirmed,
        Some(402) => Reversed::Expired,
        _ => Reversed::Unknown,
    }
}

/// The answer's status number; some errors arrive as a bare number instead of JSON, which as JSON is a number too.
fn status_code(body: &[u8]) -> Option<(u64, Json)> {
    let json: Json = serde_json::from_slice(body.trim_ascii()).ok()?;
    let number = number(&json).or_else(|| number(&json["status_code"]))?;
    Some((number, json))
}

/// A number, or a string of one.
fn number(json: &Json) -> Option<u64> {
    json.as_u64().or_else(|| json.as_str()?.trim().parse().ok())
}

/// Roubles, as a number or a string, to kopecks.
fn kopecks(cost: &Json) -> Option<i64> {
    let roubles = cost.as_f64().or_else(|| cost.as_str()?.parse().ok())?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded to what a call can cost")]
    (0.0..10_000.0).contains(&roubles).then(|| (roubles * 100.0).round() as i64)
}

/// What an error is about.
const fn about(number: u64) -> About {
    match number {
        // Credentials, money, our daily limit, the address of our server.
        200 | 201 | 206 | 300..=302 => About::Us,
        // A bad number, stop-lists, abroad, the number's daily limit, repeats, the fraud guard.
        202 | 207 | 209 | 214 | 215 | 230..=233 => About::Number,
        _ => About::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn start(body: &str) -> Answer {
        read_start(StatusCode::OK, body.as_bytes())
    }

    fn refused(about: About) -> Answer {
        Answer::Refused(about)
    }

    #[test]
    fn a_call_that_was_taken() {
        let body = r#"{"status":"OK","status_code":100,"code":"1435","call_id":"000000-10000000","cost":0.4,"balance":4122.56}"#;
        let Answer::Started(started) = start(body) else { panic!() };
        assert_eq!(started.reference.as_deref(), Some("000000-10000000"));
        assert_eq!(started.code.unwrap().expose(), "1435");
        assert_eq!(started.cost, Some(40));
    }

    #[test]
    fn a_code_as_an_integer_gets_its_zeros_back() {
        let Answer::Started(started) = start(r#"{"status_code":100,"code":427,"call_id":4294967296123}"#) else {
            panic!()
        };
        assert_eq!(started.code.unwrap().expose(), "0427");
        assert_eq!(started.reference.as_deref(), Some("4294967296123"));
    }

    #[test]
    fn every_error_has_its_meaning() {
        for (numbers, about) in [
            (&[200, 300, 301, 302, 201, 206][..], About::Us),
            (&[202, 207, 209, 215, 214, 230, 231, 232, 233], About::Number),
            (&[220, 500, 777], About::Unknown),
        ] {
            for number in numbers {
                let body = format!(r#"{{"status":"ERROR","status_code":{number},"status_text":"…"}}"#);
                assert_eq!(start(&body), refused(about), "{number}");
                assert_eq!(start(&format!("{number}\n")), refused(about), "bare {number}");
            }
        }
    }

    #[test]
    fn what_is_no_answer_stays_unknown() {
        assert_eq!(start("<html>502</html>"), Answer::Unanswered);
        assert_eq!(start(""), Answer::Unanswered);
        assert_eq!(read_start(StatusCode::BAD_GATEWAY, b"<html>"), Answer::Unanswered);
        assert_eq!(read_start(StatusCode::FORBIDDEN, b"<html>"), refused(About::Us));
    }

    #[test]
    fn a_reverse_call() {
        let now = Utc.with_ymd_and_hms(2026, 9, 10, 9, 0, 0).unwrap();
        let body = br#"{"status":"OK","status_code":100,"check_id":"201737-542","call_phone":"78005008275","call_phone_pretty":"+7 (800) 500-8275"}"#;
        let reverse = read_reverse(StatusCode::OK, body, now).unwrap();
        assert_eq!((reverse.number_to_call.as_str(), reverse.reference.as_str()), ("78005008275", "201737-542"));
        assert_eq!(reverse.expires, now + REVERSE_LIVES);
        assert_eq!(read_reverse(StatusCode::OK, b"202", now), Err(refused(About::Number)));
        assert_eq!(read_reverse(StatusCode::OK, br#"{"status_code":100}"#, now), Err(Answer::Unanswered));
    }

    #[test]
    fn a_reverse_calls_status_is_a_string_or_a_number() {
        for (said, means) in [
            (r#""400""#, Reversed::Waiting),
            ("401", Reversed::Confirmed),
            (r#""401""#, Reversed::Confirmed),
            ("402", Reversed::Expired),
            ("403", Reversed::Unknown),
        ] {
            let body = format!(r#"{{"status":"OK","status_code":100,"check_status":{said}}}"#);
            assert_eq!(read_reversed(body.as_bytes()), means);
        }
        assert_eq!(read_reversed(b"<html>"), Reversed::Unknown);
    }
}
