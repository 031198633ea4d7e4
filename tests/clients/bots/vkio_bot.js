// The bot of vkbottle_bot.py with vk-io: its updates, its keyboard builder, its Long Poll and its webhook server.
//
//   node vkio_bot.js poll|hook
import { Agent } from 'node:http';
import { APIError, Keyboard, VK } from 'vk-io';
import { BASE, HOOK_PORT, HOOK_URL, refusal, report } from './report.js';

const GROUP = 700000001;
const SECRET = 'vkio-secret';
// Much faster than VK allows: the library is to meet the limit, not to keep clear of it.
const options = { apiBaseUrl: `${BASE}/vk/method`, agent: new Agent({ keepAlive: true }), apiLimit: 1000 };
const vk = new VK({ ...options, token: 'vk1.a.sandbox', pollingGroupId: GROUP, webhookSecret: SECRET, webhookConfirmation: 'sandbox' });
const { api, updates } = vk;

const attempt = (call) => refusal(call, (error) => {
  if (!(error instanceof APIError)) throw error;
  return { type: error.constructor.name, code: error.code, text: error.message.replace(/^Code №\d+ - /, '') };
});

async function start(ctx) {
  const [user] = await api.users.get({ user_ids: ctx.senderId });
  report('start', { ref: ctx.referralValue, source: ctx.referralSource, from: ctx.senderId });
  const keyboard = Keyboard.builder().textButton({ label: 'Меню', payload: { command: 'menu' }, color: Keyboard.POSITIVE_COLOR }).row().textButton({ label: 'Помощь' }).oneTime();
  await ctx.send(`Привет, ${user.first_name}! Код: ${ctx.referralValue}`, { keyboard });
}

async function menu(ctx) {
  report('menu', { payload: ctx.messagePayload, buttons: ctx.clientInfo.inline_keyboard });
  const keyboard = Keyboard.builder()
    .callbackButton({ label: 'Да', payload: { answer: 'yes' }, color: Keyboard.PRIMARY_COLOR })
    .callbackButton({ label: 'Нет', payload: { answer: 'no' }, color: Keyboard.NEGATIVE_COLOR })
    .row().urlButton({ label: 'Сайт', url: 'https://example.org/' }).inline();
  await ctx.send('Выбирай', { keyboard });
}

async function attachment(ctx) {
  const [sent] = ctx.attachments;
  const about = {
    photo: () => ({ sizes: sent.sizes.length }),
    doc: () => ({ title: sent.title, ext: sent.extension, size: sent.size }),
    sticker: () => ({ sticker: sent.id }),
    audio_message: () => ({ duration: sent.duration }),
  };
  report('attachment', { kind: sent.type, text: ctx.text ?? '', ...about[sent.type]() });
  if (['photo', 'doc'].includes(sent.type)) await ctx.send('Вот', { attachment: sent });
}

async function whoami(ctx) {
  const { groups: [group] } = await api.groups.getById({});
  const [user] = await api.users.get({ user_ids: ctx.senderId });
  const allowed = await api.messages.isMessagesFromGroupAllowed({ group_id: group.id, user_id: ctx.senderId });
  const { items: [seen] } = await api.messages.getConversationsById({ peer_ids: ctx.peerId });
  await api.messages.markAsRead({ peer_id: ctx.peerId });
  await ctx.setActivity();
  report('whoami', { group: [group.id, group.name], user: [user.id, user.first_name, user.last_name], allowed: Boolean(allowed.is_allowed), can_write: seen.can_write.allowed });
}

const send = (peer, message, more = {}) => api.messages.send({ peer_id: peer, random_id: 0, message, ...more });

/**
 * The library waits out error 6 by itself and tells nobody: what it was refused stands in the stand-in's log. Its own `random_id`s are
 * among ten thousand in one millisecond: of forty, two are often the same, and VK drops the second. Hence ours.
 */
async function many(ctx, saw) {
  await Promise.all(Array.from({ length: 40 }, (_, number) => ctx.send(String(number), { random_id: number + 1 })));
  report(saw, { sent: 40 });
}

async function wrong(ctx) {
  const peer = ctx.peerId;
  const buttons = (count, label = 'a', payload = {}) => JSON.stringify({
    inline: true,
    buttons: Array.from({ length: Math.ceil(count / 5) }, (_, row) => Array(Math.min(5, count - row * 5)).fill({ action: { type: 'callback', label, payload: JSON.stringify(payload) } })),
  });
  const calls = {
    'no method': () => api.call('messages.danceTheTango', {}),
    'wrong token': () => new VK({ ...options, token: 'vk1.a.wrong' }).api.users.get({}),
    'old version': () => api.users.get({ v: '5.50' }),
    'foreign group': () => api.groups.getLongPollServer({ group_id: 1 }),
    'too long': () => ctx.send('я'.repeat(9001)),
    empty: () => ctx.send(''),
    'many buttons': () => ctx.send('a', { keyboard: buttons(11) }),
    'long label': () => ctx.send('a', { keyboard: buttons(1, 'я'.repeat(41)) }),
    'long payload': () => ctx.send('a', { keyboard: buttons(1, 'a', { a: 'я'.repeat(255) }) }),
    'no keyboard': () => ctx.send('a', { keyboard: '{' }),
    'old press': () => api.messages.sendMessageEventAnswer({ event_id: '0123456789ab', user_id: ctx.senderId, peer_id: peer }),
    'foreign message': () => api.messages.edit({ peer_id: peer, conversation_message_id: ctx.conversationMessageId, message: 'a' }),
    'no chat': () => send(2_000_009_999, 'a'),
    'many peers': () => api.messages.send({ peer_ids: Array.from({ length: 101 }, (_, at) => at + 1).join(), random_id: 0, message: 'a' }),
    'no random_id': () => api.messages.send({ peer_id: peer, message: 'a' }),
  };
  const errors = {};
  for (const [what, call] of Object.entries(calls)) errors[what] = await attempt(call());
  report('wrong', { errors });
}

updates.on(['chat_invite_user', 'chat_kick_user'], (ctx) => report('action', { type: ctx.eventType, member: ctx.eventMemberId }));

updates.on('message_new', async (ctx, next) => {
  if (ctx.isEvent) return next();
  if (ctx.isChat) {
    report('group', { chat: ctx.chatId });
    return ctx.reply(`В беседе: ${ctx.text}`);
  }
  if (ctx.messagePayload?.command === 'start') return start(ctx);
  if (ctx.messagePayload?.command === 'menu') return menu(ctx);
  if (ctx.hasAttachments()) return attachment(ctx);
  if (ctx.text === '/whoami') return whoami(ctx);
  if (ctx.text === '/flood' || ctx.text === '/patient') return many(ctx, ctx.text.slice(1));
  if (ctx.text === '/wrong') return wrong(ctx);
  const [, peer] = ctx.text.match(/^\/write (\d+)$/) ?? [];
  if (peer) return report('wrote', { error: await attempt(send(Number(peer), 'Письмо')) });
  report('text', { text: ctx.text });
  return ctx.send(`Эхо: ${ctx.text}`);
});

updates.on('message_event', async (ctx) => {
  if (ctx.eventPayload.answer === 'yes') {
    report('press', { payload: ctx.eventPayload, from: ctx.userId });
    await ctx.answer({ type: 'show_snackbar', text: 'Записал: yes' });
    const keyboard = Keyboard.builder().urlButton({ label: 'Сайт', url: 'https://example.org/' }).inline();
    await api.messages.edit({ peer_id: ctx.peerId, conversation_message_id: ctx.conversationMessageId, message: 'Выбрано: yes', keyboard });
  } else {
    await ctx.answer({ type: 'show_snackbar', text: 'Жаль' });
    const gone = await api.messages.delete({ peer_id: ctx.peerId, cmids: ctx.conversationMessageId, delete_for_all: 1 });
    report('deleted', { count: gone.length });
  }
});

updates.on('message_allow', (ctx) => report('allow', { user: ctx.userId }));
updates.on('message_deny', (ctx) => report('deny', { user: ctx.userId }));

if (process.argv[2] === 'poll') {
  await updates.startPolling();
  process.once('SIGTERM', async () => {
    await updates.stop();
    // The request that waits for updates cannot be taken back; this is how the library's users end.
    process.exit(0);
  });
} else {
  await updates.startWebhook({ path: '/hook', host: '127.0.0.1', port: Number(HOOK_PORT) });
  const { server_id: server } = await api.groups.addCallbackServer({ group_id: GROUP, url: HOOK_URL, title: 'vk-io', secret_key: SECRET });
  await api.groups.setCallbackSettings({ group_id: GROUP, server_id: server, message_new: 1, message_event: 1, message_allow: 1, message_deny: 1 });
  process.once('SIGTERM', async () => {
    await api.groups.deleteCallbackServer({ group_id: GROUP, server_id: server });
    await updates.stop();
    process.exit(0);
  });
}
report('ready');
