"""The dialogue of ../content with aiogram: its states in Redis, the updates of one chat one after another, uvloop."""

import os

import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from redis.asyncio import ConnectionPool, Redis, UnixDomainSocketConnection

router = Router()


class Dialogue(StatesGroup):
    name = State()
    grade = State()
    likes = State()
    when = State()


def keyboard(*buttons):
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons])


LIKES = keyboard(("С людьми", "people"), ("С машинами", "machines"))
WHEN = keyboard(("Утром", "morning"), ("Вечером", "evening"))


@router.message(CommandStart())
async def start(message: Message, state: FSMContext):
    await state.set_state(Dialogue.name)
    await message.answer("Как тебя зовут?")


@router.message(Dialogue.name, F.text)
async def name(message: Message, state: FSMContext):
    await state.update_data(name=message.text)
    await state.set_state(Dialogue.grade)
    await message.answer("В каком ты классе?")


@router.message(Dialogue.grade, F.text)
async def grade(message: Message, state: FSMContext):
    data = await state.update_data(grade=message.text)
    await state.set_state(Dialogue.likes)
    await message.answer(f"{data['name']}, {data['grade']}: с чем тебе интереснее?", reply_markup=LIKES)


@router.callback_query(Dialogue.likes, F.data.in_({"people", "machines"}))
async def likes(press: CallbackQuery, state: FSMContext):
    await state.update_data(likes=press.data)
    await state.set_state(Dialogue.when)
    await press.answer()
    await press.message.answer("Когда тебе удобно?", reply_markup=WHEN)


@router.callback_query(Dialogue.when, F.data.in_({"morning", "evening"}))
async def when(press: CallbackQuery, state: FSMContext):
    data = await state.update_data(when=press.data)
    await state.set_state(None)
    await press.answer()
    await press.message.answer(f"Записал: {data['name']}, {data['grade']}.")


async def main():
    server = TelegramAPIServer.from_base(os.environ["API_ROOT"])
    # Its default of 100 requests at a time would hold back whoever talks to more people than that.
    session = AiohttpSession(api=server, limit=1_000)
    # With the pool's default size connections run out at many chats, and then updates are lost.
    pool = ConnectionPool(connection_class=UnixDomainSocketConnection, path=os.environ["REDIS_SOCKET"], max_connections=4_000)
    dispatcher = Dispatcher(storage=RedisStorage(Redis(connection_pool=pool)), events_isolation=SimpleEventIsolation())
    dispatcher.include_router(router)
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session), handle_signals=False)


uvloop.run(main())
