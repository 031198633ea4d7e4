// What the page shows: the track, or what went wrong. Text never becomes markup.

function el(spec, properties = {}, ...children) {
  const [tag, ...classes] = spec.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const day = (at, say) => new Date(at).toLocaleDateString(say.date, { day: 'numeric', month: 'long' });

/** What comes next: a heading, how, and whether it is done in the chat. */
function following(track, say, lang) {
  if (track.next === 'phone') return [say.toPhone(track.adult), say.toPhoneHow(track.adult), true];
  const stage = track.stages.find((one) => one.state === 'now');
  if (track.next === 'stage' && stage) return [say.toStage(stage.name[lang]), say.toStageHow(stage.by && day(stage.by, say)), true];
  return [say.wait, say.waitHow(track.adult), false];
}

function ticket(track, say, lang, close) {
  const [heading, how, inChat] = following(track, say, lang);
  const button = inChat && close;
  return el(button ? 'section.ticket-card' : 'section.ticket-card.plain', { 'aria-labelledby': 'next' },
    el('p.eyebrow', {}, say.next),
    el('h2', { id: 'next' }, heading),
    el('p', {}, how),
    el('div.stub', {}, button ? el('button.key', { type: 'button', onclick: close }, say.back) : el('span', {}, say.stub)));
}

/** Every stop of the line: signing in, the phone, the season's stages. */
function stops(track, say, lang) {
  const { phone } = track;
  const note = { verified: phone.masked, open: say.left(phone.days), late: say.late }[phone.state];
  const verified = phone.state === 'verified';
  return [
    { name: say.signedIn, state: 'done' },
    { name: verified ? say.phone : say.phoneOpen, state: verified ? 'done' : 'now', note },
    ...track.stages.map((stage) => ({ name: stage.name[lang], state: stage.state, note: stage.by && stage.state !== 'done' ? say.until(day(stage.by, say)) : null })),
  ];
}

function stop({ name, state, note }, at, say) {
  const spoken = { done: say.done, now: say.now, missed: say.missed }[state];
  const mark = { done: '✓', missed: '–' }[state] ?? String(at + 1);
  return el(`li.${state}`, state === 'now' ? { 'aria-current': 'step' } : {},
    el('span.mark', { 'aria-hidden': 'true' }, mark),
    el('b', {}, name, spoken ? el('span.quiet', {}, `. ${spoken}.`) : null),
    note ? el('span.note', {}, note) : null);
}

/** The track. */
export function draw(page, track, say, lang, close) {
  page.replaceChildren(
    el('header', {}, el('h1', { tabindex: '-1' }, say.hello(track.name)), track.several ? el('p.whose', {}, say.whose(track.name)) : null),
    ticket(track, say, lang, close),
    el('section.line-card', { 'aria-labelledby': 'way' }, el('h2', { id: 'way' }, say.way),
      el('ol.stops', {}, stops(track, say, lang).map((one, at) => stop(one, at, say)))));
}

/** What went wrong, and the two ways on. */
export function lament(page, sentence, say, again, close) {
  page.replaceChildren(el('section.trouble', {},
    el('div.sign', { 'aria-hidden': 'true' }, '🎫'),
    el('h1', {}, say.trouble),
    el('p', { role: 'alert' }, sentence),
    el('div.keys', {}, el('button.key', { type: 'button', onclick: again }, say.again),
      close ? el('button.key.second', { type: 'button', onclick: close }, say.back) : null)));
}
