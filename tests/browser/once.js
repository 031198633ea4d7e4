// Pages that are opened from the chat, by the link in the phone: who is who, and handing in a table. Light on a phone's width, dark on a desk.
import { readFileSync } from 'node:fs';
import { bot, faults, key, stop, write } from './desk.js';

const TABLE = new URL('../data/import/import-dirty.xlsx', import.meta.url);

/** Follows the newest link in the phone, through its door. */
async function through(page, phone, options, name) {
  const link = await phone.locator('.bubble a[href*="/once/"]').last().getAttribute('href');
  await page.setViewportSize(options.viewport);
  await page.emulateMedia({ colorScheme: options.colorScheme });
  await page.goto(link);
  await stop(page, `${name}-1-door`);
  await page.getByRole('button', { name: 'Открыть' }).click();
}

/** The coordinator whose phone this is looks at people and hands in a table; `page` is another one, with nothing on it. */
export async function pages(phone, page) {
  await write(phone, 'люди');
  await bot(phone, 'Для какого места?');
  await key(phone, 'Сургут').click();
  await key(phone, 'Кто есть').click();
  await bot(phone, 'Список с именами');
  await through(page, phone, { viewport: { width: 390, height: 844 }, colorScheme: 'light' }, 'once-people');
  await page.getByRole('heading', { name: 'Люди и роли: Сургут' }).waitFor();
  await stop(page, 'once-people-2');
  await page.getByRole('button', { name: /^Забрать роль: / }).first().click();
  await page.getByRole('heading', { name: 'Забрать роль?' }).waitFor();
  await stop(page, 'once-people-3-sure');
  await page.getByRole('button', { name: 'Оставить' }).click();
  await page.getByRole('heading', { name: 'У кого какая роль' }).waitFor();

  await write(phone, 'импорт');
  await bot(phone, 'Таблицу людей, школ или территорий');
  await through(page, phone, { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' }, 'once-import');
  await page.getByLabel('Файл').setInputFiles({ name: 'т.xlsx', mimeType: 'application/octet-stream', buffer: readFileSync(TABLE) });
  await stop(page, 'once-import-2');
  await page.getByRole('button', { name: 'Проверить' }).click();
  await page.getByRole('heading', { name: 'Что получится' }).waitFor();
  await stop(page, 'once-import-3-judged');
  const [back] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Скачать с пометками (.xlsx)' }).click()]);
  if (back.suggestedFilename() !== 'faults.xlsx') faults.push(`the faults come back as ${back.suggestedFilename()}`);
}
