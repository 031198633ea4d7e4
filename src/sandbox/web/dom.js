// The page's only way of making elements: text never becomes markup.

/** `el('button.key', { type: 'button', onclick }, 'Да')` */
export function el(spec, properties = {}, ...children) {
  const [tag, ...classes] = spec.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== 'string') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const kept = new WeakMap();

/** Fills `parent` with the elements of `[key, make]`. One whose key was there before stays the same element: a press that has begun on
 *  it ends on it, it keeps the focus, and a screen reader tells only what is new. */
export function keep(parent, lines) {
  const before = kept.get(parent) ?? new Map();
  const now = new Map();
  for (const [key, make] of lines) now.set(key, before.get(key) ?? make());
  const wanted = new Set(now.values());
  for (const old of [...parent.children]) if (!wanted.has(old)) old.remove();
  let place = parent.firstChild;
  for (const one of wanted) {
    if (one === place) place = place.nextSibling;
    else parent.insertBefore(one, place);
  }
  kept.set(parent, now);
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Tells a screen reader, quietly. */
export function announce(text) {
  byId('said').textContent = text;
}

/** Shows what went wrong and says what to do; goes away by itself on the next success. */
export function trouble(error) {
  const box = byId('trouble');
  box.hidden = !error;
  if (error) box.textContent = `Не получилось: ${error.message ?? error}`;
}

/** Runs an action of the person at the page; a failure is shown, not lost. */
export async function attempt(action) {
  try {
    const result = await action();
    trouble(null);
    return result;
  } catch (error) {
    trouble(error);
    return undefined;
  }
}

/** 14:05 in the zone of the one who looks. */
export const hour = (at) => new Date(at).toLocaleTimeString('ru', { hour: '2-digit', minute: '2-digit' });

/** «5 октября» */
export const day = (at) => new Date(at).toLocaleDateString('ru', { day: 'numeric', month: 'long' });
