// What every Telegram library is put through. What a bot does is said in `bots/aiogram_bot.py`; the others are its sisters.
const TOKEN = '7000000001:sandbox';

/** How each library calls what went wrong. */
const CLASSES = {
  aiogram: { 400: 'TelegramBadRequest', 401: 'TelegramUnauthorizedError', 403: 'TelegramForbiddenError', 404: 'TelegramNotFound', 429: 'TelegramRetryAfter', moved: 'TelegramMigrateToChat' },
  'python-telegram-bot': { 400: 'BadRequest', 401: 'InvalidToken', 403: 'Forbidden', 404: 'EndPointNotFound', 429: 'RetryAfter', moved: 'ChatMigrated' },
  grammy: { 400: 'GrammyError', 401: 'GrammyError', 403: 'GrammyError', 404: 'GrammyError', 429: 'GrammyError', moved: 'GrammyError' },
  telegraf: { 400: 'TelegramError', 401: 'TelegramError', 403: 'TelegramError', 404: 'TelegramError', 429: 'TelegramError', moved: 'TelegramError' },
};

/** What the wrong calls of `/wrong` are answered with. */
const WRONG = {
  'chat not found': [400, 'Bad Request: chat not found'],
  'not modified': [400, 'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'],
  'too long': [400, 'Bad Request: message is too long'],
  empty: [400, 'Bad Request: message text is empty'],
  'long data': [400, 'Bad Request: BUTTON_DATA_INVALID'],
  'many buttons': [400, 'Bad Request: reply markup is too long'],
  'bad tag': [400, 'Bad Request: can\'t parse entities: Unsupported start tag "nope" at byte offset 0'],
  'bad mark': [400, 'Bad Request: can\'t parse entities: Character \'.\' is reserved and must be escaped with the preceding \'\\\''],
  'edit nothing': [400, 'Bad Request: message to edit not found'],
  'delete nothing': [400, 'Bad Request: message to delete not found'],
  'reply to nothing': [400, 'Bad Request: message to be replied not found'],
  'old press': [400, 'Bad Request: query is too old and response timeout expired or query ID is invalid'],
  'no file': [400, 'Bad Request: wrong file identifier/HTTP URL specified'],
  'no method': [404, 'Not Found: method not found'],
  'wrong token': [401, 'Unauthorized'],
};

export function* checks(world, library, way, same) {
  let anya, boris, vera, group;
  // One chat takes five messages at once: each of the people hears less than that.
  const refused = (error, status, text, more = {}) => {
    const kind = more.migrate_to_chat_id ? 'moved' : status;
    const wanted = { type: CLASSES[library][kind], code: status, text, ...more };
    // What a library does not tell cannot be compared; what it tells must be exact. One of them capitalizes what it is told.
    for (const key of Object.keys(wanted)) if (error[key] === null) delete wanted[key];
    if (library === 'python-telegram-bot' && wanted.text) [wanted.text, error.text] = [wanted.text.toLowerCase(), error.text.toLowerCase()];
    same(Object.fromEntries(Object.keys(wanted).map((key) => [key, error[key]])), wanted, text);
  };

  yield ['a link with a payload starts it; a keyboard with a contact button stands', async () => {
    anya = await world.person('telegram', 'Аня Смирнова', { phone: '+79161234567' });
    boris = await world.person('telegram', 'Борис', { lang: 'en' });
    vera = await world.person('telegram', 'Вера');
    await anya.do('start', { payload: 'CODE-1' });
    const seen = await world.saw('start');
    same([seen.payload, seen.from, seen.language], ['CODE-1', anya.id, 'ru']);
    await anya.reads('Привет, Аня! Код: CODE-1');
    const { rows, one_time: once } = (await anya.state()).keyboard;
    same([rows.flat().map((one) => [one.label, one.does]), once], [[['Мой номер', 'contact'], ['Меню', 'text']], true]);
  }];
  yield ['a contact of one\'s own and a stranger\'s; the keyboard goes', async () => {
    await anya.do('press', { label: 'Мой номер' });
    same((await world.saw('contact')).phone, '79161234567');
    await anya.reads('Свой номер: 79161234567');
    same((await anya.state()).keyboard, null);
    await anya.do('share_contact', { phone: '+79990000000', foreign: true });
    same((await world.saw('contact')).phone, '79990000000');
    await anya.reads('Чужой номер: 79990000000');
  }];
  yield ['a text is answered with bold and a link, as the library writes them', async () => {
    await anya.say('как дела? <&> 👍🏽');
    same((await world.saw('text')).text, 'как дела? <&> 👍🏽');
    const echo = await anya.reads('Эхо: как дела? <&> 👍🏽 (сайт)');
    same(echo.entities.map(({ type, offset, length, url }) => [type, offset, length, url?.replace(/\/$/, '')]),
      [['bold', 0, 3, undefined], ['text_link', 25, 4, 'https://example.org']]);
  }];
  yield ['a press of an inline button: toast, edit; another: alert, delete', async () => {
    await boris.say('Меню');
    await boris.reads('Выбирай');
    await boris.do('press', { label: 'Да' });
    same((await world.saw('press')).data, 'yes');
    await boris.toast('Записал: yes');
    const edited = await boris.reads('Выбрано: yes', (bubble) => bubble.edited);
    same(edited.buttons.map((one) => [one.label, one.url]), [['Сайт', 'https://example.org/']]);
    await boris.say('Меню');
    const menu = await boris.reads('Выбирай');
    await boris.do('press', { label: 'Нет' });
    same((await boris.toast('Жаль')).alert, true);
    await world.until('the end of the menu', async () => !(await boris.chat()).some((bubble) => bubble.id === menu.id));
  }];
  yield ['a photo is fetched, and comes back by its id with a document as upload', async () => {
    await vera.do('send_file', { kind: 'photo', caption: 'это я' });
    const photo = await world.saw('photo');
    same([photo.caption, photo.bytes > 50], ['это я', true]);
    const back = await vera.reads('Вот она', (bubble) => bubble.kind === 'photo');
    const document = await vera.reads('И письмо', (bubble) => bubble.kind === 'document');
    same([back.file.size, document.file.name, document.file.size], [photo.bytes, 'письмо.txt', 12]);
  }];
  yield ['a document, a sticker, a voice message', async () => {
    await boris.do('send_file', { kind: 'document', name: 'список.pdf', mime: 'application/pdf', base64: 'JVBERi0=' });
    same(Object.values(await world.saw('document')), ['document', 'список.pdf', 'application/pdf', 5]);
    await boris.do('send_file', { kind: 'sticker' });
    same((await world.saw('sticker')).emoji, '👍');
    await boris.do('send_file', { kind: 'voice' });
    same((await world.saw('voice')).duration, 3);
  }];
  yield ['what it may ask about itself, its chats and its commands', async () => {
    await boris.say('/whoami');
    const { me, chat, member, commands, hook } = await world.saw('whoami');
    same([me.id, me.username, me.can_read_all_group_messages], [7000000001, 'provodnik_bot', false]);
    same([chat, member], [{ id: boris.id, type: 'private', first_name: 'Борис' }, 'member']);
    same(commands, [{ command: 'menu', description: 'Меню' }]);
    same([hook.url.includes(String(world.hookPort)), hook.pending_update_count >= 0], [way === 'hook', true]);
    await world.until('«typing»', async () => (await boris.state()).typing);
  }];
  yield ['a group: it joins, hears, answers with a reply; people come and go', async () => {
    group = await world.group('telegram', '7А', [anya, boris], { hears_all: true });
    same((await world.saw('membership', (one) => one.chat === group.id)).status, 'member');
    same((await world.saw('came')).id, 7000000001);
    await group.say('всем привет');
    same((await world.saw('group')).title, '7А');
    await group.reads('В группе 7А: всем привет');
    same((await world.saw('replied')).quoted, 'всем привет');
    await world.api(`groups/${group.id}/people`, { person: vera.id });
    same((await world.saw('came', (one) => one.id === vera.id)).name, 'Вера');
    await world.api(`groups/${group.id}/people/${vera.id}`, undefined, 'DELETE');
    same((await world.saw('left')).id, vera.id);
  }];
  yield ['a group that became a supergroup tells its new id', async () => {
    const moved = await group.do('migrate');
    await anya.say(`/write ${group.id}`);
    refused((await world.saw('wrote')).error, 400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: moved.id });
  }];
  yield ['a person who blocks it: told, refused, and forgiven', async () => {
    await boris.do('block');
    same((await world.saw('membership', (one) => one.chat === boris.id)).status, 'kicked');
    await anya.say(`/write ${boris.id}`);
    refused((await world.saw('wrote')).error, 403, 'Forbidden: bot was blocked by the user');
    await boris.do('unblock');
    same((await world.saw('membership', (one) => one.chat === boris.id)).status, 'member');
    await anya.say(`/write ${boris.id}`);
    same((await world.saw('wrote')).error, null);
    await boris.reads('Письмо');
  }];
  yield ['one who never wrote, one who is no more', async () => {
    const galya = await world.person('telegram', 'Галя');
    await anya.say(`/write ${galya.id}`);
    refused((await world.saw('wrote')).error, 403, 'Forbidden: bot can\'t initiate conversation with a user');
    await boris.do('deactivate');
    await anya.say(`/write ${boris.id}`);
    refused((await world.saw('wrote')).error, 403, 'Forbidden: user is deactivated');
  }];
  yield ['too fast in one chat: 429 with its retry_after; the library\'s own patience carries all through', async () => {
    const zoya = await world.person('telegram', 'Зоя');
    await zoya.say('/flood');
    const { sent, errors } = await world.saw('flood');
    same([sent, errors.length], [5, 2]);
    for (const error of errors) refused(error, 429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    const galya = await world.person('telegram', 'Галя');
    await galya.say('/patient');
    same((await world.saw('patient')).sent, 7);
    same((await galya.chat()).filter((bubble) => bubble.from === 'bot').length, 7);
  }];
  yield ['wrong calls, each with its own error', async () => {
    const dasha = await world.person('telegram', 'Даша');
    await dasha.say('/wrong');
    const { errors } = await world.saw('wrong');
    same(Object.keys(errors).sort(), Object.keys(WRONG).sort());
    for (const [what, [status, text]] of Object.entries(WRONG)) refused(errors[what], status, text);
  }];
  if (way === 'hook') {
    yield ['a caller without the secret is turned away', async () => {
      const post = (secret) => fetch(`http://127.0.0.1:${world.hookPort}/hook`, { method: 'POST', body: '{"update_id":1}', headers: { 'content-type': 'application/json', ...secret } });
      const { status } = await post({ 'X-Telegram-Bot-Api-Secret-Token': 'wrong' });
      same([401, 403].includes(status), true, `status ${status}`);
    }];
  }
  yield ['it ends, and leaves no webhook behind', async () => {
    const code = await world.stop();
    const info = await (await fetch(`${world.base}/telegram/bot${TOKEN}/getWebhookInfo`)).json();
    same([code, info.result.url, info.result.pending_update_count], [0, '', 0]);
  }];
}
