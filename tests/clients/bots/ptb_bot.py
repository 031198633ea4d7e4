"""The bot of aiogram_bot.py with python-telegram-bot: handlers and filters, its rate limiter, its polling and its tornado server.

    python ptb_bot.py poll|hook
"""

import asyncio
import logging
import sys

from telegram import (
    Bot,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.helpers import escape_markdown

from report import BASE, HOOK_PORT, HOOK_URL, report

Context = ContextTypes.DEFAULT_TYPE
TOKEN = "7000000001:sandbox"
CODES = {BadRequest: 400, ChatMigrated: 400, InvalidToken: 401, Forbidden: 403, EndPointNotFound: 404, RetryAfter: 429}
SITE = InlineKeyboardButton("Сайт", url="https://example.org/")


def described(error: TelegramError):
    code = CODES.get(type(error))
    # The library cuts the server's prefix off a 400, and has words of its own where it keeps a number or a token.
    text = None if isinstance(error, (RetryAfter, ChatMigrated, InvalidToken, EndPointNotFound)) else error.message
    text = f"Bad Request: {text}" if code == 400 and text else text
    return {"type": type(error).__name__, "code": code, "text": text, "retry_after": getattr(error, "_retry_after", None) and error._retry_after.total_seconds(),
            "migrate_to_chat_id": getattr(error, "new_chat_id", None)}


async def refusal(call):
    try:
        await call
    except TelegramError as error:
        return described(error)
    return None


async def start(update: Update, context: Context):
    user, payload = update.effective_user, " ".join(context.args)
    report("start", payload=payload, **{"from": user.id}, language=user.language_code)
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Мой номер", request_contact=True)], ["Меню"]], resize_keyboard=True, one_time_keyboard=True)
    await update.message.reply_text(f"Привет, {user.first_name}! Код: {payload}", reply_markup=keyboard)


async def contact(update: Update, context: Context):
    card = update.message.contact
    report("contact", phone=card.phone_number)
    own = "Свой" if card.user_id == update.effective_user.id else "Чужой"
    await update.message.reply_text(f"{own} номер: {card.phone_number}", reply_markup=ReplyKeyboardRemove())


async def menu(update: Update, context: Context):
    keyboard = [[InlineKeyboardButton("Да", callback_data="yes"), InlineKeyboardButton("Нет", callback_data="no")], [SITE]]
    await update.message.reply_text("Выбирай", reply_markup=InlineKeyboardMarkup(keyboard))


async def yes(update: Update, context: Context):
    query = update.callback_query
    report("press", data=query.data, chat=query.message.chat.id)
    await query.answer(f"Записал: {query.data}")
    await query.edit_message_text(f"Выбрано: {query.data}", reply_markup=InlineKeyboardMarkup.from_button(SITE))


async def no(update: Update, context: Context):
    await update.callback_query.answer("Жаль", show_alert=True)
    await update.callback_query.delete_message()


async def photo(update: Update, context: Context):
    size = update.message.photo[-1]
    content = await (await size.get_file()).download_as_bytearray()
    report("photo", caption=update.message.caption, bytes=len(content))
    await update.message.reply_photo(size, caption="Вот она")
    await update.message.reply_document("Привет".encode(), filename="письмо.txt", caption="И письмо")


async def document(update: Update, context: Context):
    sent = update.message.document
    content = await (await sent.get_file()).download_as_bytearray()
    report("document", name=sent.file_name, mime=sent.mime_type, bytes=len(content))


async def sticker(update: Update, context: Context):
    report("sticker", emoji=update.message.sticker.emoji)


async def voice(update: Update, context: Context):
    report("voice", duration=update.message.voice.duration)


async def whoami(update: Update, context: Context):
    bot, chat_id = context.bot, update.effective_chat.id
    me, chat, hook = await bot.get_me(), await bot.get_chat(chat_id), await bot.get_webhook_info()
    member = await bot.get_chat_member(chat_id, update.effective_user.id)
    await bot.set_my_commands([("menu", "Меню")])
    await bot.send_chat_action(chat_id, ChatAction.TYPING)
    report("whoami", me=me.to_dict(), chat={"id": chat.id, "type": chat.type, "first_name": chat.first_name}, member=member.status,
           hook=hook.to_dict(), commands=[command.to_dict() for command in await bot.get_my_commands()])


async def write(update: Update, context: Context):
    report("wrote", error=await refusal(context.bot.send_message(int(context.args[0]), "Письмо")))


async def flood(update: Update, context: Context):
    # The bare bot: without the application's rate limiter.
    async with Bot(TOKEN, base_url=f"{BASE}/telegram/bot") as bot:
        sent = await asyncio.gather(*(refusal(bot.send_message(update.effective_chat.id, f"{number}")) for number in range(7)))
    errors = [error for error in sent if error]
    report("flood", sent=len(sent) - len(errors), errors=errors)


async def patient(update: Update, context: Context):
    for number in range(7):
        await update.message.reply_text(f"{number}")
    report("patient", sent=7)


async def wrong(update: Update, context: Context):
    def buttons(rows, columns, data):
        return InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data=data)] * columns] * rows)

    bot, message, chat = context.bot, update.message, update.effective_chat.id
    said = await message.reply_text("Скажу")
    stranger = Bot("7000000001:wrong", base_url=f"{BASE}/telegram/bot")
    calls = {
        "chat not found": bot.send_message(1, "a"),
        "not modified": said.edit_text("Скажу"),
        "too long": message.reply_text("я" * 4097),
        "empty": message.reply_text("  "),
        "long data": message.reply_text("a", reply_markup=buttons(1, 1, "я" * 33)),
        "many buttons": message.reply_text("a", reply_markup=buttons(26, 4, "a")),
        "bad tag": message.reply_html("<nope>a</nope>"),
        "bad mark": message.reply_markdown_v2("1.2"),
        "edit nothing": bot.edit_message_text("a", chat_id=chat, message_id=999_999),
        "delete nothing": bot.delete_message(chat, 999_999),
        "reply to nothing": message.reply_text("a", reply_parameters=ReplyParameters(999_999)),
        "old press": bot.answer_callback_query("123", text="a"),
        "no file": message.reply_photo("AgACAgIAAxkBAAM"),
        "no method": bot.do_api_request("danceTheTango"),
        "wrong token": stranger.initialize(),
    }
    report("wrong", errors={what: await refusal(call) for what, call in calls.items()})


async def group(update: Update, context: Context):
    chat = update.effective_chat
    report("group", chat=chat.id, title=chat.title)
    reply = await update.message.reply_text(f"В группе {chat.title}: {update.message.text}", do_quote=True)
    report("replied", quoted=reply.reply_to_message.text if reply.reply_to_message else None)


async def came(update: Update, context: Context):
    for user in update.message.new_chat_members:
        report("came", id=user.id, name=user.full_name)


async def left(update: Update, context: Context):
    report("left", id=update.message.left_chat_member.id)


async def membership(update: Update, context: Context):
    member: ChatMember = update.my_chat_member.new_chat_member
    # The library calls it BANNED; the wire calls it kicked.
    report("membership", chat=update.effective_chat.id, status=member.to_dict()["status"])


async def echo(update: Update, context: Context):
    report("text", text=update.message.text)
    await update.message.reply_text(f"*Эхо*: {escape_markdown(update.message.text, version=2)} \\([сайт](https://example.org)\\)",
                                    parse_mode=ParseMode.MARKDOWN_V2)


def application():
    builder = Application.builder().token(TOKEN).base_url(f"{BASE}/telegram/bot").base_file_url(f"{BASE}/telegram/file/bot")

    async def ready(app: Application):
        report("ready")

    async def end(app: Application):
        await app.bot.delete_webhook()

    app = builder.rate_limiter(AIORateLimiter(max_retries=20)).concurrent_updates(True).post_init(ready).post_stop(end).build()
    private = filters.ChatType.PRIVATE
    app.add_handlers([
        CommandHandler("start", start, filters=private),
        MessageHandler(filters.CONTACT, contact),
        MessageHandler(private & filters.Text(["Меню"]), menu),
        CallbackQueryHandler(yes, pattern="^yes$"),
        CallbackQueryHandler(no, pattern="^no$"),
        MessageHandler(filters.PHOTO, photo),
        MessageHandler(filters.Document.ALL, document),
        MessageHandler(filters.Sticker.ALL, sticker),
        MessageHandler(filters.VOICE, voice),
        *(CommandHandler(call.__name__, call) for call in (whoami, write, flood, patient, wrong)),
        MessageHandler(~private & filters.TEXT, group),
        MessageHandler(filters.StatusUpdate.NEW_CHAT_MEMBERS, came),
        MessageHandler(filters.StatusUpdate.LEFT_CHAT_MEMBER, left),
        ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.TEXT, echo),
    ])
    return app


logging.basicConfig(level=logging.WARNING)
if sys.argv[1] == "poll":
    application().run_polling(allowed_updates=Update.ALL_TYPES)
else:
    application().run_webhook("127.0.0.1", HOOK_PORT, "/hook", webhook_url=HOOK_URL, secret_token="ptb-secret")
