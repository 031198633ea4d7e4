//! What a bot may ask and say about itself, its chats and its files.

use serde_json::{Value, json};

use super::{Bot, Fail, message as wire, send::named_chat};
use crate::sandbox::{Core, locked, params::Params, world::World};

pub(super) fn me(bot: &Bot) -> Value {
    let mut me = wire::bot_user(bot);
    for (key, value) in [
        ("can_join_groups", true),
        // Privacy mode is on, as for every new bot.
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[key] = value.into();
    }
    me
}

pub(super) fn commands(bot: &Bot, params: &Params, method: &str) -> Result<Value, Fail> {
    let language = params.text("language_code").unwrap_or_default();
    let scope = params.json("scope").and_then(Result::ok).unwrap_or(Value::Null);
    let key = format!("{scope}{language}");
    let mut commands = locked(&bot.commands);
    match method {
        "getMyCommands" => Ok(commands.get(&key).cloned().unwrap_or_else(|| json!([]))),
        "deleteMyCommands" => {
            commands.remove(&key);
            Ok(true.into())
        }
        _ => {
            let broken = || Fail::bad("can't parse commands JSON object");
            let list = params.json("commands").ok_or_else(broken)?.map_err(|_| broken())?;
            if !list.is_array() {
                return Err(Fail::bad("expected an Array of BotCommand"));
            }
            commands.insert(key, list);
            Ok(true.into())
        }
    }
}

pub(super) fn chat(core: &Core, bot: &Bot, params: &Params, method: &str) -> Result<Value, Fail> {
    let id = named_chat(params)?;
    let mut world = locked(&core.world);
    let mut chat = wire::chat(&world, id).ok_or_else(|| Fail::bad("chat not found"))?;
    match method {
        "getChat" => {
            chat["accent_color_id"] = 0.into();
            chat["max_reaction_count"] = 11.into();
            let none =
                ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"];
            chat["accepted_gift_types"] = none.into_iter().map(|kind| (kind.to_owned(), Value::Bool(false))).collect();
            Ok(chat)
        }
        "getChatMember" => member(&world, bot, id, params.int("user_id").unwrap_or(0)),
        "getChatMemberCount" => {
            Ok(world.groups.get(&id).map_or(2, |group| group.people.len() + group.lines.len()).into())
        }
        "getChatAdministrators" => {
            if id > 0 {
                return Err(Fail::bad("there are no administrators in the private chat"));
            }
            Ok(json!([]))
        }
        "createChatInviteLink" => Ok(json!({
            "invite_link": format!("https://t.me/+{}", &core.hex()[..16]), "creator": wire::bot_user(bot),
            "creates_join_request": params.flag("creates_join_request"), "is_primary": false, "is_revoked": false,
        })),
        _ => {
            if let Some(group) = world.groups.get_mut(&id) {
                group.lines.retain(|line| *line != bot.id);
            }
            Ok(true.into())
        }
    }
}

fn member(world: &World, bot: &Bot, chat: i64, user: i64) -> Result<Value, Fail> {
    if user == bot.id {
        let inside = world.groups.get(&chat).is_none_or(|group| group.lines.contains(&bot.id));
        return Ok(json!({"status": if inside { "member" } else { "left" }, "user": wire::bot_user(bot)}));
    }
    let person = world.people.get(&user).ok_or_else(|| Fail::bad("invalid user_id specified"))?;
    let inside = world.groups.get(&chat).is_none_or(|group| group.people.contains(&user));
    Ok(json!({"status": if inside { "member" } else { "left" }, "user": wire::user(person)}))
}

pub(super) fn file(core: &Core, params: &Params) -> Result<Value, Fail> {
    let id = params.text("file_id").filter(|id| !id.is_empty()).ok_or_else(|| Fail::bad("file_id not specified"))?;
    let size = locked(&core.files).get(id.as_ref()).map(|file| file.bytes.len());
    let size = size.ok_or_else(|| Fail::bad("wrong file_id or the file is temporarily unavailable"))?;
    let unique = id.get(..16).unwrap_or(&id);
    Ok(json!({"file_id": id, "file_unique_id": unique, "file_size": size, "file_path": format!("files/{id}")}))
}
