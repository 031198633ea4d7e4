use std::time::Duration;

use serde_json::{Value, json};

use crate::channel::{
    Gone, Scope, SendError,
    http::Answer,
    telegram::{
        api::{CallError, open},
        errors::Meaning,
    },
};

fn meaning(status: u16, body: &Value) -> Meaning {
    let answer = Answer { status, retry_after: None, body: body.to_string().into_bytes() };
    match open(&answer) {
        Err(CallError::Refused(refusal)) => refusal.meaning(),
        other => panic!("{other:?}"),
    }
}

fn of(code: u16, description: &str) -> Meaning {
    meaning(code, &json!({ "ok": false, "error_code": code, "description": description }))
}

#[test]
fn the_important_words_have_the_right_fate() {
    for (code, description, gone) in [
        (403, "Forbidden: bot was blocked by the user", Gone::Blocked),
        (403, "Forbidden: bot can't initiate conversation with a user", Gone::Blocked),
        (403, "Forbidden: user is deactivated", Gone::Deactivated),
        (403, "Forbidden: bot was kicked from the supergroup chat", Gone::Kicked),
        (403, "Forbidden: bot is not a member of the channel chat", Gone::Kicked),
        (403, "Forbidden: the group chat was deleted", Gone::Kicked),
        (403, "Forbidden: words of the future", Gone::Blocked),
        (400, "Bad Request: chat not found", Gone::NotFound),
        (400, "Bad Request: PEER_ID_INVALID", Gone::NotFound),
        (400, "Bad Request: not enough rights to send text messages to the chat", Gone::Kicked),
    ] {
        assert_eq!(of(code, description), Meaning::Failed(SendError::Gone(gone)), "{description}");
    }
    for fine in [
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a \
         current content and reply markup of the message",
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ] {
        assert_eq!(of(400, fine), Meaning::Fine, "{fine}");
    }
    for (code, description) in [
        (401, "Unauthorized"),
        (401, "Unauthorized: invalid token specified"),
        (404, "Not Found"),
        (421, "Misdirected Request: unallowed token specified"),
    ] {
        assert!(matches!(of(code, description), Meaning::Failed(SendError::Account { .. })), "{description}");
    }
    assert!(matches!(
        of(400, "Bad Request: message text is empty"),
        Meaning::Failed(SendError::Refused { code: 400, .. })
    ));
    assert!(matches!(of(404, "Not Found: method not found"), Meaning::Failed(SendError::Refused { .. })));
    assert!(matches!(of(502, "Bad Gateway"), Meaning::Failed(SendError::Later(_))));
}

#[test]
fn every_string_of_the_official_server_has_a_fate_by_its_code() {
    let file: Value =
        serde_json::from_str(include_str!("../../../../tests/data/specs/telegram/server-errors-10.0.json")).unwrap();
    let errors = file["errors"].as_array().unwrap();
    assert!(errors.len() > 200);
    for error in errors {
        let code = u16::try_from(error["code"].as_u64().unwrap()).unwrap();
        let fate = of(code, error["description"].as_str().unwrap());
        match code {
            400 => {
                assert!(matches!(fate, Meaning::Fine | Meaning::Failed(SendError::Gone(_) | SendError::Refused { .. })))
            }
            401 | 404 | 421 => {
                assert!(matches!(fate, Meaning::Failed(SendError::Account { .. } | SendError::Refused { .. })))
            }
            403 => assert!(matches!(fate, Meaning::Failed(SendError::Gone(_)))),
            _ => assert!(matches!(fate, Meaning::Failed(SendError::Later(_))), "{error}: {fate:?}"),
        }
    }
}

#[test]
fn too_fast_is_obeyed_to_the_second() {
    let too_fast = |seconds| {
        let after = Duration::from_secs(seconds);
        Meaning::Failed(SendError::TooFast { after, scope: Scope::Chat })
    };
    let words = "Too Many Requests: retry after 2282";
    let body = json!({ "ok": false, "error_code": 429, "description": words, "parameters": { "retry_after": 10072 } });
    assert_eq!(meaning(429, &body), too_fast(10072));
    assert_eq!(of(429, words), too_fast(2282));
    assert_eq!(of(429, "Too Many Requests"), too_fast(1));
    let header = Answer { status: 429, retry_after: Some(Duration::from_secs(7)), body: b"<html>".to_vec() };
    let Err(CallError::Refused(refusal)) = open(&header) else { panic!() };
    assert_eq!(refusal.meaning(), too_fast(7));
}

#[test]
fn a_group_that_moved_tells_where() {
    let words = "Bad Request: group chat was upgraded to a supergroup chat";
    let parameters = json!({ "migrate_to_chat_id": -1_001_234 });
    let body = json!({ "ok": false, "error_code": 400, "description": words, "parameters": parameters });
    assert_eq!(meaning(400, &body), Meaning::Failed(SendError::Moved("-1001234".into())));
}

#[test]
fn the_code_counts_before_the_status() {
    let body = json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user" });
    assert_eq!(meaning(200, &body), Meaning::Failed(SendError::Gone(Gone::Blocked)));
}

#[test]
fn a_success_that_nobody_can_read_is_no_refusal() {
    for body in ["", "<html>", "{\"ok\": true}"] {
        let answer = Answer { status: 200, retry_after: None, body: body.into() };
        assert_eq!(open(&answer), Err(CallError::Unreadable), "{body}");
    }
}
