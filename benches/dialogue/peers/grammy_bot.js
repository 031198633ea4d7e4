// The dialogue of ../content with grammY: its runner, sessions in Redis, the updates of one chat one after another.
import { run, sequentialize } from '@grammyjs/runner';
import { RedisAdapter } from '@grammyjs/storage-redis';
import { Bot, InlineKeyboard, session } from 'grammy';
import { Redis } from 'ioredis';

const { API_ROOT, BOT_TOKEN, REDIS_SOCKET } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: API_ROOT } });
const key = (ctx) => ctx.chat?.id.toString();

bot.use(sequentialize(key));
bot.use(session({
  initial: () => ({ step: 'none' }),
  getSessionKey: key,
  storage: new RedisAdapter({ instance: new Redis(REDIS_SOCKET) }),
}));

const likes = new InlineKeyboard().text('С людьми', 'people').row().text('С машинами', 'machines');
const when = new InlineKeyboard().text('Утром', 'morning').row().text('Вечером', 'evening');

bot.command('start', async (ctx) => {
  ctx.session = { step: 'name' };
  await ctx.reply('Как тебя зовут?');
});

bot.on('message:text', async (ctx) => {
  const { session: state, message: { text } } = ctx;
  if (state.step === 'name') {
    state.name = text;
    state.step = 'class';
    await ctx.reply('В каком ты классе?');
  } else if (state.step === 'class') {
    state.class = text;
    state.step = 'likes';
    await ctx.reply(`${state.name}, ${state.class}: с чем тебе интереснее?`, { reply_markup: likes });
  }
});

bot.callbackQuery(['people', 'machines'], async (ctx) => {
  if (ctx.session.step !== 'likes') return;
  ctx.session.likes = ctx.callbackQuery.data;
  ctx.session.step = 'when';
  await ctx.answerCallbackQuery();
  await ctx.reply('Когда тебе удобно?', { reply_markup: when });
});

bot.callbackQuery(['morning', 'evening'], async (ctx) => {
  const { session: state } = ctx;
  if (state.step !== 'when') return;
  state.when = ctx.callbackQuery.data;
  state.step = 'none';
  await ctx.answerCallbackQuery();
  await ctx.reply(`Записал: ${state.name}, ${state.class}.`);
});

bot.catch((error) => console.error(error));
run(bot);
