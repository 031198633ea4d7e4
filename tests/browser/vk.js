// A pupil in VK, by the keyboard only, in the dark.
import { bot, faults, inside, open, says, stop, tab, vk, who } from './desk.js';

/** Reaches a key under a message by Tab and presses it by Enter. */
async function enter(page, label) {
  await tab(page, `at.dataset.key && at.textContent === ${JSON.stringify(label)} && at.closest('[data-channel=vk]')
    && [...at.closest('.talk').querySelectorAll('.key')].filter((key) => key.textContent === at.textContent).at(-1) === at`, label);
  await page.keyboard.press('Enter');
}

export async function byTheKeyboard() {
  const pupil = who('Майя');
  const page = await open({ colorScheme: 'dark' }, 'keyboard');
  const label = `${pupil.name}: телефон с ВК`;
  await tab(page, "at.dataset.drawer === 'people'", 'Люди');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: label }).waitFor();
  await tab(page, `at.getAttribute('aria-label') === ${JSON.stringify(label)}`, label);
  await page.keyboard.press('Enter');
  const phone = vk(page);
  await phone.getByRole('button', { name: 'Начать' }).waitFor();
  await page.waitForFunction(() => document.activeElement.placeholder === 'Сообщение');
  await page.keyboard.press('Escape');
  const say = async (text) => {
    const field = phone.getByPlaceholder('Сообщение');
    const there = await field.evaluate((field) => {
      field.dataset.wanted = 'yes';
      return field === document.activeElement;
    });
    if (!there) await tab(page, "at.dataset.wanted === 'yes'", 'Сообщение');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await say('Начать');
  await bot(phone, 'код с карточки');
  await say(pupil.code);
  await bot(phone, 'Привет, ');
  await phone.locator('.key', { hasText: 'Позже' }).last().waitFor();
  await stop(page, 'keyboard-1-dark-number');
  await enter(page, 'Позже');
  await bot(phone, 'осталось подтвердить телефон');
  await withinTheApp(page, phone);
  await enter(page, 'Подтвердить телефон');
  await bot(phone, 'номер мобильного');
  await say('8 916 123-00-02');
  await bot(phone, 'Чей это телефон');
  await enter(page, 'Мамы');
  await bot(phone, 'Сначала скажи маме');
  await enter(page, 'Да, не против');
  const call = phone.locator('.call .number b');
  await call.waitFor();
  const digits = await call.textContent();
  await bot(phone, '4 последние цифры');
  await stop(page, 'keyboard-4-dark-call');
  await tab(page, "at.getAttribute('aria-label') === 'Не брать трубку'", 'the call');
  await page.keyboard.press('Enter');
  await call.waitFor({ state: 'detached' });
  if (!(await page.evaluate(() => document.activeElement.placeholder === 'Сообщение'))) faults.push('the focus is lost with the call');
  await page.keyboard.type(digits);
  await page.keyboard.press('Enter');
  await bot(phone, 'Номер подтверждён');
  await bot(phone, 'всё готово');
  await stop(page, 'keyboard-5-dark-verified');
}

/** The app, by the keyboard: in, around, and out again. */
async function withinTheApp(page, phone) {
  await enter(page, 'Открыть мой трек');
  const app = await inside(page, phone, 'keyboard-2-app-dark');
  await says(app, 'Подтверди телефон', 'dark', 'keyboard-2-app-dark');
  await tab(page, "at.tagName === 'IFRAME'", 'the app');
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate(() => Boolean(document.activeElement.closest('.webapp'))))) faults.push('the focus leaves the open app');
  }
  await tab(page, "at.getAttribute('aria-label') === 'Закрыть: Мой трек'", 'the way out');
  await page.emulateMedia({ colorScheme: 'light' });
  await app.locator(':root[data-theme="light"]').waitFor();
  await inside(page, phone, 'keyboard-3-app-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.keyboard.press('Enter');
  await phone.locator('.webapp').waitFor({ state: 'detached' });
  if (!(await page.evaluate(() => document.activeElement.textContent === 'Открыть мой трек'))) faults.push('the focus does not come back to the button');
}
