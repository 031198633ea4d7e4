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
