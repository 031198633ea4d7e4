// The app as a phone's client shows it, on a small screen and without a frame, and what it says to whom it knows nothing about.
import { base, complaining, faults, open, stop, who } from './desk.js';

export async function aloneOnAPhone() {
  const pupil = (await (await fetch(`${base}api/people`)).json()).find((one) => one.name === who('Майя').name);
  const { url } = await (await fetch(`${base}api/people/${pupil.id}/open_app`, { method: 'POST', body: JSON.stringify({ label: 'Открыть мой трек' }) })).json();
  const page = await open({ viewport: { width: 320, height: 640 } }, 'alone');
  const see = async (address, text, name) => {
    await page.goto(address);
    await page.locator('#page[aria-busy="false"]').waitFor();
    await stop(page, name);
    if (!(await page.locator('#page').innerText()).includes(text)) faults.push(`${name}: the app does not say «${text}»`);
  };
  await see(url, 'Телефон подтверждён', 'alone-1');
  await complaining('401', async () => {
    await see(url.replace('vk_user_id=', 'vk_user_id=1'), 'Эту страницу нужно закрыть', 'alone-2-forged');
    await see(url.replace('vk_language=ru', 'vk_language=en'), 'Close the page', 'alone-3-forged-english');
    await see(url.split('?')[0], 'там есть кнопка «Открыть мой трек»', 'alone-4-no-messenger');
  });
}
