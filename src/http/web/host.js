// Whoever shows this page: Telegram, VK, or a bare browser. Each messenger's protocol is a few messages; all of them are here.

const dark = (colour) => {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 < 128;
};

const isColour = (text) => typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text);

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Calls `heard(data)` for each message of the page around this one. */
function listen(heard) {
  window.addEventListener('message', (event) => {
    if (event.source === window.parent && window.parent !== window) heard(event.data);
  });
}

/** https://core.telegram.org/api/bots/webapps, /api/web-events */
function telegram(launch, themed) {
  const post = (type, data = {}) => {
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(type, JSON.stringify(data));
    else if (window.external && 'notify' in window.external) window.external.notify(JSON.stringify({ eventType: type, eventData: data }));
    // Telegram's web client has several addresses, and nothing that is said here is a secret.
    else if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType: type, eventData: data }), '*');
  };
  const theme = (params) => isColour(params?.bg_color) && themed(dark(params.bg_color) ? 'dark' : 'light');
  const receive = (type, data) => type === 'theme_changed' && theme(data?.theme_params);
  listen((data) => {
    const message = typeof data === 'string' ? json(data) : null;
    if (message?.eventType) receive(message.eventType, message.eventData);
  });
  // The phones' clients call one of these.
  window.Telegram = { WebView: { receiveEvent: receive } };
  window.TelegramGameProxy = { receiveEvent: receive };
  window.TelegramGameProxy_receiveEvent = receive;
  theme(json(launch.get('tgWebAppThemeParams')));
  const initData = launch.get('tgWebAppData');
  const user = json(new URLSearchParams(initData).get('user'));
  post('iframe_ready', { reload_supported: true });
  post('web_app_request_theme');
  return {
    proof: `tma ${initData}`,
    lang: user?.language_code,
    ready() {
      post('web_app_ready');
      post('web_app_expand');
    },
    paint(colour) {
      post('web_app_set_background_color', { color: colour });
      post('web_app_set_header_color', { color: colour });
    },
    close: () => post('web_app_close'),
  };
}

/** https://dev.vk.com/bridge/overview */
function vk(query, themed) {
  let count = 0;
  const call = (handler, params = {}) => {
    count += 1;
    const asked = { ...params, request_id: count };
    if (window.AndroidBridge?.[handler]) window.AndroidBridge[handler](JSON.stringify(asked));
    else if (window.webkit?.messageHandlers?.[handler]) window.webkit.messageHandlers[handler].postMessage(asked);
    // As for Telegram: several addresses, no secrets.
    else if (window.parent !== window) window.parent.postMessage({ handler, params: asked, type: 'vk-connect' }, '*');
  };
  const receive = (message) => {
    if (message?.type !== 'VKWebAppUpdateConfig') return;
    const { appearance, scheme } = message.data ?? {};
    if (appearance || scheme) themed(appearance === 'dark' || /dark|space_gray/.test(scheme ?? '') ? 'dark' : 'light');
  };
  window.addEventListener('VKWebAppEvent', (event) => receive(typeof event.detail === 'string' ? json(event.detail) : event.detail));
  listen(receive);
  // VK shows nothing of a page that has not said this.
  call('VKWebAppInit');
  return {
    proof: `VK ${query}`,
    lang: new URLSearchParams(query).get('vk_language'),
    ready() {},
    paint() {},
    close: () => call('VKWebAppClose', { status: 'success' }),
  };
}

/**
 * Finds out who shows the page. `themed('light' | 'dark')` is called at once, and whenever it changes.
 * Gives `{ proof, lang, ready(), paint(colour), close() }`; without a messenger there is no proof, and nothing to close.
 */
export function meet(themed) {
  const preference = window.matchMedia('(prefers-color-scheme: dark)');
  themed(preference.matches ? 'dark' : 'light');
  const launch = new URLSearchParams(window.location.hash.slice(1));
  const query = window.location.search.slice(1);
  if (launch.get('tgWebAppData')) return telegram(launch, themed);
  if (new URLSearchParams(query).get('vk_app_id')) return vk(query, themed);
  preference.addEventListener('change', () => themed(preference.matches ? 'dark' : 'light'));
  return { proof: null, lang: null, ready() {}, paint() {}, close: null };
}
