// Bots that strangers would write, with strangers' libraries, against the stand-ins: one line for each library, way and check.
//
//   node drive.js <provodnik> <python> [library ...]
//
// Each library has a stand-in of its own and is driven twice: it asks for its updates (poll), and has them brought (hook).
// `.ci/clients` sets everything up and calls this.
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { World } from './world.js';
import * as telegram from './telegram.js';
import * as vk from './vk.js';

const [program, python, ...only] = process.argv.slice(2);
const bots = new URL('bots/', import.meta.url).pathname;
const LIBRARIES = {
  aiogram: [python, `${bots}aiogram_bot.py`, telegram],
  'python-telegram-bot': [python, `${bots}ptb_bot.py`, telegram],
  grammy: [process.execPath, `${bots}grammy_bot.js`, telegram],
  telegraf: [process.execPath, `${bots}telegraf_bot.js`, telegram],
  vkbottle: [python, `${bots}vkbottle_bot.py`, vk],
  'vk-io': [process.execPath, `${bots}vkio_bot.js`, vk],
};
let failed = 0;

/** What a check asks with: a difference is told with both sides. */
function same(found, wanted, what = '') {
  if (!isDeepStrictEqual(found, wanted)) throw new Error(`${what} ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

async function drive(library, way) {
  const [command, script, { checks }] = LIBRARIES[library];
  const tell = (mark, what) => console.log(`${mark} ${library} ${way}: ${what}`);
  const world = await World.open(program);
  let at = 'it starts';
  try {
    await world.start(command, [script, way], {});
    tell('ok  ', at);
    for (const [what, check] of checks(world, library, way, same)) {
      at = what;
      await check();
      tell('ok  ', what);
    }
  } catch (error) {
    failed += 1;
    tell('FAIL', `${at}: ${error.message}`);
    for (const line of world.noise.slice(-40)) console.log(`       ${line}`);
    for (const report of world.reports.slice(-10)) console.log(`       unused: ${JSON.stringify(report)}`);
  } finally {
    await world.close();
  }
}

const chosen = Object.keys(LIBRARIES).filter((library) => only.length === 0 || only.includes(library));
const runs = chosen.flatMap((library) => [[library, 'poll'], [library, 'hook']]);
await Promise.all(Array.from({ length: Math.max(4, availableParallelism()) }, async () => {
  for (let run = runs.shift(); run; run = runs.shift()) await drive(...run);
}));
process.exitCode = failed ? 1 : 0;
