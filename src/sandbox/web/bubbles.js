// One dialogue as bubbles: what was said, by whom, with which buttons.
import { day, el, hour, keep } from './dom.js';

const KINDS = {
  photo: ['🖼️', 'Фотография'], document: ['📄', 'Файл'], sticker: ['😺', 'Стикер'], voice: ['🎤', 'Голосовое'],
};

const MARKS = { bold: 'b', italic: 'i', code: 'code', text_link: 'a' };

/** Bare links become links; everything else stays text. */
function plain(text) {
  return text.split(/(https?:\/\/\S+)/).map((part) =>
    /^https?:/.test(part) ? el('a', { href: part, target: '_blank', rel: 'noreferrer' }, part) : part);
}

/** Text with Telegram's entities (offsets in UTF-16 units, as JavaScript counts). */
function words(text, entities) {
  const marked = (Array.isArray(entities) ? entities : []).filter((entity) => MARKS[entity.type]).sort((a, b) => a.offset - b.offset);
  const parts = [];
  let at = 0;
  for (const { type, offset, length, url } of marked) {
    if (offset < at) continue;
    parts.push(...plain(text.slice(at, offset)));
    parts.push(el(MARKS[type], url ? { href: url, target: '_blank', rel: 'noreferrer' } : {}, text.slice(offset, offset + length)));
    at = offset + length;
  }
  return [...parts, ...plain(text.slice(at))];
}

/** What the stand-in holds of a picture; what can be seen on it is what the file is called. */
function shown(file) {
  const name = file.name.replace(/\.[^.]*$/, '');
  return el('img.shown', { src: `api/files/${encodeURIComponent(file.id)}`, alt: name });
}

function picture(kind, file) {
  if (kind === 'photo' && file?.mime.startsWith('image/')) return shown(file);
  const [sign, name] = KINDS[kind] ?? ['📎', 'Вложение'];
  return el('span.picture', { role: 'img', 'aria-label': name }, sign);
}

/** Buttons by the rows they stand in. */
export function rows(buttons) {
  const lines = [];
  for (const button of buttons) (lines[button.row] ??= []).push(button);
  return lines.filter(Boolean);
}

function keys(bubble, press) {
  return el('div.keys', { role: 'group', 'aria-label': 'Кнопки под сообщением' }, rows(bubble.buttons).map((row) =>
    el('div.row', {}, row.map((button) => button.url
      ? el('a.key', { href: button.url, target: '_blank', rel: 'noreferrer' }, button.label)
      : el('button.key', {
        type: 'button',
        'data-key': `${bubble.id}.${button.row}.${button.column}`,
        onclick: () => press({ bubble: bubble.id, row: button.row, column: button.column }, button.label),
      }, button.label)))));
}

function row(bubble, owner, press) {
  if (bubble.kind === 'service') return el('p.day', {}, bubble.text);
  const mine = bubble.from === 'person' && (!owner.group || bubble.person === owner.speaker);
  const author = bubble.from === 'bot' ? 'Проводник' : bubble.name;
  const inline = bubble.buttons.filter((button) => button.inline);
  return el(mine ? 'div.bubble-row.mine' : 'div.bubble-row', {},
    el('div.bubble', {},
      el(owner.group && !mine ? 'span.who' : 'span.quiet', {}, mine ? 'Вы: ' : `${author}: `),
      bubble.kind === 'contact' ? el('span', { role: 'img', 'aria-label': 'Контакт' }, '👤 ') : KINDS[bubble.kind] ? picture(bubble.kind, bubble.file) : null,
      words(bubble.text ?? '', bubble.entities),
      el('footer', {}, bubble.edited ? 'изменено ' : '', el('time', { datetime: bubble.at }, hour(bubble.at)))),
    inline.length ? keys({ ...bubble, buttons: inline }, press) : null);
}

/** The rows of a dialogue, each with what it is drawn from. */
function* lines(bubbles, owner, press) {
  let last = '';
  for (const bubble of bubbles) {
    const today = day(bubble.at);
    if (today !== last) yield [`${owner.id} ${today}`, () => el('p.day', {}, today)];
    last = today;
    yield [JSON.stringify([owner.id, owner.speaker, bubble]), () => row(bubble, owner, press)];
  }
}

/** Draws the dialogue; the keyboard stays where it is. */
export function draw(talk, bubbles, owner, press) {
  const held = talk.contains(document.activeElement) ? document.activeElement : null;
  keep(talk, lines(bubbles, owner, press));
  // The button is gone or drawn anew: the keyboard goes on from the same place.
  if (held && !held.isConnected) (talk.querySelector(`[data-key="${held.dataset.key}"]`) ?? talk).focus({ preventScroll: true });
}
