//! uCaller: the call rings with a code of ours, and its later outcome may be asked.

use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value as Json, json};

use super::{About, Answer, Order, Outcome, Started, http};
use crate::verification::Code;

/// Where uCaller is, unless `UCALLER_API_URL` says otherwise.
pub const API_URL: &str = "https://api.ucaller.ru";

/// What a call is taken to cost, in kopecks: the answer does not say, and the cap of spending needs a figure.
const PRICE: i64 = 60;

/// uCaller as a provider.
#[derive(Debug)]
pub struct Ucaller {
    name: &'static str,
    price: i64,
    http: Client,
    base: String,
    /// `<key>.<service>`
    bearer: SecretString,
}

impl Ucaller {
    /// With an HTTP client that has deadlines, the base URL (`/v1.0/…` follows it), the key and the service's id.
    #[must_use]
    pub fn new(http: Client, base: &str, key: &SecretString, service: &str) -> Self {
        let bearer = format!("{}.{service}", key.expose_secret()).into();
        Self { name: "ucaller", price: PRICE, http, base: base.trim_end_matches('/').to_owned(), bearer }
    }

    /// The same language under another name, at no cost.
    pub(super) fn stand_in(self, name: &'static str) -> Self {
        Self { name, price: 0, ..self }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Places a call with our code. The attempt's id as `unique` guards against a second charge.
    pub async fn start(&self, order: Order<'_>) -> Answer {
        let Ok(phone) = order.phone.digits().parse::<u64>() else {
            return Answer::Refused(About::Number);
        };
        let body = json!({"phone": phone, "code": order.code.expose(), "unique": order.idempotency});
        let request = self.http.post(format!("{}/v1.0/initCall", self.base));
        match http::ask(request.bearer_auth(self.bearer.expose_secret()).json(&body)).await {
            Ok(heard) => read_start(heard.status, &heard.body, order.code, self.price),
            Err(answer) => answer,
        }
    }

    /// What became of a call.
    pub async fn outcome(&self, reference: &str) -> Outcome {
        let request = self.http.get(format!("{}/v1.0/getInfo", self.base)).query(&[("uid", reference)]);
        match http::ask(request.bearer_auth(self.bearer.expose_secret())).await {
            Ok(heard) => read_outcome(&heard.body),
            Err(_) => Outcome::Unknown,
        }
    }
}

/// The presence of `error` decides, not `status`: `{"status":false,"ucaller_id":…,"code":…}` is a real, paid call. Errors
/// come over HTTP 200 as well.
fn read_start(status: StatusCode, body: &[u8], ours: &Code, price: i64) -> Answer {
    let Ok(Json::Object(json)) = serde_json::from_slice::<Json>(body) else { return http::by_status(status) };
    if json.contains_key("error") {
        let number = json.get("code").and_then(|code| code.as_i64().or_else(|| code.as_str()?.parse().ok()));
        return Answer::Refused(refusal(number));
    }
    let reference = match json.get("ucaller_id") {
        Some(Json::Number(number)) => Some(number.to_string()),
        Some(Json::String(text)) => Some(text.clone()),
        _ => None,
    };
    if reference.is_none() && json.get("status") != Some(&Json::Bool(true)) {
        return http::by_status(status);
    }
    // If it tells no legible code it rings with the one that it was asked for.
    let code = json.get("code").and_then(Code::in_json).unwrap_or_else(|| ours.clone());
    Answer::Started(Started { reference, code: Some(code), cost: Some(price) })
}

fn refusal(number: Option<i64>) -> About {
    match number {
        Some(401 | 1001..=1005) => About::Us,
        // A bad number, a country that is not served, four calls a minute or thirty a day for this number.
        Some(3 | 9 | 18) => About::Number,
        // 19, two calls to a number within fifteen seconds, among them.
        _ => About::Unknown,
    }
}

fn read_outcome(body: &[u8]) -> Outcome {
    let Ok(json) = serde_json::from_slice::<Json>(body) else { return Outcome::Unknown };
    let status = &json["call_status"];
    match status.as_i64().or_else(|| status.as_str()?.parse().ok()) {
        Some(-1) => Outcome::Pending,
        Some(0) => Outcome::NotConnected,
        Some(1) => Outcome::Placed,
        _ => Outcome::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(body: &str) -> Answer {
        read_start(StatusCode::OK, body.as_bytes(), &Code::told("0427").unwrap(), PRICE)
    }

    fn code_of(answer: Answer) -> (Option<String>, String) {
        let Answer::Started(started) = answer else { panic!("{answer:?}") };
        (started.reference, started.code.unwrap().expose().to_owned())
    }

    #[test]
    fn a_call_that_was_taken() {
        let answer = start(r#"{"status":true,"ucaller_id":1,"phone":"7900***0001","code":"1234"}"#);
        assert_eq!(code_of(answer), (Some("1".to_owned()), "1234".to_owned()));
    }

    #[test]
    fn a_false_status_without_an_error_is_a_real_call() {
        let answer = start(r#"{"status":false,"ucaller_id":103000,"code":"7777"}"#);
        assert_eq!(code_of(answer), (Some("103000".to_owned()), "7777".to_owned()));
    }

    #[test]
    fn codes_of_any_spelling() {
        for (said, code) in [("427", "0427"), (r#""550427""#, "0427"), (r#""oops""#, "0427"), (r#""1000""#, "1000")] {
            assert_eq!(code_of(start(&format!(r#"{{"status":true,"ucaller_id":5000000000,"code":{said}}}"#))).1, code);
        }
        assert_eq!(code_of(start(r#"{"status":true,"ucaller_id":"9"}"#)).1, "0427");
    }

    #[test]
    fn errors_come_over_http_200_and_each_has_its_meaning() {
        for (numbers, about) in [
            (&[1001, 1002, 1003, 1004, 1005, 401][..], About::Us),
            (&[3, 9, 18], About::Number),
            (&[19, 0, 42], About::Unknown),
        ] {
            for number in numbers {
                let answer = start(&format!(r#"{{"status":false,"error":"…","code":{number}}}"#));
                assert!(matches!(answer, Answer::Refused(said) if said == about), "{number}");
            }
        }
    }

    #[test]
    fn what_is_no_answer_stays_unknown() {
        for body in ["<html>oops</html>", "", "[]", "{}", r#"{"status":false}"#] {
            assert_eq!(start(body), Answer::Unanswered, "{body}");
        }
        let denied = read_start(StatusCode::UNAUTHORIZED, b"<html>", &Code::told("0427").unwrap(), PRICE);
        assert_eq!(denied, Answer::Refused(About::Us));
    }

    #[test]
    fn the_later_outcome() {
        for (said, outcome) in [
            ("-1", Outcome::Pending),
            ("0", Outcome::NotConnected),
            ("1", Outcome::Placed),
            (r#""1""#, Outcome::Placed),
            ("7", Outcome::Unknown),
        ] {
            assert_eq!(read_outcome(format!(r#"{{"status":true,"call_status":{said}}}"#).as_bytes()), outcome);
        }
        assert_eq!(read_outcome(b"<html>"), Outcome::Unknown);
    }
}
