// The control API of the stand-ins, as functions. Paths are relative: the page lives at /sandbox/ in `dev`, at / in `provodnik sandbox`.

async function ask(method, path, body) {
  const answer = await fetch(`api/${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const data = text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  if (!answer.ok) throw new Error(data?.error ?? (data || `ответ ${answer.status}`));
  return data;
}

const get = (path) => ask('GET', path);
const post = (path, body = {}) => ask('POST', path, body);

/** A dialogue's path: `people/7` or `groups/-5`. */
export const path = (owner) => `${owner.group ? 'groups' : 'people'}/${owner.id}`;

export const seed = () => get('seed');
export const people = () => get('people');
export const groups = () => get('groups');
export const newcomer = (person) => post('people', person);
export const chat = (owner) => get(`${path(owner)}/chat`);
export const state = (owner) => get(`${path(owner)}/state`);
export const say = (owner, text, speaker) => post(`${path(owner)}/say`, { text, person: speaker });
export const press = (owner, button, speaker) => post(`${path(owner)}/press`, { ...button, person: speaker });
export const start = (owner, payload) => post(`${path(owner)}/start`, payload ? { payload } : {});
export const shareContact = (owner, phone, foreign) => post(`${path(owner)}/share_contact`, { phone: phone || undefined, foreign });
export const sendFile = (owner, kind) => post(`${path(owner)}/send_file`, { kind });
export const block = (owner, on) => post(`${path(owner)}/${on ? 'block' : 'unblock'}`);
export const oldClient = (owner, old) => post(`${path(owner)}/client`, { old });
export const calls = () => get('calls');
export const endCall = (call, how) => post(`calls/${call}/end`, { how });
export const newGroup = (title, channel, members) => post('groups', { title, channel, members });
export const faults = () => get('faults');
export const addFault = (fault) => post('faults', fault);
export const removeFault = (id) => ask('DELETE', `faults/${id}`);
export const clearFaults = () => ask('DELETE', 'faults');
export const clock = () => get('clock');
export const advance = (seconds) => post('clock', { advance_seconds: seconds });
export const log = (after) => get(`log?after=${after}`);
export const content = () => get('content');
export const lines = () => get('lines');

/** Calls `changed()` whenever something happened in the stand-ins, `lost(true)` when the line to them breaks. */
export function listen(changed, lost) {
  const events = new EventSource('api/events');
  events.onmessage = changed;
  events.onopen = () => { lost(false); changed(); };
  events.onerror = () => lost(true);
}
