// The coordinator of Surgut connects a chat and writes to it and to the pupils, who see it on their phones a minute later.
import { advance, again, bot, faults, hold, key, open, stop, take, telegram, vk, who, write } from './desk.js';
import { pages } from './once.js';

const CHAT = 'Педагоги Сургута';
const LETTER = 'Завтра в 15:00 экскурсия на завод. Сбор у главного входа.';

export async function broadcast() {
  const nina = who('Нина');
  const page = await open({}, 'staff');
  await take(page, nina, 'Telegram');
  const [phone, pupils] = [telegram(page), vk(page)];
  await hold(pupils, who('Майя').name);
  await phone.getByRole('button', { name: 'СТАРТ' }).click();
  await bot(phone, 'код с карточки');
  await write(phone, nina.code);
  await key(phone, 'Позже').click();
  await key(phone, 'Рассылка').click();
  await bot(phone, 'Рассылка: Сургут');
  await key(phone, 'Подключить чат').click();
  await bot(phone, '/chat');
  await key(phone, 'Ученикам').waitFor();
  await stop(page, 'staff-1-code');
  const code = /\/chat\S* \S+/.exec(await phone.locator('.bubble', { hasText: '/chat' }).last().innerText())[0];

  await chat(page, phone, code);
  await hold(phone, nina.name);
  await again(phone, 'Подключённые чаты: 1', () => write(phone, 'рассылка'));
  await key(phone, 'Ученикам и в чаты').click();
  await bot(phone, 'Пришлите текст для учеников и чатов');
  await write(phone, LETTER);
  await bot(phone, 'Так это прочитают');
  await key(phone, 'Отправить').waitFor();
  await stop(page, 'staff-3-preview');
  await key(phone, 'Отправить').click();
  await bot(phone, 'Рассылка уйдёт через минуту');
  await advance(page, '+90 с', 90);
  await bot(pupils, LETTER);
  await bot(phone, 'Рассылка завершена ✅');
  await stop(page, 'staff-4-sent');
  for (const other of [who('Лев').name, `👥 ${CHAT}`]) {
    await hold(phone, other);
    await bot(phone, LETTER);
  }
  await stop(page, 'staff-5-in-the-chat');
  await hold(phone, nina.name);
  await again(phone, 'Подключённые чаты: 1', () => write(phone, 'рассылка'));
  await key(phone, 'Как дошло').click();
  await bot(phone, 'Не дошло: 0');
  const told = await phone.locator('.bubble', { hasText: 'Не дошло: ' }).last().innerText();
  if (!told.includes('Дошло: 4')) faults.push(`three pupils and a chat should have it: ${told.replaceAll('\n', ' ')}`);
  await pages(phone, await open({}, 'pages'));
}

/** She opens a group with the bot in it, and makes it a chat of her territory. */
async function chat(page, phone, code) {
  await page.getByRole('navigation').getByRole('button', { name: 'Люди', exact: true }).click();
  await page.getByLabel('Название').fill(CHAT);
  await page.locator('#new-group').getByLabel('Telegram').check();
  await page.getByRole('button', { name: 'Создать', exact: true }).click();
  await phone.getByRole('heading', { name: CHAT }).waitFor();
  await page.keyboard.press('Escape');
  await write(phone, code);
  await bot(phone, 'Теперь это чат территории «Сургут»');
  await stop(page, 'staff-2-chat');
}
