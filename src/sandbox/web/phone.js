// One phone on the desk: whose it is, what it shows, what its owner does.
import * as api from './api.js';
import { draw } from './bubbles.js';
import { announce, attempt, day, el, hour, keep } from './dom.js';
import { open } from './webapp.js';

const FILES = [['photo', '🖼️ Фотография'], ['document', '📄 Файл'], ['sticker', '😺 Стикер'], ['voice', '🎤 Голосовое']];

export class Phone {
  /** `place` is the section of the page; `owners()` gives everybody who may hold this phone; `chosen` is told of a change. */
  constructor(place, owners, chosen) {
    this.channel = place.dataset.channel;
    this.place = place;
    this.owners = owners;
    this.chosen = chosen;
    this.owner = null;
    this.atEnd = true;
    this.build();
  }

  build() {
    const name = this.channel === 'vk' ? 'ВКонтакте' : 'Telegram';
    this.select = el('select', { id: `owner-${this.channel}`, onchange: () => this.take(this.select.value) });
    this.menu = el('div');
    this.clock = el('span', {}, '');
    this.late = el('p.late', {}, '');
    this.today = el('p', {}, '');
    this.talk = el('div.talk', { role: 'log', 'aria-live': 'polite', 'aria-label': `Переписка, ${name}`, tabindex: '0' });
    this.talk.addEventListener('scroll', () => { this.atEnd = this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < 80; });
    new ResizeObserver(() => this.follow()).observe(this.talk);
    this.typing = el('p.typing', { hidden: true }, 'печатает…');
    this.reply = el('div.reply', { role: 'group', 'aria-label': 'Клавиатура бота', hidden: true });
    this.toast = el('p.toast', { role: 'status', hidden: true });
    this.call = el('div', {});
    this.input = el('input', { type: 'text', 'aria-label': `Сообщение, ${name}`, placeholder: 'Сообщение', autocomplete: 'off', maxlength: '9000' });
    this.attach = this.attachments();
    this.under = el('p', {}, 'бот');
    this.title = el('h2', {}, 'Проводник');
    this.screen = el('div.phone', {},
      el('div.status', { 'aria-hidden': 'true' }, this.clock, el('span', {}, '5G ▮▮▮')),
      el('div.head', {}, el('img', { src: 'icon.svg', alt: '', width: '38', height: '38' }), el('div', {}, this.title, this.under)),
      this.talk, this.typing, this.reply,
      el('form.compose', { onsubmit: (event) => this.submit(event) }, this.attach, this.input,
        el('button.send', { 'aria-label': 'Отправить' }, '➤')),
      this.toast, this.call);
    this.place.replaceChildren(
      el('div.owner', {},
        el('label', { for: `owner-${this.channel}` }, name), this.select,
        el('details.more', {}, el('summary', { 'aria-label': `Ещё об этом телефоне, ${name}` }, '⋯'), this.menu)),
      this.screen);
  }

  attachments() {
    const own = el('input', { type: 'checkbox', checked: true, id: `own-${this.channel}` });
    const phone = el('input', { type: 'tel', id: `phone-${this.channel}`, placeholder: '+7 912 345-67-89', autocomplete: 'off' });
    const close = () => { this.attach.open = false; };
    const contact = this.channel === 'telegram' ? el('form.contact', {
      onsubmit: (event) => {
        event.preventDefault();
        close();
        this.act(() => api.shareContact(this.owner, phone.value, !own.checked));
      },
    }, el('label', { for: phone.id }, '👤 Контакт'), phone, el('button', { 'aria-label': 'Отправить контакт' }, '➤'),
    el('label.own', { for: own.id }, own, 'это мой номер')) : null;
    return el('details.attach', { onkeydown: (event) => event.key === 'Escape' && close() },
      el('summary', { 'aria-label': 'Прикрепить' }, '📎'),
      el('div', {}, FILES.map(([kind, label]) => el('button', {
        type: 'button',
        onclick: () => { close(); this.act(() => api.sendFile(this.owner, kind)); },
      }, label)), contact));
  }

  /** Puts somebody's phone on the desk: `people/7`, `groups/-5`. */
  take(path) {
    this.shut();
    this.owner = this.owners().find((owner) => api.path(owner) === path) ?? null;
    this.atEnd = true;
    this.toasted = undefined;
    this.chosen();
    return this.refresh();
  }

  offer() {
    const owners = this.owners();
    const options = owners.map((owner) => el('option', { value: api.path(owner) }, owner.group ? `👥 ${owner.name}` : owner.name));
    this.select.replaceChildren(el('option', { value: '' }, 'Ничей'), ...options);
    this.owner = this.owner && owners.find((owner) => api.path(owner) === api.path(this.owner));
    this.select.value = this.owner ? api.path(this.owner) : '';
  }

  async act(action) {
    if (!this.owner) return announce('Сначала возьмите чей-нибудь телефон');
    await attempt(action);
    await this.refresh();
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text || !this.owner) return;
    this.input.value = '';
    // Whoever writes wants to read the answer.
    this.atEnd = true;
    this.act(() => (text === '/start' && !this.owner.group ? api.start(this.owner) : api.say(this.owner, text, this.owner.speaker)));
  }

  press(button, label) {
    this.act(async () => {
      announce(`Нажато: ${label}`);
      const done = await api.press(this.owner, button, this.owner.speaker);
      if (done.did === 'app') this.launch(label, done.url);
      else if (done.url) window.open(done.url, '_blank', 'noreferrer');
    });
  }

  /** One mini app at a time. */
  launch(title, url) {
    this.shut();
    this.close = open(this.screen, this.channel, title, url);
  }

  shut() {
    this.close?.();
    this.close = null;
  }

  async refresh() {
    this.offer();
    this.choices();
    if (!this.owner) return this.empty();
    const owner = this.owner;
    const [bubbles, state] = await Promise.all([api.chat(owner), api.state(owner)]);
    if (owner !== this.owner) return;
    this.screen.classList.remove('asleep');
    this.title.textContent = owner.group ? owner.name : 'Проводник';
    this.under.textContent = state.blocked ? 'бот заблокирован' : owner.group ? 'беседа' : 'бот';
    if (bubbles.length) draw(this.talk, bubbles, owner, (...what) => this.press(...what));
    else this.first();
    this.standing(state.keyboard);
    this.typing.hidden = !state.typing;
    this.follow();
    this.screen.dataset.owner = api.path(owner);
    this.pop(state.toasts ?? []);
    this.bubbles = bubbles;
  }

  /** Nobody's phone lies locked. */
  empty() {
    keep(this.talk, [['asleep', () => el('div.lock', {}, this.late, this.today, el('p', {}, 'Этот телефон пока ничей. Возьмите кого-нибудь из «Людей».'))]]);
    this.screen.classList.add('asleep');
    this.reply.hidden = true;
  }

  /** Stays at the end of the conversation, unless its owner reads further up. */
  follow() {
    if (this.atEnd) this.talk.scrollTop = this.talk.scrollHeight;
  }

  /** Nobody has written yet: what the messenger itself offers. */
  first() {
    keep(this.talk, [[`first ${api.path(this.owner)}`, () => el('div.start', {}, el('p', {}, 'Здесь пока пусто.'), this.owner.group ? null
      : el('button.key', { type: 'button', onclick: () => this.act(() => api.start(this.owner)) }, this.channel === 'vk' ? 'Начать' : 'СТАРТ'))]]);
  }

  standing(keyboard) {
    this.reply.hidden = !keyboard;
    const drawn = JSON.stringify(keyboard);
    if (!keyboard || this.drawn === drawn) return;
    this.drawn = drawn;
    this.reply.replaceChildren(...keyboard.rows.map((row, r) => el('div.row', {}, row.map((button, c) => el('button.key', {
      type: 'button', onclick: () => this.push(keyboard.bubble, r, c, button),
    }, button.label)))));
  }

  push(bubble, row, column, button) {
    if (button.does === 'contact' && !this.owner.phone) return this.askPhone();
    this.press({ bubble, row, column }, button.label);
  }

  /** The messenger knows the phone of its owner; a made-up one has to be asked once. */
  askPhone() {
    this.attach.open = true;
    this.attach.querySelector('input[type=tel]')?.focus();
  }

  /** The last toast, once. */
  pop(toasts) {
    const last = toasts.at(-1);
    const key = last && `${last.at}${toasts.length}`;
    if (this.toasted !== undefined && last && key !== this.toasted) {
      this.toast.textContent = last.text;
      this.toast.hidden = false;
      clearTimeout(this.toastTimer);
      this.toastTimer = setTimeout(() => { this.toast.hidden = true; }, 4000);
    }
    this.toasted = key ?? '';
  }

  choices() {
    const owner = this.owner;
    if (!owner) return this.menu.replaceChildren(el('p', {}, 'Телефон ничей.'));
    const item = (label, act) => el('button', { type: 'button', onclick: () => { this.menu.parentElement.open = false; act(); } }, label);
    const key = JSON.stringify(owner);
    if (this.menuKey === key) return;
    this.menuKey = key;
    this.menu.replaceChildren(...[
      el('a', { href: `api/${api.path(owner)}/chat.chat`, download: `${owner.name}.chat`, role: 'button' }, '💾 Сохранить разговор (.chat)'),
      owner.group ? null : item(owner.blocked ? '🔓 Разблокировать бота' : '🚫 Заблокировать бота', () => this.act(() => api.block(owner, !owner.blocked))),
      owner.channel === 'vk' && !owner.group
        ? item(owner.old_client ? '📱 Новый клиент ВК' : '📟 Старый клиент ВК: без кнопок', () => this.act(() => api.oldClient(owner, !owner.old_client))) : null,
    ].filter(Boolean));
  }

  /** Does this number belong to this phone: the account's own, or the one its owner has typed. */
  ringsFor(call) {
    const tail = call.phone.replace(/\D/g, '').slice(-10);
    const digits = (text) => (text ?? '').replace(/\D/g, '');
    return Boolean(this.owner) && !this.owner.group && (digits(this.owner.phone).endsWith(tail)
      || (this.bubbles ?? []).some((bubble) => bubble.from === 'person' && digits(bubble.text).endsWith(tail)));
  }

  /** Shows the ringing call, or takes it off the screen. */
  ring(call) {
    if (this.ringing === call?.id) return;
    this.ringing = call?.id;
    this.call.className = call ? 'call' : '';
    // The keyboard goes on where one types the digits.
    if (!call && this.call.contains(document.activeElement)) this.input.focus();
    if (!call) return this.call.replaceChildren();
    this.call.replaceChildren(
      el('div.face', { 'aria-hidden': 'true' }, '🤖'),
      el('p', { role: 'alert' }, 'Входящий звонок ', el('span.quiet', {}, `с номера ${call.from}, последние цифры ${[...call.last4].join(' ')}`)),
      el('p.number', { 'aria-hidden': 'true' }, call.from.slice(0, -4), el('b', {}, call.last4)),
      el('p', {}, `на ${call.phone}`),
      el('button', { type: 'button', 'aria-label': 'Не брать трубку', onclick: () => attempt(() => api.endCall(call.id, 'missed')) }, '✕'));
  }

  tick(now) {
    this.clock.textContent = hour(now);
    this.late.textContent = hour(now);
    this.today.textContent = day(now);
  }
}
