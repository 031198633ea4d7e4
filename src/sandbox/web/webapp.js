// A mini app inside a phone: a frame under a title bar, and the messenger's side of the two bridges.
import { announce, el } from './dom.js';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

/** As Telegram's clients tell their colours. */
const colours = () => (dark.matches
  ? { bg_color: '#1c2a37', text_color: '#f1f3f5', hint_color: '#b3bec9', link_color: '#7fbcf5', button_color: '#2a76b5', button_text_color: '#ffffff', secondary_bg_color: '#0f1820' }
  : { bg_color: '#ffffff', text_color: '#000000', hint_color: '#707579', link_color: '#00488f', button_color: '#3390ec', button_text_color: '#ffffff', secondary_bg_color: '#f4f4f5' });

/** What a Telegram client answers to a mini app. */
function telegram(frame, close) {
  const send = (eventType, eventData) => frame.contentWindow.postMessage(JSON.stringify({ eventType, eventData }), '*');
  const theme = () => send('theme_changed', { theme_params: colours() });
  const viewport = () => send('viewport_changed', { height: frame.clientHeight, width: frame.clientWidth, is_expanded: true, is_state_stable: true });
  const heard = {
    web_app_close: close,
    web_app_expand: viewport,
    web_app_request_theme: theme,
    web_app_request_viewport: viewport,
  };
  return {
    hear(data) {
      if (typeof data !== 'string') return;
      const { eventType } = JSON.parse(data);
      heard[eventType]?.();
    },
    theme,
  };
}

/** What VK answers. */
function vk(frame, close) {
  const send = (type, data) => frame.contentWindow.postMessage({ type, data }, '*');
  const theme = () => send('VKWebAppUpdateConfig', { appearance: dark.matches ? 'dark' : 'light', scheme: dark.matches ? 'space_gray' : 'bright_light', app: 'vkclient' });
  const heard = { VKWebAppInit: theme, VKWebAppClose: close };
  return {
    hear(data) {
      if (data?.type !== 'vk-connect') return;
      const { handler, params } = data;
      const id = params?.request_id;
      if (heard[handler]) send(`${handler}Result`, { result: true, request_id: id });
      else send(`${handler}Failed`, { error_type: 'client_error', error_data: { error_code: 6, error_reason: 'Unsupported platform' }, request_id: id });
      heard[handler]?.();
    },
    theme,
  };
}

/** Opens `url` over what `screen` shows; the keyboard stays inside until it is closed, and goes back to where it was. */
export function open(screen, channel, title, url) {
  const before = document.activeElement;
  // The chat may be drawn anew meanwhile: then it is another button, in the same place.
  const key = before?.dataset.key;
  const behind = [...screen.children];
  const name = el('p', { 'aria-hidden': 'true' }, title);
  const frame = el('iframe', { title, src: url, onload: () => entitle(frame.contentDocument?.title) });
  let bridge = null;
  const hear = (event) => event.source === frame.contentWindow && bridge.hear(event.data);
  const retheme = () => bridge.theme();
  const close = () => {
    if (!app.isConnected) return;
    window.removeEventListener('message', hear);
    dark.removeEventListener('change', retheme);
    app.remove();
    for (const part of behind) part.inert = false;
    announce(`Закрыто: ${title}`);
    const there = key ? screen.querySelector(`[data-key="${key}"]`) : before;
    (there?.isConnected ? there : screen.querySelector('input'))?.focus();
  };
  const shut = el('button', { type: 'button', 'aria-label': `Закрыть: ${title}`, onclick: close }, '✕');
  // Whoever tabs out at one end comes in at the other.
  const edge = (to) => el('span', { tabindex: '0', role: 'presentation', onfocus: to });
  const app = el('div.webapp', { role: 'dialog', 'aria-modal': 'true', 'aria-label': title, onkeydown: (event) => event.key === 'Escape' && close() },
    edge(() => frame.focus()),
    el('div.webapp-bar', {}, shut, name),
    frame,
    edge(() => shut.focus()));
  // The app's own name, where it may be read: the button's words are an order, not a name.
  const entitle = (own) => {
    if (!own) return;
    name.textContent = own;
    frame.title = own;
    app.setAttribute('aria-label', own);
    shut.setAttribute('aria-label', `Закрыть: ${own}`);
  };
  bridge = (channel === 'vk' ? vk : telegram)(frame, close);
  window.addEventListener('message', hear);
  dark.addEventListener('change', retheme);
  for (const part of behind) part.inert = true;
  screen.append(app);
  announce(`Открыто: ${title}`);
  shut.focus({ preventScroll: true });
  return close;
}
