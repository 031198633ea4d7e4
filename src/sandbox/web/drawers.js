// What lies beside the phones: people, faults, the log.
import * as api from './api.js';
import { announce, attempt, byId, el, keep } from './dom.js';

const ROLES = {
  pupil: 'ученик', teacher: 'педагог-навигатор', coordinator: 'муниципальный координатор', operator: 'региональный оператор', parent: 'родитель',
  support: 'первая линия', school_admin: 'администратор школы', stranger: 'прохожий',
};

const FAULTS = {
  rate: 'слишком часто (429, код 6)', blocked: 'человек заблокировал бота', server_error: 'ошибка сервера', slow: 'медленный ответ', hold: 'ответ только после выключения',
  drop_before: 'обрыв до доставки', drop_after: 'обрыв после доставки', duplicate: 'событие придёт дважды', disorder: 'события не по порядку',
};
const DIAL_FAULTS = {
  no_ring: 'звонок не доходит', timeout: 'звонит, но ответа нет', server_error: 'ошибка сервера', slow: 'медленный ответ', hold: 'ответ только после выключения', html: 'вместо ответа страница',
  status_false: 'отказ, но звонок был', six_digits: 'код из шести цифр', integer_code: 'код числом, без нуля', no_money: 'кончились деньги', refused: 'номер отклонён',
};

/** Opens one drawer at a time; Escape closes it and gives the focus back. */
export function drawers(opened) {
  const buttons = [...document.querySelectorAll('[data-drawer]')];
  const show = (name) => {
    for (const button of buttons) {
      const on = button.dataset.drawer === name;
      button.setAttribute('aria-expanded', String(on));
      byId(button.dataset.drawer).hidden = !on;
    }
    if (name) opened(name);
  };
  const current = () => buttons.find((button) => button.getAttribute('aria-expanded') === 'true');
  for (const button of buttons) button.addEventListener('click', () => show(current() === button ? null : button.dataset.drawer));
  addEventListener('keydown', (event) => {
    const button = current();
    if (event.key !== 'Escape' || !button) return;
    show(null);
    button.focus();
  });
  return { show, current: () => current()?.dataset.drawer };
}

const CHANNELS = [['telegram', 'Telegram'], ['vk', 'ВК']];

function card(person, take) {
  return el('li.card', {},
    el('b', {}, person.name),
    el('span.role', {}, [ROLES[person.role] ?? person.role, person.account && `общий телефон: ${person.account}`].filter(Boolean).join(', ')),
    person.code ? el('span.code', {}, el('span.quiet', {}, 'код '), person.code) : el('span.role', {}, person.role ? 'код уже использован' : ''),
    el('div.take', {}, CHANNELS.filter(([channel]) => !person.channel || person.channel === channel).map(([channel, label]) =>
      el('button', { type: 'button', 'aria-label': `${person.name}: телефон с ${label}`, onclick: () => take(person, channel) }, label))));
}

export async function drawPeople(take) {
  const seeds = await api.seed();
  keep(byId('people-list'), seeds.length ? seeds.map((person) => [JSON.stringify(person), () => card(person, take)])
    : [['', () => el('li.hint', {}, 'Здесь нет демо-людей: стенды запущены сами по себе. Заведите человека ниже.')]]);
}

export function faultForm() {
  const kinds = () => {
    const list = byId('fault-channel').value === 'autodial' ? DIAL_FAULTS : FAULTS;
    byId('fault-kind').replaceChildren(...Object.entries(list).map(([value, label]) => el('option', { value }, label)));
  };
  byId('fault-channel').addEventListener('change', kinds);
  kinds();
  byId('fault').addEventListener('submit', (event) => {
    event.preventDefault();
    const { channel, kind, count } = Object.fromEntries(new FormData(event.target));
    attempt(async () => {
      await api.addFault({ channel, kind, count: Number(count) });
      announce('Сбой включён');
    });
  });
  byId('fault-clear').addEventListener('click', () => attempt(api.clearFaults));
}

const PLACES = { telegram: 'Telegram', vk: 'ВКонтакте', autodial: 'Автодозвон' };

function row(fault) {
  const what = ({ ...FAULTS, ...DIAL_FAULTS })[fault.kind] ?? fault.kind;
  const often = [fault.count && `ещё ${fault.count}`, fault.struck && `сработал: ${fault.struck}`].filter(Boolean).join(', ');
  return el('li', {}, el('div.fault', {},
    el('span', {}, `${PLACES[fault.channel]}: ${what}`, often ? el('small', {}, often) : null),
    el('button', { type: 'button', 'aria-label': `Выключить: ${what}`, onclick: () => attempt(() => api.removeFault(fault.id)) }, 'Выключить')));
}

export async function drawFaults() {
  const faults = await api.faults();
  // What is spent strikes no more, unless it is still holding something.
  const on = faults.filter((fault) => fault.count !== 0 || fault.kind === 'hold');
  keep(byId('fault-list'), on.length ? on.map((fault) => [JSON.stringify(fault), () => row(fault)])
    : [['', () => el('li.hint', {}, 'Всё исправно.')]]);
}

let entries = [];

function entry(item) {
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 1); } catch { return text; } };
  const bad = item.status === 0 || item.status >= 400 || /"error"|"ok":false/.test(item.answer.slice(0, 40));
  return el('li', {}, el('details', {},
    el('summary', {},
      el('time', { datetime: item.at }, new Date(item.at).toLocaleTimeString('ru')), el('span', {}, `${item.channel} · ${item.name}`),
      el(bad ? 'span.bad' : 'span', {}, item.status ? String(item.status) : 'обрыв'), el('time', {}, `${item.ms.toFixed(1)} мс`)),
    el('pre', { tabindex: '0', 'aria-label': 'Запрос' }, `${item.method} ${item.path}\n${pretty(JSON.stringify(item.params))}`),
    el('pre', { tabindex: '0', 'aria-label': 'Ответ' }, pretty(item.answer))));
}

export async function drawLog() {
  entries = [...entries, ...await api.log(entries.at(-1)?.seq ?? 0)].slice(-400);
  const wanted = byId('log-filter').value.trim().toLowerCase();
  const shown = entries.filter((item) => !wanted || `${item.channel} ${item.name} ${item.status} ${item.body} ${item.answer}`.toLowerCase().includes(wanted));
  const list = byId('log-list');
  keep(list, shown.length ? shown.reverse().map((item) => [item.seq, () => entry(item)]) : [['', () => el('li.hint', {}, 'Пока ничего.')]]);
}
