// Walks over the sandbox page in a real browser: a pupil in Telegram with the mouse and on a phone's width, a pupil in VK by the keyboard only,
// a coordinator who writes to both and opens the pages that are for her, an event and a season that go by, the mini app alone, a flow that somebody breaks. axe-core at every stop, light and dark, and the
// policies of the pages in force.
//
//   node walk.js http://127.0.0.1:8080/sandbox/ [folder for pictures]
//
// CONTENT names the directory of flows and words that `dev --content` reads, if the walk may break a flow there.
// Needs Chromium (CHROMIUM, else /usr/bin/chromium) and a `provodnik dev --fresh --at 2026-10-01T12:00:00+05:00` that nobody has used yet:
// at another hour a robot would not ring, on another day other stages would be open.
import { BEGINS, base, faults, finish, leave, snap } from './desk.js';
import { aloneOnAPhone } from './app.js';
import { content } from './content.js';
import { season } from './season.js';
import { broadcast } from './staff.js';
import { onAPhone, withTheMouse } from './telegram.js';
import { byTheKeyboard } from './vk.js';

// The keyboard and the phone's width at the same time: neither moves the clock, and most of a walk is waiting for the messengers' pace.
const parts = [
  ['mouse', withTheMouse], ['keyboard and narrow', () => Promise.all([byTheKeyboard(), onAPhone()])],
  ['staff', broadcast], ['season', season], ['alone', aloneOnAPhone], ['content', content],
];
let at = 'the clock';
try {
  const { now } = await (await fetch(`${base}api/clock`)).json();
  const late = Date.parse(now) - Date.parse(BEGINS);
  if (late < 0 || late > 600_000) throw new Error(`it is ${now}: begin with dev --fresh --at ${BEGINS}`);
  for (const [name, part] of parts) {
    at = name;
    const began = Date.now();
    await part();
    await leave();
    console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  faults.push(`${at}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
  await snap();
}
await finish();
for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : 'the walk went well; axe-core found nothing');
process.exit(faults.length ? 1 : 0);
