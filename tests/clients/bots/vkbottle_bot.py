"""A bot with vkbottle: labeler rules, its keyboards, its Long Poll and its callback set-up under an aiohttp server.

    python vkbottle_bot.py poll|hook

What every bot for VK does here: greets by «Начать» with its ref, shows a menu, answers presses (yes: snackbar and edit, no:
snackbar and delete), sends an attachment back, answers in conversations with a reply, and on command writes to others (/write),
too fast (/flood, /patient) and wrongly (/wrong).
"""

import asyncio
import signal
import sys

from aiohttp import web
from vkbottle import API, Bot, Callback, Keyboard, KeyboardButtonColor, OpenLink, Text, VKAPIError
from vkbottle.callback import BotCallback
from vkbottle.bot import BotLabeler, Message, MessageEvent, rules
from vkbottle_types.events import GroupEventType, GroupTypes

from report import BASE, HOOK_PORT, HOOK_URL, report

labeler = BotLabeler()
TOKEN = "vk1.a.sandbox"


class Patient(API):
    """Waits as VK wants it when it is told that it asks too fast."""

    async def request(self, method, data, version=None):
        while True:
            try:
                return await super().request(method, data, version)
            except VKAPIError[6]:
                await asyncio.sleep(1)


def client(token, kind=Patient):
    api = kind(token)
    api.API_URL = f"{BASE}/vk/method/"
    return api


async def refusal(call):
    try:
        await call
    except VKAPIError as error:
        # The library's own typed error: `except VKAPIError[901]`.
        return {"type": "VKAPIError" if isinstance(error, VKAPIError[error.code]) else None, "code": error.code, "text": error.error_msg}
    return None


@labeler.private_message(payload={"command": "start"})
async def start(message: Message):
    user = await message.get_user()
    report("start", ref=message.ref, source=message.ref_source, **{"from": message.from_id})
    keyboard = Keyboard(one_time=True).add(Text("Меню", payload={"command": "menu"}), color=KeyboardButtonColor.POSITIVE).row().add(Text("Помощь"))
    await message.answer(f"Привет, {user.first_name}! Код: {message.ref}", keyboard=keyboard.get_json())


@labeler.private_message(payload={"command": "menu"})
async def menu(message: Message):
    report("menu", payload=message.get_payload_json(), buttons=message.client_info.inline_keyboard if message.client_info else None)
    keyboard = Keyboard(inline=True).add(Callback("Да", payload={"answer": "yes"}), color=KeyboardButtonColor.PRIMARY)
    keyboard.add(Callback("Нет", payload={"answer": "no"}), color=KeyboardButtonColor.NEGATIVE).row().add(OpenLink("https://example.org/", "Сайт"))
    await message.answer("Выбирай", keyboard=keyboard.get_json())


@labeler.raw_event(GroupEventType.MESSAGE_EVENT, MessageEvent, rules.PayloadRule({"answer": "yes"}))
async def yes(event: MessageEvent):
    report("press", payload=event.payload, **{"from": event.user_id})
    site = Keyboard(inline=True).add(OpenLink("https://example.org/", "Сайт"))
    await event.show_snackbar("Записал: yes")
    await event.edit_message("Выбрано: yes", keyboard=site.get_json())


@labeler.raw_event(GroupEventType.MESSAGE_EVENT, MessageEvent, rules.PayloadRule({"answer": "no"}))
async def no(event: MessageEvent):
    await event.show_snackbar("Жаль")
    gone = await event.ctx_api.messages.delete(peer_id=event.peer_id, cmids=[event.conversation_message_id], delete_for_all=True)
    report("deleted", count=len(gone))


@labeler.private_message(rules.AttachmentTypeRule(["photo", "doc", "sticker", "audio_message"]))
async def attachment(message: Message):
    sent = message.attachments[0]
    kind = sent.type.value
    about = {"photo": lambda: {"sizes": len(sent.photo.sizes)}, "doc": lambda: {"title": sent.doc.title, "ext": sent.doc.ext, "size": sent.doc.size},
             "sticker": lambda: {"sticker": sent.sticker.sticker_id}, "audio_message": lambda: {"duration": sent.audio_message.duration}}
    report("attachment", kind=kind, text=message.text, **about[kind]())
    if kind in ("photo", "doc"):
        await message.answer("Вот", attachment=message.get_attachment_strings()[0])


@labeler.message(text="/whoami")
async def whoami(message: Message):
    api = message.ctx_api
    groups = await api.groups.get_by_id()
    user = (await api.users.get(user_ids=[message.from_id]))[0]
    allowed = await api.messages.is_messages_from_group_allowed(group_id=groups.groups[0].id, user_id=message.from_id)
    seen = (await api.messages.get_conversations_by_id(peer_ids=[message.peer_id])).items[0]
    await api.messages.mark_as_read(peer_id=message.peer_id)
    await api.messages.set_activity(peer_id=message.peer_id, type="typing")
    report("whoami", group=[groups.groups[0].id, groups.groups[0].name], user=[user.id, user.first_name, user.last_name],
           allowed=bool(allowed.is_allowed), can_write=seen.can_write.allowed)


@labeler.message(text="/write <peer:int>")
async def write(message: Message, peer: int):
    report("wrote", error=await refusal(message.ctx_api.messages.send(peer_id=peer, random_id=0, message="Письмо")))


@labeler.message(text="/flood")
async def flood(message: Message):
    bare = client(TOKEN, API)
    sent = await asyncio.gather(*(refusal(bare.messages.send(peer_id=message.peer_id, random_id=0, message=f"{number}")) for number in range(40)))
    errors = [error for error in sent if error]
    report("flood", sent=len(sent) - len(errors), errors=errors)


@labeler.message(text="/patient")
async def patient(message: Message):
    await asyncio.gather(*(message.answer(f"{number}") for number in range(40)))
    report("patient", sent=40)


@labeler.message(text="/wrong")
async def wrong(message: Message):
    api = message.ctx_api

    def buttons(count, label="a", payload=None):
        keyboard = Keyboard(inline=True)
        for number in range(count):
            keyboard = keyboard.row() if number % 5 == 0 else keyboard
            keyboard.add(Callback(label, payload=payload or {}))
        return keyboard.get_json()

    calls = {
        "no method": api.request("messages.danceTheTango", {}),
        "wrong token": client("vk1.a.wrong").request("users.get", {}),
        "old version": api.request("users.get", {}, version="5.50"),
        "foreign group": api.groups.get_long_poll_server(group_id=1),
        "too long": api.messages.send(peer_id=message.peer_id, random_id=0, message="я" * 9001),
        "empty": message.answer(""),
        "many buttons": message.answer("a", keyboard=buttons(11)),
        "long label": message.answer("a", keyboard=buttons(1, "я" * 41)),
        "long payload": message.answer("a", keyboard=buttons(1, payload={"a": "я" * 255})),
        "no keyboard": message.answer("a", keyboard="{"),
        "old press": api.messages.send_message_event_answer(event_id="0123456789ab", user_id=message.from_id, peer_id=message.peer_id),
        "foreign message": api.messages.edit(peer_id=message.peer_id, conversation_message_id=message.conversation_message_id, message="a"),
        "no chat": api.messages.send(peer_id=2_000_009_999, random_id=0, message="a"),
        "many peers": api.messages.send(peer_ids=list(range(1, 102)), random_id=0, message="a"),
        "no random_id": api.request("messages.send", {"peer_id": message.peer_id, "message": "a"}),
    }
    report("wrong", errors={what: await refusal(call) for what, call in calls.items()})


@labeler.chat_message(rules.ChatActionRule(["chat_invite_user", "chat_kick_user"]))
async def action(message: Message):
    report("action", type=message.action.type.value, member=message.action.member_id)


@labeler.chat_message()
async def group(message: Message):
    report("group", chat=message.chat_id)
    await message.reply(f"В беседе: {message.text}")


@labeler.private_message()
async def echo(message: Message):
    report("text", text=message.text)
    await message.answer(f"Эхо: {message.text}")


@labeler.raw_event(GroupEventType.MESSAGE_ALLOW, GroupTypes.MessageAllow)
async def allow(event: GroupTypes.MessageAllow):
    report("allow", user=event.object.user_id)


@labeler.raw_event(GroupEventType.MESSAGE_DENY, GroupTypes.MessageDeny)
async def deny(event: GroupTypes.MessageDeny):
    report("deny", user=event.object.user_id)


async def poll(bot):
    polling = asyncio.create_task(bot.run_polling())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, polling.cancel)
    await bot.api.groups.get_by_id()
    report("ready")
    await asyncio.gather(polling, return_exceptions=True)


async def hook(bot):
    events = set()

    async def take(request):
        event = await request.json()
        if event["type"] == "confirmation":
            return web.Response(text=confirmation)
        if event.get("secret") != bot.callback.get_secret_key():
            return web.Response(status=403)
        events.add(task := asyncio.create_task(bot.process_event(event)))
        task.add_done_callback(events.discard)
        return web.Response(text="ok")

    await bot.callback.setup_group_id()
    confirmation = await bot.callback.get_callback_confirmation_code()
    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", HOOK_PORT).start()
    await bot.setup_webhook()
    report("ready")
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()
    await bot.callback.delete_callback_server(await bot.callback.find_server_id())
    await runner.cleanup()


async def main(way):
    bot = Bot(api=client(TOKEN), labeler=labeler, callback=BotCallback(HOOK_URL, "vkbottle"))
    await (poll if way == "poll" else hook)(bot)
    await bot.api.http_client.close()


asyncio.run(main(sys.argv[1]))
