"""A bot with aiogram: router, filters, keyboard builders, its own polling and its own webhook server.

    python aiogram_bot.py poll|hook

What every bot for Telegram does here: greets by /start, thanks for a contact, shows a menu, answers presses (yes: toast and edit,
no: alert and delete), sends a photo back and a document after it, answers in groups with a reply, and on command writes to
others (/write), too fast (/flood, /patient) and wrongly (/wrong).
"""

import asyncio
import io
import signal
import sys

from aiogram import Bot, Dispatcher, F, Router, html
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction, ChatType, ParseMode
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from aiogram.utils.keyboard import InlineKeyboardBuilder, ReplyKeyboardBuilder
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from report import BASE, HOOK_PORT, HOOK_URL, report

router = Router()
private = F.chat.type == ChatType.PRIVATE
SECRET = "aiogram-secret"
CODES = {"TelegramBadRequest": 400, "TelegramUnauthorizedError": 401, "TelegramForbiddenError": 403, "TelegramNotFound": 404,
         "TelegramRetryAfter": 429, "TelegramMigrateToChat": 400}


class NoSuchMethod(TelegramMethod[bool]):
    __returning__ = bool
    __api_method__ = "danceTheTango"


def described(error: TelegramAPIError):
    name = type(error).__name__
    # aiogram says some in words of its own, and the server's after them.
    text = error.message.rpartition("Original description: ")[2]
    return {"type": name, "code": CODES.get(name), "text": text, "retry_after": getattr(error, "retry_after", None),
            "migrate_to_chat_id": getattr(error, "migrate_to_chat_id", None)}


async def refusal(call):
    try:
        await call
    except TelegramAPIError as error:
        return described(error)
    return None


@router.message(CommandStart(), private)
async def start(message: Message, command: CommandObject):
    report("start", payload=command.args, **{"from": message.from_user.id}, language=message.from_user.language_code)
    keyboard = ReplyKeyboardBuilder()
    keyboard.add(KeyboardButton(text="Мой номер", request_contact=True), KeyboardButton(text="Меню")).adjust(1)
    await message.answer(f"Привет, {message.from_user.first_name}! Код: {command.args}",
                         reply_markup=keyboard.as_markup(resize_keyboard=True, one_time_keyboard=True))


@router.message(F.contact)
async def contact(message: Message):
    report("contact", phone=message.contact.phone_number)
    own = "Свой" if message.contact.user_id == message.from_user.id else "Чужой"
    await message.answer(f"{own} номер: {message.contact.phone_number}", reply_markup=ReplyKeyboardRemove())


@router.message(private, F.text == "Меню")
async def menu(message: Message):
    keyboard = InlineKeyboardBuilder()
    keyboard.button(text="Да", callback_data="yes").button(text="Нет", callback_data="no")
    keyboard.row(InlineKeyboardButton(text="Сайт", url="https://example.org/"))
    await message.answer("Выбирай", reply_markup=keyboard.as_markup())


@router.callback_query(F.data == "yes")
async def yes(query: CallbackQuery):
    report("press", data=query.data, chat=query.message.chat.id)
    site = InlineKeyboardBuilder().button(text="Сайт", url="https://example.org/")
    await query.answer(f"Записал: {query.data}")
    await query.message.edit_text(f"Выбрано: {query.data}", reply_markup=site.as_markup())


@router.callback_query(F.data == "no")
async def no(query: CallbackQuery):
    await query.answer("Жаль", show_alert=True)
    await query.message.delete()


@router.message(F.photo)
async def photo(message: Message, bot: Bot):
    content = await bot.download(message.photo[-1], destination=io.BytesIO())
    report("photo", caption=message.caption, bytes=len(content.getvalue()))
    await message.answer_photo(message.photo[-1].file_id, caption="Вот она")
    await message.answer_document(BufferedInputFile("Привет".encode(), "письмо.txt"), caption="И письмо")


@router.message(F.document)
async def document(message: Message, bot: Bot):
    content = await bot.download(message.document, destination=io.BytesIO())
    report("document", name=message.document.file_name, mime=message.document.mime_type, bytes=len(content.getvalue()))


@router.message(F.sticker)
async def sticker(message: Message):
    report("sticker", emoji=message.sticker.emoji)


@router.message(F.voice)
async def voice(message: Message):
    report("voice", duration=message.voice.duration)


@router.message(Command("whoami"))
async def whoami(message: Message, bot: Bot):
    me, chat, hook = await bot.me(), await bot.get_chat(message.chat.id), await bot.get_webhook_info()
    member = await bot.get_chat_member(message.chat.id, message.from_user.id)
    await bot.set_my_commands([BotCommand(command="menu", description="Меню")])
    await bot.send_chat_action(message.chat.id, ChatAction.TYPING)
    report("whoami", me=me.model_dump(mode="json"), chat={"id": chat.id, "type": chat.type, "first_name": chat.first_name},
           member=member.status, hook=hook.model_dump(mode="json"),
           commands=[command.model_dump(exclude_none=True) for command in await bot.get_my_commands()])


@router.message(Command("write"))
async def write(message: Message, command: CommandObject, bot: Bot):
    report("wrote", error=await refusal(bot.send_message(int(command.args), "Письмо")))


@router.message(Command("flood"))
async def flood(message: Message):
    sent = await asyncio.gather(*(refusal(message.answer(f"{number}")) for number in range(7)))
    errors = [error for error in sent if error]
    report("flood", sent=len(sent) - len(errors), errors=errors)


@router.message(Command("patient"))
async def patient(message: Message):
    sent = 0
    while sent < 7:
        try:
            await message.answer(f"{sent}")
            sent += 1
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
    report("patient", sent=sent)


@router.message(Command("wrong"))
async def wrong(message: Message, bot: Bot):
    def buttons(rows, columns, data):
        # By hand: the builder itself refuses more than a hundred.
        return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data=data)] * columns] * rows)

    said = await message.answer("Скажу")
    stranger = Bot("7000000001:wrong", session=bot.session)
    calls = {
        "chat not found": bot.send_message(1, "a"),
        "not modified": said.edit_text("Скажу"),
        "too long": message.answer("я" * 4097),
        "empty": message.answer("  "),
        "long data": message.answer("a", reply_markup=buttons(1, 1, "я" * 33)),
        "many buttons": message.answer("a", reply_markup=buttons(26, 4, "a")),
        "bad tag": message.answer("<nope>a</nope>"),
        "bad mark": message.answer("1.2", parse_mode=ParseMode.MARKDOWN_V2),
        "edit nothing": bot.edit_message_text("a", chat_id=message.chat.id, message_id=999_999),
        "delete nothing": bot.delete_message(message.chat.id, 999_999),
        "reply to nothing": message.answer("a", reply_parameters=ReplyParameters(message_id=999_999)),
        "old press": bot.answer_callback_query("123", text="a"),
        "no file": message.answer_photo("AgACAgIAAxkBAAM"),
        "no method": bot(NoSuchMethod()),
        "wrong token": stranger.get_me(),
    }
    report("wrong", errors={what: await refusal(call) for what, call in calls.items()})


@router.message(~private, F.text)
async def group(message: Message):
    report("group", chat=message.chat.id, title=message.chat.title)
    reply = await message.reply(f"В группе {message.chat.title}: {message.text}")
    report("replied", quoted=reply.reply_to_message.text if reply.reply_to_message else None)


@router.message(F.new_chat_members)
async def came(message: Message):
    for user in message.new_chat_members:
        report("came", id=user.id, name=user.full_name)


@router.message(F.left_chat_member)
async def left(message: Message):
    report("left", id=message.left_chat_member.id)


@router.my_chat_member()
async def membership(change: ChatMemberUpdated):
    report("membership", chat=change.chat.id, status=change.new_chat_member.status)


@router.message(F.text)
async def echo(message: Message) -> SendMessage:
    report("text", text=message.text)
    # Returned, not awaited: by webhook it travels in the body of the answer.
    return SendMessage(chat_id=message.chat.id, text=f"{html.bold('Эхо')}: {html.quote(message.text)} ({html.link('сайт', 'https://example.org')})")


async def main(way):
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"{BASE}/telegram"))
    bot = Bot("7000000001:sandbox", session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    if way == "poll":
        dispatcher.startup.register(lambda: report("ready"))
        await dispatcher.start_polling(bot)
        return
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET).register(app, path="/hook")
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", HOOK_PORT).start()
    await bot.set_webhook(HOOK_URL, secret_token=SECRET, allowed_updates=dispatcher.resolve_used_update_types(), drop_pending_updates=True)
    report("ready")
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()
    await bot.delete_webhook()
    await runner.cleanup()
    await bot.session.close()


asyncio.run(main(sys.argv[1]))
