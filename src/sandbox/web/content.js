// What is wrong with flows or words that were changed: over the phones, for as long as the bot goes on with the old ones.
import * as api from './api.js';
import { announce, byId, el, keep } from './dom.js';

/** So many are told in full. */
const TOLD = 3;
const WORDS = { one: 'ошибка', few: 'ошибки', many: 'ошибок', other: 'ошибок' };
const number = new Intl.PluralRules('ru');

const place = ({ file, line, column }) => [file, line, column].filter(Boolean).join(':');

function box(faults) {
  const line = (fault) => el('li', {}, el('code', {}, place(fault)), ` ${fault.what}`, fault.help && el('span.cure', {}, ` (${fault.help})`));
  const rest = faults.length - TOLD;
  return el('div.faulty', {},
    el('p', {}, el('b', {}, 'Изменения не подошли. Бот говорит по-старому.')),
    el('ul', {}, faults.slice(0, TOLD).map(line)),
    rest > 0 && el('p', {}, `И ещё ${rest} ${WORDS[number.select(rest)]}: все показаны в терминале.`));
}

/** Shows them; the same ones are told once. */
export async function drawContent() {
  const faults = await api.content();
  const region = byId('content');
  if (region.firstChild && !faults.length) announce('Ошибок больше нет: бот говорит по-новому.');
  keep(region, faults.length ? [[JSON.stringify(faults), () => box(faults)]] : []);
}
