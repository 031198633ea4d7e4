// What every part of the walk works with: pages in a real browser, stops with axe-core, people and their phones, the clock.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [address = 'http://127.0.0.1:8080/sandbox/', pictures] = process.argv.slice(2);

/** When the walk begins: a school day at noon in Surgut, nine days before the first stage closes. */
export const BEGINS = '2026-10-01T12:00:00+05:00';
export const base = address;
export const faults = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const opened = [];

/** A page of its own, under the policies that the program sends; whatever the browser complains about is a fault. */
export async function open(options, name) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'ru-RU', reducedMotion: 'reduce', timezoneId: 'Asia/Yekaterinburg', ...options });
  const page = await context.newPage();
  opened.push(page);
  await page.addInitScript(() => addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
    console.error(`against the policy: ${violatedDirective}, ${blockedURI}, ${sourceFile}`);
  }));
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`${name}: ${message.text()}`));
  await page.goto(base);
  await page.locator('#now[datetime]').waitFor();
  return page;
}

/** Closes what was opened. */
export async function leave() {
  for (const page of opened.splice(0)) await page.context().close();
}

/** Where it broke off, for the eye. */
export async function snap() {
  if (pictures) for (const [at, page] of opened.entries()) await page.screenshot({ path: `${pictures}/broken-${at}.png` });
}

export const finish = () => browser.close();

/** axe-core comes in through the debugger: no policy has to be lifted for it. */
async function judged(frame, name) {
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const { id, help, nodes } of violations) faults.push(`${name}: ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
  const wide = await frame.evaluate(() => [document.documentElement, ...document.querySelectorAll('.drawer:not([hidden]), .talk, .reply')]
    .filter((part) => part.scrollWidth > part.clientWidth).map((part) => `${part.id || part.className || 'page'} by ${part.scrollWidth - part.clientWidth} px`));
  if (wide.length) faults.push(`${name}: too wide: ${wide.join(', ')}`);
}

/** A stop: a picture, axe-core, and nothing wider than the screen. */
export async function stop(page, name) {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
  await judged(page, name);
}

/** The mini app within a phone: a stop, and another one in its frame. */
export async function inside(page, place, name) {
  const frame = await (await place.locator('.webapp iframe').elementHandle()).contentFrame();
  await frame.locator('#page[aria-busy="false"]').waitFor();
  await stop(page, name);
  await judged(frame, `${name}, in the app`);
  return frame;
}

/** What the app must say, and the theme that it must have. */
export async function says(frame, text, theme, name) {
  if (!(await frame.locator('#page').innerText()).includes(text)) faults.push(`${name}: the app does not say «${text}»`);
  const has = await frame.evaluate(() => document.documentElement.dataset.theme);
  if (has !== theme) faults.push(`${name}: the app is ${has}, the phone ${theme}`);
}

/** Runs what makes the browser complain on purpose, in words like these. */
export async function complaining(words, act) {
  const known = faults.length;
  await act();
  faults.splice(known, faults.length, ...faults.slice(known).filter((fault) => !fault.includes(words)));
}

const people = await (await fetch(`${base}api/seed`)).json();
/** A person of the demo region, by the first name. */
export const who = (first) => people.find((person) => person.name.startsWith(first));

export const telegram = (page) => page.getByRole('region', { name: 'Telegram' });
export const vk = (page) => page.getByRole('region', { name: 'ВКонтакте' });

/** The bot has said it. */
export const bot = (place, text) => place.locator('.bubble-row:not(.mine)', { hasText: text }).last().waitFor();
/** How often it has. */
export const heard = (place, text) => place.locator('.bubble-row:not(.mine)', { hasText: text }).count();

/** The bot says it once more. */
export async function again(place, text, act) {
  const known = await heard(place, text);
  await act();
  await place.locator('.bubble-row:not(.mine)', { hasText: text }).nth(known).waitFor();
}

/** The newest key of the bot with this label. */
export const key = (place, label) => place.locator('.talk, .reply').getByRole('button', { name: label, exact: true }).last();

export async function write(place, text) {
  await place.getByPlaceholder('Сообщение').fill(text);
  await place.locator('.compose').getByRole('button', { name: 'Отправить', exact: true }).click();
}

export const drawer = (page, name) => page.getByRole('navigation').getByRole('button', { name, exact: true }).click();

/** Gives somebody their phone. */
export async function take(page, person, label) {
  const card = page.getByRole('button', { name: `${person.name}: телефон с ${label}` });
  if (!(await card.isVisible())) await drawer(page, 'Люди');
  await card.click();
  await page.locator('#said', { hasText: person.name }).waitFor({ state: 'attached' });
  if (await card.isVisible()) await drawer(page, 'Люди');
}

/** Puts a phone that was there before on the desk again. */
export async function hold(place, name) {
  const [owner] = await place.locator('.owner select').selectOption({ label: name });
  await place.locator(`.phone[data-owner="${owner}"]`).waitFor();
}

const shown = async (page) => Date.parse(await page.locator('#now').getAttribute('datetime'));

/** The clock must show this moment, or a later one. */
async function reaches(page, moment) {
  await page.waitForFunction((wanted) => Date.parse(document.getElementById('now').getAttribute('datetime')) >= wanted, moment);
}

/** Presses a key beside the clock and sees it move. */
export async function advance(page, label, seconds) {
  const before = await shown(page);
  await page.getByRole('group', { name: 'Перевести часы вперёд' }).getByRole('button', { name: label, exact: true }).click();
  await reaches(page, before + seconds * 1000);
}

/** Goes on to a moment, by the minutes that the clock is asked for. */
export async function until(page, moment) {
  const wanted = Date.parse(moment);
  const minutes = Math.ceil((wanted - await shown(page)) / 60000);
  await page.getByLabel('На сколько минут').fill(String(minutes));
  await page.getByRole('button', { name: '+ мин', exact: true }).click();
  await reaches(page, wanted);
}

/** Tabs forward until the focus is on what is asked for: an expression about `at`, the focused element. */
export async function tab(page, wanted, name) {
  const there = new Function(`const at = document.activeElement; return ${wanted};`);
  for (let step = 0; step < 160; step += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(there)) return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}
