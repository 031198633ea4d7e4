// Somebody breaks a flow while `dev` runs: the page tells where and what, and no more once it is mended.
import { rmSync, writeFileSync } from 'node:fs';
import { drawer, faults, open, stop } from './desk.js';

/** A flow with more faults than are told in full. */
const BROKEN = `flow: broken
entry: []
outcomes: [done]
steps:
  one: { say: one, next: tow }
  two: { say: two, next: thre }
  three: { say: three, next: fuor }
  four: { say: four, next: fiev }
  five: { say: five, end: dane }
`;

export async function content() {
  const directory = process.env.CONTENT;
  if (!directory) { console.log('content: left out, CONTENT names no directory that `dev` reads and that may be broken'); return; }
  const page = await open({}, 'content');
  const narrow = await open({ viewport: { width: 320, height: 640 } }, 'content, narrow');
  const told = (at) => at.getByRole('status', { name: 'Ошибки в сценариях' });
  writeFileSync(`${directory}/flows/broken.yaml`, BROKEN);
  await told(page).getByText('Бот говорит по-старому').waitFor();
  const text = await told(page).innerText();
  for (const wanted of ['flows/broken.yaml:5:', 'нет шага', 'И ещё ']) if (!text.includes(wanted)) faults.push(`content: no «${wanted}» in ${text}`);
  await stop(page, 'content-1-broken');
  await page.emulateMedia({ colorScheme: 'dark' });
  await stop(page, 'content-2-broken-dark');
  await drawer(narrow, 'Люди');
  await told(narrow).getByText('Бот говорит по-старому').waitFor();
  await stop(narrow, 'content-3-broken-narrow');
  rmSync(`${directory}/flows/broken.yaml`);
  await told(page).getByText('Бот говорит по-старому').waitFor({ state: 'detached' });
  await page.locator('#said', { hasText: 'Ошибок больше нет' }).waitFor({ state: 'attached' });
}
