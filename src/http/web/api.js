// What the page asks for: a launch for a bearer, and with it the track.

/** A refusal of the server, or no answer at all: `code`, and a sentence in two languages where the server has given one. */
export class Refused extends Error {
  constructor(code, words = {}) {
    super(code);
    this.code = code;
    this.words = words;
  }
}

async function ask(method, path, authorization) {
  let answer;
  try {
    answer = await fetch(`api/${path}`, { method, headers: { authorization }, cache: 'no-store', credentials: 'omit' });
  } catch {
    throw new Refused('offline');
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(body?.error?.code ?? 'not_now', body?.error);
  return body;
}

/** Gives `track()`: the track of whoever this proof names. A session that is over is begun again, once. */
export function session(proof) {
  let bearer = null;
  const begin = async () => {
    if (!proof) throw new Refused('unproved');
    bearer = (await ask('POST', 'session', proof)).bearer;
  };
  return async function track() {
    if (!bearer) await begin();
    try {
      return await ask('GET', 'track', `Bearer ${bearer}`);
    } catch (error) {
      if (error.code !== 'session_over') throw error;
      await begin();
      return ask('GET', 'track', `Bearer ${bearer}`);
    }
  };
}
