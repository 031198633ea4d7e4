// The bot of aiogram_bot.py with grammY: composers, its keyboards, the auto-retry plugin, its polling and its webhook callback.
//
//   node grammy_bot.js poll|hook
import { createServer } from 'node:http';
import { autoRetry } from '@grammyjs/auto-retry';
import { Api, Bot, GrammyError, InlineKeyboard, InputFile, Keyboard, webhookCallback } from 'grammy';
import { BASE, HOOK_PORT, HOOK_URL, refusal, report } from './report.js';

const TOKEN = '7000000001:sandbox';
const SECRET = 'grammy-secret';
const client = { apiRoot: `${BASE}/telegram`, canUseWebhookReply: (method) => method === 'sendChatAction' };
const bot = new Bot(TOKEN, { client });
const bare = new Api(TOKEN, { apiRoot: client.apiRoot });
const pm = bot.chatType('private');
const site = () => new InlineKeyboard().url('Сайт', 'https://example.org/');

const describe = (error) => {
  if (!(error instanceof GrammyError)) throw error;
  return { type: error.constructor.name, code: error.error_code, text: error.description, retry_after: error.parameters.retry_after, migrate_to_chat_id: error.parameters.migrate_to_chat_id };
};
const attempt = (call) => refusal(call, describe);

pm.command('start', (ctx) => {
  report('start', { payload: ctx.match, from: ctx.from.id, language: ctx.from.language_code });
  const keyboard = new Keyboard().requestContact('Мой номер').row().text('Меню').resized().oneTime();
  return ctx.reply(`Привет, ${ctx.from.first_name}! Код: ${ctx.match}`, { reply_markup: keyboard });
});

bot.on('message:contact', (ctx) => {
  const { phone_number: phone, user_id: owner } = ctx.message.contact;
  report('contact', { phone });
  return ctx.reply(`${owner === ctx.from.id ? 'Свой' : 'Чужой'} номер: ${phone}`, { reply_markup: { remove_keyboard: true } });
});

pm.hears('Меню', (ctx) => ctx.reply('Выбирай', { reply_markup: new InlineKeyboard().text('Да', 'yes').text('Нет', 'no').row().url('Сайт', 'https://example.org/') }));

bot.callbackQuery('yes', async (ctx) => {
  report('press', { data: ctx.callbackQuery.data, chat: ctx.chat.id });
  await ctx.answerCallbackQuery(`Записал: ${ctx.callbackQuery.data}`);
  await ctx.editMessageText(`Выбрано: ${ctx.callbackQuery.data}`, { reply_markup: site() });
});

bot.callbackQuery('no', async (ctx) => {
  await ctx.answerCallbackQuery({ text: 'Жаль', show_alert: true });
  await ctx.deleteMessage();
});

/** The size of a file, fetched. */
async function fetched(ctx) {
  const { file_path: path } = await ctx.getFile();
  const answer = await fetch(`${BASE}/telegram/file/bot${TOKEN}/${path}`);
  return (await answer.arrayBuffer()).byteLength;
}

bot.on('message:photo', async (ctx) => {
  report('photo', { caption: ctx.message.caption, bytes: await fetched(ctx) });
  await ctx.replyWithPhoto(ctx.message.photo.at(-1).file_id, { caption: 'Вот она' });
  await ctx.replyWithDocument(new InputFile(Buffer.from('Привет'), 'письмо.txt'), { caption: 'И письмо' });
});

bot.on('message:document', async (ctx) => {
  const { file_name: name, mime_type: mime } = ctx.message.document;
  report('document', { name, mime, bytes: await fetched(ctx) });
});

bot.on('message:sticker', (ctx) => report('sticker', { emoji: ctx.message.sticker.emoji }));
bot.on('message:voice', (ctx) => report('voice', { duration: ctx.message.voice.duration }));

bot.command('whoami', async (ctx) => {
  const [chat, hook, member] = [await ctx.getChat(), await ctx.api.getWebhookInfo(), await ctx.getChatMember(ctx.from.id)];
  await ctx.api.setMyCommands([{ command: 'menu', description: 'Меню' }]);
  const { id, type, first_name } = chat;
  const me = await ctx.api.getMe();
  const commands = await ctx.api.getMyCommands();
  await ctx.replyWithChatAction('typing');
  report('whoami', { me, chat: { id, type, first_name }, member: member.status, hook, commands });
});

bot.command('write', async (ctx) => report('wrote', { error: await attempt(ctx.api.sendMessage(Number(ctx.match), 'Письмо')) }));

bot.command('flood', async (ctx) => {
  const sent = await Promise.all(Array.from({ length: 7 }, (_, number) => attempt(bare.sendMessage(ctx.chat.id, String(number)))));
  const errors = sent.filter(Boolean);
  report('flood', { sent: sent.length - errors.length, errors });
});

bot.command('patient', async (ctx) => {
  for (let number = 0; number < 7; number += 1) await ctx.reply(String(number));
  report('patient', { sent: 7 });
});

bot.command('wrong', async (ctx) => {
  const buttons = (rows, columns, data) => ({ reply_markup: InlineKeyboard.from(Array(rows).fill(Array(columns).fill(InlineKeyboard.text('a', data)))) });
  const said = await ctx.reply('Скажу');
  const calls = {
    'chat not found': () => ctx.api.sendMessage(1, 'a'),
    'not modified': () => ctx.api.editMessageText(ctx.chat.id, said.message_id, 'Скажу'),
    'too long': () => ctx.reply('я'.repeat(4097)),
    empty: () => ctx.reply('  '),
    'long data': () => ctx.reply('a', buttons(1, 1, 'я'.repeat(33))),
    'many buttons': () => ctx.reply('a', buttons(26, 4, 'a')),
    'bad tag': () => ctx.reply('<nope>a</nope>', { parse_mode: 'HTML' }),
    'bad mark': () => ctx.reply('1.2', { parse_mode: 'MarkdownV2' }),
    'edit nothing': () => ctx.api.editMessageText(ctx.chat.id, 999_999, 'a'),
    'delete nothing': () => ctx.api.deleteMessage(ctx.chat.id, 999_999),
    'reply to nothing': () => ctx.reply('a', { reply_parameters: { message_id: 999_999 } }),
    'old press': () => ctx.api.answerCallbackQuery('123', { text: 'a' }),
    'no file': () => ctx.replyWithPhoto('AgACAgIAAxkBAAM'),
    'no method': () => ctx.api.raw.danceTheTango({}),
    'wrong token': () => new Api('7000000001:wrong', { apiRoot: client.apiRoot }).getMe(),
  };
  const errors = {};
  for (const [what, call] of Object.entries(calls)) errors[what] = await attempt(call());
  report('wrong', { errors });
});

bot.chatType(['group', 'supergroup']).on('message:text', async (ctx) => {
  report('group', { chat: ctx.chat.id, title: ctx.chat.title });
  const reply = await ctx.reply(`В группе ${ctx.chat.title}: ${ctx.message.text}`, { reply_parameters: { message_id: ctx.message.message_id } });
  report('replied', { quoted: reply.reply_to_message?.text ?? null });
});

bot.on('message:new_chat_members', (ctx) => {
  for (const { id, first_name: name } of ctx.message.new_chat_members) report('came', { id, name });
});
bot.on('message:left_chat_member', (ctx) => report('left', { id: ctx.message.left_chat_member.id }));
bot.on('my_chat_member', (ctx) => report('membership', { chat: ctx.chat.id, status: ctx.myChatMember.new_chat_member.status }));

bot.on('message:text', (ctx) => {
  const { text } = ctx.message;
  report('text', { text });
  const entities = [{ type: 'bold', offset: 0, length: 3 }, { type: 'text_link', offset: 5 + text.length + 2, length: 4, url: 'https://example.org' }];
  return ctx.reply(`Эхо: ${text} (сайт)`, { entities });
});

bot.api.config.use(autoRetry());
bot.catch((error) => console.error(error));
if (process.argv[2] === 'poll') {
  process.once('SIGTERM', () => bot.stop());
  await bot.start({ drop_pending_updates: true, onStart: () => report('ready') });
} else {
  const server = createServer(webhookCallback(bot, 'http', { secretToken: SECRET }));
  await new Promise((resolve) => server.listen(Number(HOOK_PORT), '127.0.0.1', resolve));
  await bot.api.setWebhook(HOOK_URL, { secret_token: SECRET, drop_pending_updates: true });
  process.once('SIGTERM', async () => {
    await bot.api.deleteWebhook();
    server.close();
    server.closeAllConnections();
  });
  report('ready');
}
