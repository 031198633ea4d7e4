// Opens the pages of `provodnik flows show --all --html` in a real browser: axe-core on each; in every language, light and dark, wide and on a
// phone's width on those that have everything a page may have (they are of one make); none is wider than a phone; nothing from elsewhere; the
// switch of languages, the links from step to step, the keyboard.
//
//   node pages.js folder-of-pages [folder for pictures]
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [folder, pictures] = process.argv.slice(2);
const at = (file) => `file://${resolve(folder, file)}`;
const faults = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function open(file, options, name) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`${name}: ${message.text()}`));
  page.on('request', (request) => !request.url().startsWith('file:') && faults.push(`${name}: asks for ${request.url()}`));
  await page.goto(at(file));
  return page;
}

const wide = async (page, name) => {
  const by = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (by > 0) faults.push(`${name}: ${by} px wider than the screen`);
};

async function judged(page, name) {
  // What is behind a word counts as well.
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = true; }));
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const { id, help, nodes } of violations) faults.push(`${name}: ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
  await wide(page, name);
}

const looks = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 800 } }],
];
const EVERYTHING = ['index', 'verify_phone', 'feedback_trial', 'event_signup'];
const files = readdirSync(folder).filter((file) => file.endsWith('.html'));
for (const [look, options] of looks) {
  for (const file of files) {
    const name = `${file.replace('.html', '')}-${look}`;
    const page = await open(file, options, name);
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    const whole = EVERYTHING.includes(file.replace('.html', ''));
    await (whole || look === 'light' ? judged(page, name) : wide(page, name));
    if (whole && look === 'light') {
      await page.getByRole('radio', { name: 'English' }).check();
      await judged(page, `${name}-en`);
    }
    await page.context().close();
  }
}

// From the index to a step and on by a button, in the other language; back to the first with the step kept.
const page = await open('index.html', {}, 'links');
const says = async (what, holds) => { if (!(await holds)) faults.push(`links: ${what}`); };
await page.getByRole('radio', { name: 'Русский' }).focus();
await page.keyboard.press('ArrowRight');
await page.getByRole('link', { name: 'event_signup' }).first().click();
await says('the language is remembered', page.getByRole('heading', { name: 'Steps', exact: true }).isVisible());
await page.locator('#en-offer').getByRole('link', { name: 'Sign up' }).first().click();
await says('a button leads to its step', page.evaluate(() => location.hash === '#en-join'));
await page.getByRole('radio', { name: 'Русский' }).check();
await says('the step stays', page.evaluate(() => location.hash === '#ru-join' && document.documentElement.lang === 'ru'));
await page.goto(`${at('event_signup.html')}#en-sure`);
await page.locator('#en-sure').waitFor({ state: 'visible' });
await page.locator('.in[data-lang="en"] svg a', { hasText: 'mine' }).click();
await says('the diagram leads to its step', page.evaluate(() => location.hash === '#en-mine'));
await page.goto(at('verify_phone.html'));
await says('a wide diagram begins at its beginning', page.locator('.in:visible .begin').evaluate((begin) => {
  const [shown, place] = [begin.getBoundingClientRect(), begin.closest('.scroll').getBoundingClientRect()];
  return shown.left > place.left && shown.right < place.right;
}));
await browser.close();

for (const fault of faults) console.error(fault);
console.log(`${files.length} pages, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
