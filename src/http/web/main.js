// «Мой трек»: who shows the page, whose it is, what comes next.
import { session } from './api.js';
import { meet } from './host.js';
import { draw, lament } from './view.js';
import { spoken, words } from './words.js';

const page = document.getElementById('page');
const said = document.getElementById('said');
const skeleton = page.firstElementChild;
const GROUND = { light: '#f4f1ea', dark: '#17181c' };

let paint = () => {};
const host = meet((theme) => {
  document.documentElement.dataset.theme = theme;
  paint(GROUND[theme]);
});
paint = host.paint;
paint(GROUND[document.documentElement.dataset.theme]);

const track = session(host.proof);
let lang = spoken(host.lang ?? navigator.language);
let shown = false;

function speak(next) {
  lang = next;
  document.documentElement.lang = lang;
  document.title = words(lang).title;
}

/** Loads the track and shows it; quietly when there is one already. */
async function load() {
  if (!shown) {
    page.replaceChildren(skeleton);
    said.textContent = words(lang).loading;
  }
  page.setAttribute('aria-busy', 'true');
  try {
    const mine = await track();
    if (mine.lang) speak(spoken(mine.lang));
    draw(page, mine, words(lang), lang, host.close);
    if (!shown) said.textContent = words(lang).loaded;
    shown = true;
  } catch (error) {
    const say = words(lang);
    if (!shown) lament(page, error.words?.[lang] ?? say[error.code] ?? say.not_now, say, load, host.close);
  }
  page.setAttribute('aria-busy', 'false');
}

speak(lang);
load().then(() => host.ready());
// Back from the chat something may have been done.
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && shown && load());
