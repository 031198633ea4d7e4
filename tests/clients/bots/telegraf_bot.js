// The bot of aiogram_bot.py with Telegraf: filters, Markup, `fmt`, its polling, its webhook server and its answers by webhook.
//
//   node telegraf_bot.js poll|hook
import { createServer } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { Input, Markup, Telegraf, Telegram, TelegramError } from 'telegraf';
import { message } from 'telegraf/filters';
import * as format from 'telegraf/format';
import { BASE, HOOK_PORT, HOOK_URL, refusal, report } from './report.js';

const TOKEN = '7000000001:sandbox';
// Its addresses are relative to the root: without the last slash the path would be lost.
const telegram = { apiRoot: `${BASE}/telegram/` };
const bot = new Telegraf(TOKEN, { telegram });
const site = Markup.button.url('Сайт', 'https://example.org/');

const describe = (error) => {
  if (!(error instanceof TelegramError)) throw error;
  return { type: error.constructor.name, code: error.code, text: error.description, retry_after: error.parameters?.retry_after, migrate_to_chat_id: error.parameters?.migrate_to_chat_id };
};
const attempt = (call) => refusal(call, describe);

/** Telegraf leaves waiting to its users. */
async function patiently(call) {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TelegramError) || error.code !== 429) throw error;
      await after(error.parameters.retry_after * 1000);
    }
  }
}

bot.start((ctx) => {
  report('start', { payload: ctx.payload, from: ctx.from.id, language: ctx.from.language_code });
  const keyboard = Markup.keyboard([[Markup.button.contactRequest('Мой номер')], ['Меню']]).resize().oneTime();
  return ctx.reply(`Привет, ${ctx.from.first_name}! Код: ${ctx.payload}`, keyboard);
});

bot.on(message('contact'), (ctx) => {
  const { phone_number: phone, user_id: owner } = ctx.message.contact;
  report('contact', { phone });
  return ctx.reply(`${owner === ctx.from.id ? 'Свой' : 'Чужой'} номер: ${phone}`, Markup.removeKeyboard());
});

bot.hears('Меню', (ctx) => ctx.reply('Выбирай', Markup.inlineKeyboard([[Markup.button.callback('Да', 'yes'), Markup.button.callback('Нет', 'no')], [site]])));

bot.action('yes', async (ctx) => {
  report('press', { data: ctx.match[0], chat: ctx.chat.id });
  await ctx.answerCbQuery(`Записал: ${ctx.match[0]}`);
  await ctx.editMessageText(`Выбрано: ${ctx.match[0]}`, Markup.inlineKeyboard([site]));
});

bot.action('no', async (ctx) => {
  await ctx.answerCbQuery('Жаль', { show_alert: true });
  await ctx.deleteMessage();
});

async function fetched(ctx, id) {
  const answer = await fetch(await ctx.telegram.getFileLink(id));
  return (await answer.arrayBuffer()).byteLength;
}

bot.on(message('photo'), async (ctx) => {
  const { file_id: id } = ctx.message.photo.at(-1);
  report('photo', { caption: ctx.message.caption, bytes: await fetched(ctx, id) });
  await ctx.replyWithPhoto(id, { caption: 'Вот она' });
  await ctx.replyWithDocument(Input.fromBuffer(Buffer.from('Привет'), 'письмо.txt'), { caption: 'И письмо' });
});

bot.on(message('document'), async (ctx) => {
  const { file_name: name, mime_type: mime, file_id: id } = ctx.message.document;
  report('document', { name, mime, bytes: await fetched(ctx, id) });
});

bot.on(message('sticker'), (ctx) => report('sticker', { emoji: ctx.message.sticker.emoji }));
bot.on(message('voice'), (ctx) => report('voice', { duration: ctx.message.voice.duration }));

bot.command('whoami', async (ctx) => {
  const [me, hook, member] = [await ctx.telegram.getMe(), await ctx.telegram.getWebhookInfo(), await ctx.getChatMember(ctx.from.id)];
  const { id, type, first_name } = await ctx.getChat();
  await ctx.telegram.setMyCommands([{ command: 'menu', description: 'Меню' }]);
  await ctx.sendChatAction('typing');
  report('whoami', { me, chat: { id, type, first_name }, member: member.status, hook, commands: await ctx.telegram.getMyCommands() });
});

bot.command('write', async (ctx) => report('wrote', { error: await attempt(ctx.telegram.sendMessage(Number(ctx.args[0]), 'Письмо')) }));

bot.command('flood', async (ctx) => {
  const sent = await Promise.all(Array.from({ length: 7 }, (_, number) => attempt(ctx.reply(String(number)))));
  const errors = sent.filter(Boolean);
  report('flood', { sent: sent.length - errors.length, errors });
});

bot.command('patient', async (ctx) => {
  for (let number = 0; number < 7; number += 1) await patiently(() => ctx.reply(String(number)));
  report('patient', { sent: 7 });
});

bot.command('wrong', async (ctx) => {
  const buttons = (rows, columns, data) => Markup.inlineKeyboard(Array(rows).fill(Array(columns).fill(Markup.button.callback('a', data))));
  const api = ctx.telegram;
  // A call that is answered by webhook is told to nobody: here the errors are wanted.
  api.webhookReply = false;
  const said = await ctx.reply('Скажу');
  const calls = {
    'chat not found': () => api.sendMessage(1, 'a'),
    'not modified': () => api.editMessageText(ctx.chat.id, said.message_id, undefined, 'Скажу'),
    'too long': () => ctx.reply('я'.repeat(4097)),
    empty: () => ctx.reply('  '),
    'long data': () => ctx.reply('a', buttons(1, 1, 'я'.repeat(33))),
    'many buttons': () => ctx.reply('a', buttons(26, 4, 'a')),
    'bad tag': () => ctx.replyWithHTML('<nope>a</nope>'),
    'bad mark': () => ctx.replyWithMarkdownV2('1.2'),
    'edit nothing': () => api.editMessageText(ctx.chat.id, 999_999, undefined, 'a'),
    'delete nothing': () => api.deleteMessage(ctx.chat.id, 999_999),
    'reply to nothing': () => ctx.reply('a', { reply_parameters: { message_id: 999_999 } }),
    'old press': () => api.answerCbQuery('123', 'a'),
    'no file': () => ctx.replyWithPhoto('AgACAgIAAxkBAAM'),
    'no method': () => api.callApi('danceTheTango', {}),
    'wrong token': () => new Telegram('7000000001:wrong', telegram).getMe(),
  };
  const errors = {};
  for (const [what, call] of Object.entries(calls)) errors[what] = await attempt(call());
  report('wrong', { errors });
});

bot.on(message('new_chat_members'), (ctx) => {
  for (const { id, first_name: name } of ctx.message.new_chat_members) report('came', { id, name });
});
bot.on(message('left_chat_member'), (ctx) => report('left', { id: ctx.message.left_chat_member.id }));
bot.on('my_chat_member', (ctx) => report('membership', { chat: ctx.chat.id, status: ctx.myChatMember.new_chat_member.status }));

bot.on(message('text'), async (ctx) => {
  if (ctx.chat.type === 'private') {
    report('text', { text: ctx.message.text });
    return ctx.reply(format.fmt`${format.bold('Эхо')}: ${ctx.message.text} (${format.link('сайт', 'https://example.org')})`);
  }
  report('group', { chat: ctx.chat.id, title: ctx.chat.title });
  const reply = await ctx.reply(`В группе ${ctx.chat.title}: ${ctx.message.text}`, { reply_parameters: { message_id: ctx.message.message_id } });
  report('replied', { quoted: reply.reply_to_message?.text ?? null });
});

bot.catch((error) => console.error(error));
if (process.argv[2] === 'poll') {
  process.once('SIGTERM', () => bot.stop('SIGTERM'));
  await bot.launch(() => report('ready'));
} else {
  // `launch` would name an https address: its callback under one's own server is the documented way behind a proxy.
  bot.botInfo = await bot.telegram.getMe();
  const secret = 'telegraf-secret';
  const server = createServer(bot.webhookCallback('/hook', { secretToken: secret }));
  await new Promise((resolve) => server.listen(Number(HOOK_PORT), '127.0.0.1', resolve));
  await bot.telegram.setWebhook(HOOK_URL, { secret_token: secret, drop_pending_updates: true });
  process.once('SIGTERM', async () => {
    await bot.telegram.deleteWebhook();
    server.close();
    server.closeAllConnections();
  });
  report('ready');
}
