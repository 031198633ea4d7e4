// The desk: two phones, the clock, the drawers; everything is fetched again when the stand-ins say that something changed.
import * as api from './api.js';
import { drawContent } from './content.js';
import { drawFaults, drawLog, drawPeople, drawers, faultForm } from './drawers.js';
import { announce, attempt, byId, day, el, hour, trouble } from './dom.js';
import { Phone } from './phone.js';

let everybody = [];
const desk = {};

/** Who may hold the phone of this messenger: its people, and its groups as seen by their first member. */
function owners(channel) {
  return everybody.filter((owner) => owner.channel === channel);
}

/** The desk survives a reload: who holds which phone stands in the address. */
function remember() {
  const held = Object.values(desk).filter((phone) => phone.owner).map((phone) => `${phone.channel}=${api.path(phone.owner)}`);
  history.replaceState(null, '', held.length ? `#${held.join('&')}` : '#');
}

async function meet() {
  const [people, groups] = await Promise.all([api.people(), api.groups()]);
  everybody = [...people, ...groups.filter((group) => !group.moved_to).map((group) => (
    { ...group, name: group.title, group: true, speaker: group.people[0] }))];
}

async function hear() {
  const calls = (await api.calls()).filter((call) => call.ringing);
  for (const phone of Object.values(desk)) phone.ring(calls.find((call) => phone.ringsFor(call)));
  const elsewhere = calls.filter((call) => !Object.values(desk).some((phone) => phone.ringsFor(call)));
  if (elsewhere.length) announce(`Звонит телефон ${elsewhere[0].phone}, последние цифры ${elsewhere[0].last4}`);
}

async function tell() {
  const { now, can_advance: movable } = await api.clock();
  byId('now').replaceChildren(el('span', {}, `${day(now)} `), el('b', {}, hour(now)));
  byId('now').setAttribute('datetime', now);
  for (const key of document.querySelectorAll('.clock-keys button, .clock-keys input')) key.disabled = !movable;
  for (const phone of Object.values(desk)) phone.tick(now);
}

const shelf = drawers((name) => attempt(() => open(name)));

async function open(name) {
  if (name === 'people') await drawPeople(take);
  if (name === 'faults') await drawFaults();
  if (name === 'log') await drawLog();
}

let running = false;
let again = false;

/** One refresh at a time; what changes meanwhile is fetched by the next. */
async function refresh() {
  if (running) { again = true; return; }
  running = true;
  do {
    again = false;
    await attempt(async () => {
      await meet();
      await Promise.all(Object.values(desk).map((phone) => phone.refresh()));
      await Promise.all([hear(), tell(), drawContent(), shelf.current() ? open(shelf.current()) : null]);
    });
  } while (again);
  running = false;
}

/** Gives a person a phone in this messenger, the old one if there is one. Some share an account with others. */
async function take(person, channel) {
  await attempt(async () => {
    const name = person.account ?? person.name;
    const known = everybody.find((owner) => !owner.group && owner.channel === channel && owner.name === name);
    const owner = known ?? await api.newcomer({ name, channel });
    await meet();
    await desk[channel].take(api.path(owner));
    if (matchMedia('(max-width: 1100px)').matches) shelf.show(null);
    desk[channel].input.focus();
    announce(`На столе телефон: ${person.name}`);
  });
}

function forms() {
  byId('newcomer').addEventListener('submit', (event) => {
    event.preventDefault();
    const { name, channel } = Object.fromEntries(new FormData(event.target));
    event.target.reset();
    take({ name: name.trim() }, channel);
  });
  byId('new-group').addEventListener('submit', (event) => {
    event.preventDefault();
    const { title, channel } = Object.fromEntries(new FormData(event.target));
    const holder = desk[channel].owner;
    attempt(async () => {
      const group = await api.newGroup(title.trim(), channel, holder && !holder.group ? [holder.id] : []);
      event.target.reset();
      await meet();
      await desk[channel].take(`groups/${group.id}`);
    });
  });
  byId('log-filter').addEventListener('input', () => attempt(drawLog));
  for (const key of document.querySelectorAll('[data-advance]')) {
    key.addEventListener('click', () => attempt(() => api.advance(Number(key.dataset.advance))));
  }
  byId('advance').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(() => api.advance(Math.round(Number(byId('advance-by').value) * 60)));
  });
  faultForm();
}

async function begin() {
  for (const place of document.querySelectorAll('.place')) {
    desk[place.dataset.channel] = new Phone(place, () => owners(place.dataset.channel), remember);
  }
  forms();
  new ResizeObserver(() => document.documentElement.style.setProperty('--bar-height', `${document.querySelector('.bar').offsetHeight}px`))
    .observe(document.querySelector('.bar'));
  const held = new URLSearchParams(location.hash.slice(1));
  await attempt(meet);
  for (const [channel, phone] of Object.entries(desk)) {
    const wanted = held.get(channel) ?? owners(channel).filter((owner) => owner.met).map(api.path).at(-1);
    await attempt(() => (wanted ? phone.take(wanted) : phone.refresh()));
  }
  if (!Object.values(desk).some((phone) => phone.owner)) shelf.show('people');
  await refresh();
  api.listen(refresh, (lost) => trouble(lost ? 'связи с программой нет. Она остановлена? Страница оживёт сама.' : null));
  setInterval(() => attempt(tell), 20000);
}

begin();
