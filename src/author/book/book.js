// The language is remembered from page to page, and a switch stays at the step that was looked at. Without a script the switch
// works all the same.
const KEY = 'provodnik-language';
const inputs = [...document.querySelectorAll('.langs input')];
const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
const remember = (lang) => { try { localStorage.setItem(KEY, lang); } catch { /* Pages of a folder may not have a memory. */ } };
const chosen = () => inputs.find((input) => input.checked)?.value;

/** A drawing wider than its place begins at its beginning. */
function centre(lang) {
  for (const place of document.querySelectorAll(`.in[data-lang="${lang}"] .scroll`)) {
    const begin = place.querySelector('.begin')?.getBoundingClientRect();
    if (begin) place.scrollLeft += begin.x + begin.width / 2 - place.getBoundingClientRect().x - place.clientWidth / 2;
  }
}

function choose(lang) {
  const input = inputs.find((one) => one.value === lang);
  if (!input) return;
  input.checked = true;
  document.documentElement.lang = lang;
  centre(lang);
}

function follow() {
  const lang = location.hash.slice(1).split('-')[0];
  if (!inputs.some((input) => input.value === lang) || lang === chosen()) return;
  choose(lang);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

for (const input of inputs) {
  input.addEventListener('change', () => {
    const before = document.documentElement.lang;
    const seen = [...document.querySelectorAll(`.in[data-lang="${before}"] .step`)].map((step) => step.id);
    choose(input.value);
    remember(input.value);
    const at = location.hash.slice(1);
    if (seen.includes(at)) location.hash = `${input.value}-${at.slice(before.length + 1)}`;
  });
}
choose(remembered() ?? chosen());
for (const fit of document.querySelectorAll('.fit input')) fit.addEventListener('change', () => centre(chosen()));
follow();
addEventListener('hashchange', follow);
