// Walks a pupil's path on the sandbox page in a real browser: in Telegram with the mouse, in VK by the keyboard only, with axe-core at
// every stop, light and dark, wide and on a phone's width.
//
//   node walk.js http://127.0.0.1:8080/sandbox/ [folder for pictures]
//
// Needs a running `provodnik dev --fresh` and Chromium (CHROMIUM, else /usr/bin/chromium).
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [base = 'http://127.0.0.1:8080/sandbox/', pictures] = process.argv.slice(2);
const faults = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A page of its own; whatever the browser complains about is a fault. */
async function open(options, name) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, bypassCSP: true, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`${name}: ${message.text()}`));
  await page.goto(base);
  await page.locator('#now[datetime]').waitFor();
  return page;
}

async function stop(page, name) {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const violation of violations) {
    faults.push(`${name}: ${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
  }
}

/** The mini app within a phone: what it shows, and axe-core in its frame too. */
async function inside(page, place, name) {
  const frame = await (await place.locator('.webapp iframe').elementHandle()).contentFrame();
  await frame.locator('#page[aria-busy="false"]').waitFor();
  await stop(page, name);
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const { id, help, nodes } of violations) faults.push(`${name}, in the app: ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  const wide = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) faults.push(`${name}: the app is ${wide} px wider than the phone`);
  return frame;
}

/** What the app must say, and the theme that it must have. */
async function says(frame, text, theme, name) {
  if (!(await frame.locator('#page').innerText()).includes(text)) faults.push(`${name}: the app does not say «${text}»`);
  const has = await frame.evaluate(() => document.documentElement.dataset.theme);
  if (has !== theme) faults.push(`${name}: the app is ${has}, the phone ${theme}`);
}

const people = await (await fetch(`${base}api/seed`)).json();
const free = (channel) => people.find((person) => person.role === 'pupil' && person.code && (!person.channel || person.channel === channel) && !person.account);

const telegram = (page) => page.getByRole('region', { name: 'Telegram' });
const vk = (page) => page.getByRole('region', { name: 'ВКонтакте' });
const bot = (place, text) => place.locator('.bubble-row:not(.mine)', { hasText: text }).last().waitFor();

/** Telegram, with the mouse. */
async function withTheMouse() {
  const pupil = free('telegram');
  const page = await open({}, 'mouse');
  await stop(page, '1-people');
  await page.getByRole('button', { name: `${pupil.name}: телефон с Telegram` }).click();
  await page.getByRole('button', { name: 'Люди' }).click();
  const phone = telegram(page);
  await phone.getByRole('button', { name: 'СТАРТ' }).click();
  await bot(phone, 'код с карточки');
  await stop(page, '2-start');
  await phone.getByPlaceholder('Сообщение').fill(pupil.code);
  await phone.getByRole('button', { name: 'Отправить', exact: true }).click();
  await bot(phone, 'Привет, ');
  await phone.getByRole('button', { name: 'Отправить мой номер' }).waitFor();
  await stop(page, '3-number');
  await phone.getByRole('button', { name: 'Отправить мой номер' }).click();
  await phone.locator('input[type=tel]').fill('+79161230001');
  await stop(page, '4-contact');
  await phone.getByRole('button', { name: 'Отправить контакт' }).click();
  await phone.getByRole('button', { name: 'Мой', exact: true }).click();
  const call = phone.locator('.call .number b');
  await call.waitFor();
  const digits = await call.textContent();
  await stop(page, '5-call');
  await phone.getByRole('button', { name: 'Не брать трубку' }).click();
  await phone.getByPlaceholder('Сообщение').fill(digits);
  await phone.getByRole('button', { name: 'Отправить', exact: true }).click();
  await bot(phone, 'Номер подтверждён');
  await stop(page, '6-verified');
  const opener = phone.getByRole('button', { name: 'Открыть мой трек', exact: true }).last();
  await opener.click();
  const app = await inside(page, phone, '6a-app');
  await says(app, 'Телефон подтверждён', 'light', '6a-app');
  await page.emulateMedia({ colorScheme: 'dark' });
  await app.locator(':root[data-theme="dark"]').waitFor();
  await inside(page, phone, '6b-app-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await phone.getByRole('button', { name: 'Закрыть: Открыть мой трек' }).click();
  await phone.locator('.webapp').waitFor({ state: 'detached' });
  if (!(await opener.evaluate((button) => button === document.activeElement))) faults.push('the focus does not come back from the app');
  await stages(page, opener, phone);
  await failing(page, opener, phone);
  for (const [drawer, name] of [['Сбои', '7-faults'], ['Журнал', '8-log']]) {
    await page.getByRole('button', { name: drawer, exact: true }).click();
    await page.locator(drawer === 'Журнал' ? '#log-list details' : '#fault-list li').first().waitFor();
    await stop(page, name);
  }
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.keyboard.press('Escape').then(() => phone.locator('.more summary').click())
      .then(() => phone.getByRole('button', { name: /Сохранить разговор/ }).click()),
  ]);
  const text = readFileSync(await saved.path(), 'utf8');
  if (!text.includes('@ telegram') || !text.includes('Номер подтверждён')) faults.push('the saved conversation lacks something');
}

/** A season with stages, as the page will get it; the program has none yet. */
async function stages(page, opener, phone) {
  const season = [['Знакомлюсь', 'Meet', 'done'], ['Выбираю', 'Choose', 'missed'], ['Пробую', 'Try', 'now'], ['Обсуждаю с наставником, что мне подошло', 'Talk', 'ahead'], ['Решаю', 'Decide', 'ahead']];
  await page.route('**/app/api/track', async (route) => {
    const answer = await route.fetch();
    const track = await answer.json();
    track.stages = season.map(([ru, en, state], at) => ({ key: en.toLowerCase(), name: { ru, en }, by: `2026-${String(10 + (at > 2)).padStart(2, '0')}-${10 + at}T20:59:59Z`, state }));
    track.next = 'stage';
    track.several = true;
    await route.fulfill({ response: answer, json: track });
  });
  await opener.click();
  const app = await inside(page, phone, '6c-app-stages');
  await says(app, 'Пробую', 'light', '6c-app-stages');
  await app.getByRole('button', { name: 'Вернуться в чат' }).click();
  await phone.locator('.webapp').waitFor({ state: 'detached' });
  await page.unroute('**/app/api/track');
}

/** The server is away, and comes back when the person tries again. */
async function failing(page, opener, phone) {
  await page.route('**/app/api/session', (route) => route.abort());
  const known = faults.length;
  await opener.click();
  const app = await inside(page, phone, '6d-app-offline');
  // The browser complains about the request that was broken off on purpose.
  faults.splice(known, faults.length, ...faults.slice(known).filter((fault) => !fault.includes('ERR_FAILED')));
  await says(app, 'Нет связи', 'light', '6d-app-offline');
  await page.unroute('**/app/api/session');
  await app.getByRole('button', { name: 'Попробовать ещё раз' }).click();
  await app.getByText('Телефон подтверждён').waitFor();
  await page.keyboard.press('Escape');
  await phone.getByRole('button', { name: 'Закрыть: Открыть мой трек' }).click();
}

/** Tabs forward until the focus is on what is asked for. */
async function tab(page, wanted, name) {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(wanted)) return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

const focused = (part) => new Function(`const at = document.activeElement; return ${part};`);

/** VK, by the keyboard only. */
async function byTheKeyboard() {
  const pupil = free('vk');
  const page = await open({ colorScheme: 'dark' }, 'keyboard');
  const label = `${pupil.name}: телефон с ВК`;
  await page.keyboard.press('Escape');
  await tab(page, focused("at.dataset.drawer === 'people'"), 'Люди');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: label }).waitFor();
  await tab(page, focused(`at.getAttribute('aria-label') === ${JSON.stringify(label)}`), label);
  await page.keyboard.press('Enter');
  const phone = vk(page);
  await phone.getByRole('button', { name: 'Начать' }).waitFor();
  await page.waitForFunction(() => document.activeElement.placeholder === 'Сообщение');
  const say = async (text) => { await page.keyboard.type(text); await page.keyboard.press('Enter'); };
  await say('Начать');
  await bot(phone, 'код с карточки');
  await say(pupil.code);
  await bot(phone, 'Привет, ');
  await phone.locator('.key', { hasText: 'Позже' }).last().waitFor();
  await say('Позже');
  await bot(phone, 'осталось подтвердить телефон');
  await withinTheApp(page, phone);
  await say('Подтвердить телефон');
  await bot(phone, 'номер мобильного');
  await say('8 916 123-00-02');
  await bot(phone, 'Чей это телефон');
  await say('Мамы');
  const call = phone.locator('.call .number b');
  await call.waitFor();
  const digits = await call.textContent();
  await stop(page, '9-dark-call');
  await say(digits);
  await bot(phone, 'Номер подтверждён');
  await stop(page, '10-dark-verified');
}

/** The app in VK, by the keyboard: in, around, and out again. */
async function withinTheApp(page, phone) {
  await tab(page, focused("at.textContent === 'Открыть мой трек' && at.closest('[data-channel=vk]')"), 'Открыть мой трек');
  await page.keyboard.press('Enter');
  const app = await inside(page, phone, '8a-vk-app-dark');
  await says(app, 'Подтверди телефон', 'dark', '8a-vk-app-dark');
  await tab(page, focused("at.tagName === 'IFRAME'"), 'the app');
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate(() => Boolean(document.activeElement.closest('.webapp'))))) faults.push('the focus leaves the open app');
  }
  await tab(page, focused("at.getAttribute('aria-label') === 'Закрыть: Открыть мой трек'"), 'the way out');
  await page.emulateMedia({ colorScheme: 'light' });
  await app.locator(':root[data-theme="light"]').waitFor();
  await inside(page, phone, '8b-vk-app-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.keyboard.press('Enter');
  await phone.locator('.webapp').waitFor({ state: 'detached' });
  if (!(await page.evaluate(() => document.activeElement.textContent === 'Открыть мой трек'))) faults.push('the focus does not come back to the button');
  await phone.getByPlaceholder('Сообщение').focus();
}

async function onAPhone() {
  const page = await open({ viewport: { width: 390, height: 844 } }, 'narrow');
  await page.keyboard.press('Escape');
  await stop(page, '11-narrow');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) faults.push(`narrow: the page is ${wide} px wider than the screen`);
  await page.getByRole('button', { name: 'Люди', exact: true }).click();
  await stop(page, '12-narrow-people');
}

/** The app as a phone's client shows it, on a small screen and without a frame; and in English, to somebody with a forged launch. */
async function aloneOnAPhone() {
  const [person] = (await (await fetch(`${base}api/people`)).json()).filter((one) => one.channel === 'vk' && one.met);
  const { url } = await (await fetch(`${base}api/people/${person.id}/open_app`, { method: 'POST', body: JSON.stringify({ label: 'Открыть мой трек' }) })).json();
  const page = await open({ viewport: { width: 320, height: 640 } }, 'alone');
  const see = async (address, text, name) => {
    await page.goto(address);
    await page.locator('#page[aria-busy="false"]').waitFor();
    await stop(page, name);
    if (!(await page.locator('#page').innerText()).includes(text)) faults.push(`${name}: the app does not say «${text}»`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) faults.push(`${name}: the app is ${wide} px wider than the screen`);
  };
  await see(url, 'Телефон подтверждён', '13-alone');
  const known = faults.length;
  await see(url.replace('vk_language=ru', 'vk_language=en'), 'Close the page', '14-forged-english');
  await see(url.split('?')[0], 'press “My track” there', '15-no-messenger');
  // The browser complains about the refusal.
  faults.splice(known, faults.length, ...faults.slice(known).filter((fault) => !fault.includes('401')));
}

try {
  await withTheMouse();
  await byTheKeyboard();
  await onAPhone();
  await aloneOnAPhone();
} catch (error) {
  faults.push(error.message.split('\n')[0]);
}
await browser.close();
for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : 'the walk went well: mouse, keyboard, narrow; axe-core found nothing');
process.exit(faults.length ? 1 : 0);
