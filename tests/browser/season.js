// Days go by: a seat at an event, what is asked after it, a stage's reminder, and the season as the mini app shows it.
import { advance, bot, faults, hold, inside, key, open, says, stop, telegram, until, vk, who, write } from './desk.js';

const WORKSHOPS = 'День открытых мастерских';
const ENGAGE = 'Осталось 3 дня: этап «Увлекаюсь» закрывается 10 октября';

export async function season() {
  const page = await open({}, 'season');
  const [phone, other] = [telegram(page), vk(page)];
  await hold(phone, who('Артём').name);
  await hold(other, who('Майя').name);
  await key(phone, 'События').click();
  await bot(phone, 'События для тебя');
  await key(phone, WORKSHOPS).click();
  await bot(phone, 'Записать тебя?');
  await key(phone, 'Записаться').click();
  await bot(phone, 'Готово, место твоё ✅');
  await key(phone, 'События').waitFor();
  await stop(page, 'season-1-seat');

  // Two hours after it has begun it is over.
  for (let days = 0; days < 3; days += 1) await advance(page, '+1 день', 86400);
  await until(page, '2026-10-04T17:00:00+05:00');
  await bot(phone, `После «${WORKSHOPS}»`);
  await stop(page, 'season-2-asked');
  await feedback(page, phone);

  await page.emulateMedia({ colorScheme: 'dark' });
  await until(page, '2026-10-07T10:00:00+05:00');
  await bot(phone, ENGAGE);
  await bot(other, ENGAGE);
  await stop(page, 'season-4-reminded-dark');
  await key(phone, 'Мой трек').click();
  await bot(phone, '✅ Пробую');
  await stages(page, phone);
}

async function feedback(page, phone) {
  await key(phone, 'Рассказать').click();
  await bot(phone, `Как тебе «${WORKSHOPS}»?`);
  await key(phone, '5').click();
  await bot(phone, 'Что понравилось?');
  await key(phone, '☐ Наставник').click();
  await key(phone, '☐ Само место').click();
  await key(phone, '☑ Само место').waitFor();
  await stop(page, 'season-3-several');
  await key(phone, 'Готово').click();
  await bot(phone, 'Хочется узнать об этой профессии');
  await key(phone, 'Да, хочу ещё').click();
  await bot(phone, 'Расскажи парой слов');
  await write(phone, 'Паяльник оказался не страшным');
  await bot(phone, 'Этап закрыт ✅');
  await stop(page, 'season-3-told');
}

/** One stage done out of turn, one missed, one open, the others ahead. */
async function stages(page, phone) {
  await until(page, '2026-10-11T12:00:00+05:00');
  await key(phone, 'Открыть мой трек').click();
  const app = await inside(page, phone, 'season-5-app-dark');
  await says(app, 'Успей до 16 октября', 'dark', 'season-5-app-dark');
  for (const [state, name] of [['missed', 'Увлекаюсь'], ['now', 'Понимаю'], ['ahead', 'Узнаю'], ['done', 'Пробую'], ['ahead', 'Осознаю'], ['ahead', 'Планирую']]) {
    if (!(await app.locator(`li.${state}`, { hasText: name }).count())) faults.push(`the stage «${name}» is not ${state}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await app.locator('li.done', { hasText: 'Пробую' }).scrollIntoViewIfNeeded();
  await inside(page, phone, 'season-6-app-light');
  await app.getByRole('button', { name: 'Вернуться в чат' }).click();
  await phone.locator('.webapp').waitFor({ state: 'detached' });
}
