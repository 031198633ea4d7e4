// Tells the driver what the bot saw: one JSON object a line.
export const { BASE, HOOK_PORT } = process.env;
export const HOOK_URL = `http://127.0.0.1:${HOOK_PORT}/hook`;

export const report = (saw, what = {}) => console.log(JSON.stringify({ saw, ...what }));

/** What a call was refused with, in the words of `describe`; `null`: it went through. */
export const refusal = (call, describe) => call.then(() => null, describe);
