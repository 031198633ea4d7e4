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

async function onAPhone() {
  const page = await open({ viewport: { width: 390, height: 844 } }, 'narrow');
  await page.keyboard.press('Escape');
  await stop(page, '11-narrow');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) faults.push(`narrow: the page is ${wide} px wider than the screen`);
  await page.getByRole('button', { name: 'Люди', exact: true }).click();
  await stop(page, '12-narrow-people');
}

try {
  await withTheMouse();
  await byTheKeyboard();
  await onAPhone();
} catch (error) {
  faults.push(error.message.split('\n')[0]);
}
await browser.close();
for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : 'the walk went well: mouse, keyboard, narrow; axe-core found nothing');
process.exit(faults.length ? 1 : 0);
