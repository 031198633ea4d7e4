// A pupil in Telegram, with the mouse and on a phone's width: from the start to a verified number, the app, faults, a saved conversation.
import { readFileSync } from 'node:fs';
import { advance, bot, complaining, drawer, faults, heard, inside, key, open, says, stop, take, telegram, who, write } from './desk.js';

/** From the start to the ring; gives the digits. A stop at every step. */
async function toTheRing(page, phone, pupil, number, name) {
  await phone.getByRole('button', { name: 'СТАРТ' }).click();
  await bot(phone, 'код с карточки');
  await stop(page, `${name}-2-start`);
  await write(phone, pupil.code);
  await bot(phone, 'Привет, ');
  await key(phone, '📱 Отправить мой номер').waitFor();
  await stop(page, `${name}-3-number`);
  await key(phone, '📱 Отправить мой номер').click();
  await phone.locator('input[type=tel]').fill(number);
  await stop(page, `${name}-4-contact`);
  await phone.getByRole('button', { name: 'Отправить контакт' }).click();
  await key(phone, 'Мой').click();
  const call = phone.locator('.call .number b');
  await call.waitFor();
  const digits = await call.textContent();
  await stop(page, `${name}-5-call`);
  await phone.getByRole('button', { name: 'Не брать трубку' }).click();
  await bot(phone, '4 последние цифры');
  return digits;
}

async function verified(page, phone, digits, name) {
  await write(phone, digits);
  await bot(phone, 'Номер подтверждён');
  await bot(phone, 'всё готово');
  await stop(page, name);
}

/** Telegram, with the mouse. */
export async function withTheMouse() {
  const pupil = who('Артём');
  const page = await open({}, 'mouse');
  await stop(page, 'mouse-1-people');
  await take(page, pupil, 'Telegram');
  const phone = telegram(page);
  const digits = await toTheRing(page, phone, pupil, '+79161230001', 'mouse');
  await advance(page, '+90 с', 90);
  await bot(phone, 'Звонок был?');
  await stop(page, 'mouse-6-reminded');
  await verified(page, phone, digits, 'mouse-7-verified');
  await theApp(page, phone);
  await brokenMessenger(page, phone);
  await saved(page, phone);
}

/** The mini app: in, light and dark, out again, and when the server is away. */
async function theApp(page, phone) {
  const opener = key(phone, 'Открыть мой трек');
  await opener.click();
  const app = await inside(page, phone, 'mouse-8-app');
  await says(app, 'Телефон подтверждён', 'light', 'mouse-8-app');
  await page.emulateMedia({ colorScheme: 'dark' });
  await app.locator(':root[data-theme="dark"]').waitFor();
  await inside(page, phone, 'mouse-8-app-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await phone.getByRole('button', { name: 'Закрыть: Мой трек' }).click();
  await phone.locator('.webapp').waitFor({ state: 'detached' });
  if (!(await opener.evaluate((button) => button === document.activeElement))) faults.push('the focus does not come back from the app');

  await page.route('**/app/api/session', (route) => route.abort());
  await complaining('ERR_FAILED', async () => {
    await opener.click();
    const away = await inside(page, phone, 'mouse-9-app-offline');
    await says(away, 'Нет связи', 'light', 'mouse-9-app-offline');
    await page.unroute('**/app/api/session');
    await away.getByRole('button', { name: 'Попробовать ещё раз' }).click();
    await away.getByText('Телефон подтверждён').waitFor();
  });
  await page.keyboard.press('Escape');
  await phone.getByRole('button', { name: 'Закрыть: Мой трек' }).click();
}

/** Telegram answers with errors: the log shows them, nothing arrives; when it is well again what was held arrives, once. */
async function brokenMessenger(page, phone) {
  await drawer(page, 'Сбои');
  await page.getByLabel('Где', { exact: true }).selectOption('telegram');
  await page.getByLabel('Что случится').selectOption('server_error');
  await page.getByLabel('Сколько раз').fill('1000');
  await page.getByRole('button', { name: 'Включить', exact: true }).click();
  const on = page.locator('#fault-list');
  await on.getByText('Telegram: ошибка сервера').waitFor();
  await key(phone, 'Мой трек').click();
  await on.getByText('сработал: ').waitFor();
  await stop(page, 'mouse-10-faults');
  await drawer(page, 'Журнал');
  const failed = page.locator('#log-list li', { hasText: 'sendMessage' }).filter({ has: page.locator('.bad', { hasText: '502' }) });
  await failed.first().waitFor();
  await failed.first().locator('summary').click();
  await stop(page, 'mouse-11-log');
  if (await heard(phone, 'Твой трек')) faults.push('a message arrives although the messenger refuses it');
  await drawer(page, 'Сбои');
  await page.getByRole('button', { name: 'Выключить: ошибка сервера' }).click();
  await on.getByText('Всё исправно').waitFor();
  await bot(phone, 'Твой трек');
  await key(phone, 'Мой трек').waitFor();
  if (await heard(phone, 'Твой трек') !== 1) faults.push('what was held arrives more than once');
  await drawer(page, 'Сбои');
}

async function saved(page, phone) {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    phone.locator('.more summary').click().then(() => stop(page, 'mouse-12-more'))
      .then(() => phone.getByRole('button', { name: /Сохранить разговор/ }).click()),
  ]);
  const text = readFileSync(await file.path(), 'utf8');
  if (!text.includes('@ telegram') || !text.includes('Номер подтверждён')) faults.push('the saved conversation lacks something');
}

/** The same path on a screen of 390 pixels. */
export async function onAPhone() {
  const pupil = who('Лев');
  const page = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }, 'narrow');
  await drawer(page, 'Люди');
  await stop(page, 'narrow-1-people');
  await take(page, pupil, 'Telegram');
  const phone = telegram(page);
  const digits = await toTheRing(page, phone, pupil, '+79161230003', 'narrow');
  await verified(page, phone, digits, 'narrow-6-verified');
  await key(phone, 'Открыть мой трек').click();
  await inside(page, phone, 'narrow-7-app');
  await page.emulateMedia({ colorScheme: 'dark' });
  await inside(page, phone, 'narrow-8-app-dark');
  await phone.getByRole('button', { name: 'Закрыть: Мой трек' }).click();
  for (const [name, picture] of [['Сбои', 'narrow-9-faults-dark'], ['Журнал', 'narrow-10-log-dark']]) {
    await drawer(page, name);
    await page.locator(name === 'Журнал' ? '#log-list details' : '#fault-list li').first().waitFor();
    await stop(page, picture);
    await drawer(page, name);
  }
}
