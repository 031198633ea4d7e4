// What every VK library is put through. What a bot does is said in `bots/vkbottle_bot.py`; the other is its sister.

/** How each library calls what went wrong. */
const CLASS = { vkbottle: 'VKAPIError', 'vk-io': 'APIError' };
const PARAM = 'One of the parameters specified was missing or invalid';

/** What the wrong calls of `/wrong` are answered with. */
const WRONG = {
  'no method': [3, 'Unknown method passed'],
  'wrong token': [5, 'User authorization failed: invalid access_token (4).'],
  'old version': [8, 'Invalid request: versions below 5.81 are deprecated. Version param should be passed as "v". "version" param is invalid and not supported. For more information go to https://dev.vk.com/reference/versions'],
  'foreign group': [15, 'Access denied: group_id is not the token\'s own'],
  'too long': [914, 'Message is too long'],
  empty: [100, `${PARAM}: message is empty or invalid`],
  'many buttons': [911, 'Keyboard format is invalid: too much buttons'],
  'long label': [911, 'Keyboard format is invalid: label is too long'],
  'long payload': [911, 'Keyboard format is invalid: payload is too long'],
  'no keyboard': [911, 'Keyboard format is invalid: keyboard should be a JSON object'],
  'old press': [100, `${PARAM}: event_id is invalid`],
  'foreign message': [15, 'Access denied: can\'t edit this message'],
  'no chat': [927, 'Chat does not exist'],
  'many peers': [100, `${PARAM}: peer_ids has more than 100 elements`],
  'no random_id': [100, `${PARAM}: random_id is a required parameter`],
};

export function* checks(world, library, way, same) {
  let anya, boris, group;
  const refused = (error, code, text) => same(error, { type: CLASS[library], code, text });
  const servers = async () => (await world.api('lines')).vk[0].callback;

  if (way === 'hook') {
    yield ['its server confirms', () => world.until('a confirmed server', async () => (await servers())[0]?.status === 'ok')];
  }
  if (way === 'poll') {
    // What happens before that is not in the stream that it reads.
    const asked = (entry) => entry.name === 'groups.getLongPollServer';
    yield ['it asks where its updates are', () => world.until('a Long Poll server asked for', async () => (await world.api('log')).some(asked))];
  }
  yield ['«Начать» by a link with a ref; a keyboard stands', async () => {
    anya = await world.person('vk', 'Аня Смирнова', { phone: '+79161234567' });
    boris = await world.person('vk', 'Борис');
    await anya.do('start', { payload: 'CODE-1' });
    same(Object.values(await world.saw('start')), ['start', 'CODE-1', 'link', anya.id]);
    await anya.reads('Привет, Аня! Код: CODE-1');
    const { rows, one_time: once } = (await anya.state()).keyboard;
    same([rows.flat().map((one) => [one.label, one.does]), once], [[['Меню', 'text'], ['Помощь', 'text']], true]);
  }];
  yield ['a button with a payload; a press of a callback button: snackbar, edit', async () => {
    await anya.do('press', { label: 'Меню' });
    const { payload, buttons } = await world.saw('menu');
    same([payload, buttons], [{ command: 'menu' }, true]);
    same((await anya.state()).keyboard, null);
    await anya.reads('Выбирай');
    await anya.do('press', { label: 'Да' });
    const press = await world.saw('press');
    same([press.payload, press.from], [{ answer: 'yes' }, anya.id]);
    await anya.toast('Записал: yes');
    const edited = await anya.reads('Выбрано: yes', (bubble) => bubble.edited);
    same(edited.buttons.map((one) => [one.label, one.url]), [['Сайт', 'https://example.org/']]);
  }];
  yield ['another: snackbar, delete', async () => {
    await boris.do('start');
    await boris.reads(library === 'vkbottle' ? 'Привет, Борис! Код: None' : 'Привет, Борис! Код: undefined');
    await boris.do('press', { label: 'Меню' });
    const menu = await boris.reads('Выбирай');
    await boris.do('press', { bubble: menu.id, label: 'Нет' });
    await boris.toast('Жаль');
    same((await world.saw('deleted')).count, 1);
    same((await boris.chat()).some((bubble) => bubble.id === menu.id), false);
  }];
  yield ['a text, and a phone that is typed', async () => {
    await anya.say('как дела? <&> 👍🏽');
    await anya.reads('Эхо: как дела? <&> 👍🏽');
    await anya.do('share_contact');
    await anya.reads('Эхо: +79161234567');
  }];
  yield ['a photo, a document, a sticker, a voice message; what can be sent back is', async () => {
    await boris.do('send_file', { kind: 'photo', caption: 'это я' });
    same(Object.values(await world.saw('attachment')), ['attachment', 'photo', 'это я', 1]);
    await boris.reads('Вот', (bubble) => bubble.kind === 'photo');
    await boris.do('send_file', { kind: 'document', name: 'список.pdf', mime: 'application/pdf', base64: 'JVBERi0=' });
    same(Object.values(await world.saw('attachment')), ['attachment', 'doc', '', 'список.pdf', 'pdf', 5]);
    await boris.do('send_file', { kind: 'sticker' });
    same(Object.values(await world.saw('attachment')), ['attachment', 'sticker', '', 1]);
    await boris.do('send_file', { kind: 'voice' });
    same(Object.values(await world.saw('attachment')), ['attachment', 'audio_message', '', 3]);
  }];
  yield ['what it may ask about itself, people and dialogues', async () => {
    await anya.say('/whoami');
    const { group: about, user, allowed, can_write: writable } = await world.saw('whoami');
    same([about, user], [[700000001, 'Проводник'], [anya.id, 'Аня', 'Смирнова']]);
    same([allowed, writable], [true, true]);
    await world.until('«typing»', async () => (await anya.state()).typing);
  }];
  yield ['a conversation: it is invited, hears, answers with a reply; people come and go', async () => {
    group = await world.group('vk', '7А', [anya, boris], { hears_all: true });
    same(Object.values(await world.saw('action')), ['action', 'chat_invite_user', -700000001]);
    await group.say('всем привет');
    same((await world.saw('group')).chat, group.id - 2000000000);
    const reply = await group.reads('В беседе: всем привет');
    same(reply.answers, (await group.chat()).find((bubble) => bubble.text === 'всем привет').id);
    const vera = await world.person('vk', 'Вера');
    await world.api(`groups/${group.id}/people`, { person: vera.id });
    same(Object.values(await world.saw('action')), ['action', 'chat_invite_user', vera.id]);
    await world.api(`groups/${group.id}/people/${vera.id}`, undefined, 'DELETE');
    same(Object.values(await world.saw('action')), ['action', 'chat_kick_user', vera.id]);
    await world.api(`groups/${group.id}/bot`, { in: false });
    same((await world.saw('action')).type, 'chat_kick_user');
    await anya.say(`/write ${group.id}`);
    refused((await world.saw('wrote')).error, 917, 'You don\'t have access to this chat');
  }];
  yield ['a person who forbids messages: told, refused, and forgiven', async () => {
    await boris.do('block');
    same((await world.saw('deny')).user, boris.id);
    await anya.say(`/write ${boris.id}`);
    refused((await world.saw('wrote')).error, 901, 'Can\'t send messages for users without permission');
    await boris.do('unblock');
    same((await world.saw('allow')).user, boris.id);
    await anya.say(`/write ${boris.id}`);
    same((await world.saw('wrote')).error, null);
    await boris.reads('Письмо');
    const vera = await world.person('vk', 'Вера');
    await anya.say(`/write ${vera.id}`);
    refused((await world.saw('wrote')).error, 901, 'Can\'t send messages for users without permission');
  }];
  yield ['too fast: error 6 by the real limit; the library\'s own patience carries all through', async () => {
    const galya = await world.person('vk', 'Галя');
    await galya.say('/flood');
    const { sent, errors } = await world.saw('flood');
    if (errors) {
      same([sent > 0, errors.length > 0, sent + errors.length], [true, true, 40]);
      for (const error of errors) refused(error, 6, 'Too many requests per second');
    }
    const zoya = await world.person('vk', 'Зоя');
    await zoya.say('/patient');
    same((await world.saw('patient')).sent, 40);
    same((await zoya.chat()).filter((bubble) => bubble.from === 'bot').length, 40);
    const refusals = (await world.api('log')).filter((entry) => entry.answer.includes('"error_code":6'));
    same(refusals.length > 0, true, 'refusals in the log');
  }];
  yield ['flood control: error 9', async () => {
    await world.api('faults', { channel: 'vk', kind: 'flood', count: 1, method: 'messages.send' });
    await anya.say(`/write ${boris.id}`);
    refused((await world.saw('wrote')).error, 9, 'Flood control');
  }];
  yield ['wrong calls, each with its own error', async () => {
    const dasha = await world.person('vk', 'Даша');
    await dasha.say('/wrong');
    const { errors } = await world.saw('wrong');
    same(Object.keys(errors).sort(), Object.keys(WRONG).sort());
    for (const [what, [code, text]] of Object.entries(WRONG)) refused(errors[what], code, text);
  }];
  if (way === 'poll') {
    yield ['Long Poll takes its key back, then forgets: it goes on', async () => {
      const katya = await world.person('vk', 'Катя');
      const asked = async () => (await world.api('log')).filter((entry) => entry.name === 'groups.getLongPollServer').length;
      for (const spoil of [{ new_key: true }, { lose: true }]) {
        const before = await asked();
        await world.api('vk/long_poll', spoil);
        // vk-io forgets its place with its key: what is said before it has asked anew is lost to it.
        await world.until('a new Long Poll server', async () => await asked() > before);
        const text = Object.keys(spoil)[0];
        await katya.say(text);
        await katya.reads(`Эхо: ${text}`);
      }
    }];
  } else {
    yield ['a caller without the secret is turned away', async () => {
      const body = JSON.stringify({ type: 'message_new', group_id: 700000001, event_id: 'x', object: {} });
      same((await fetch(`http://127.0.0.1:${world.hookPort}/hook`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })).status, 403);
    }];
  }
  yield ['it ends, and leaves no server behind', async () => {
    same([await world.stop(), await servers()], [0, []]);
  }];
}
