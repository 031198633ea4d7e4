// A stand-in server of one's own, a stranger's bot beside it, and the people who talk to that bot.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

/** Nothing that is waited for takes longer, even on a busy machine. */
const PATIENCE = 60_000;

/** A port that nobody listens on now. */
const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export class World {
  #wakers = new Set();
  #ended = new AbortController();
  /** What the bot reported, oldest first: `{saw, …}`. */
  reports = [];
  noise = [];

  static async open(program) {
    const world = new World();
    world.folder = await mkdtemp(`${tmpdir()}/strangers-`);
    world.server = spawn(program, ['sandbox', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: world.server.stdout })[Symbol.asyncIterator]();
    world.base = (await lines.next()).value.replace(/\/$/, '');
    void world.#listen();
    return world;
  }

  /** Starts a bot; it reports on its output, one JSON object a line. */
  async start(command, args, env) {
    this.hookPort = await freePort();
    const given = { ...process.env, BASE: this.base, HOOK_PORT: String(this.hookPort), PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...env };
    // vkbottle writes its place in the stream into the working directory.
    this.bot = spawn(command, args, { cwd: this.folder, env: given, stdio: ['ignore', 'pipe', 'pipe'] });
    this.gone = new Promise((resolve) => this.bot.on('exit', (code, signal) => resolve(signal ?? code)));
    void this.gone.then((how) => { this.exit = how; this.#wake(); });
    createInterface({ input: this.bot.stdout }).on('line', (line) => {
      try { this.reports.push(JSON.parse(line)); } catch { this.noise.push(line); }
      this.#wake();
    });
    createInterface({ input: this.bot.stderr }).on('line', (line) => this.noise.push(line));
    await this.saw('ready');
  }

  /** Lets the bot end in its own way; gives its exit code. */
  async stop() {
    this.bot.kill('SIGTERM');
    return within(this.gone, 'the end of the bot');
  }

  async close() {
    this.#ended.abort();
    this.bot?.kill('SIGKILL');
    this.server.kill('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #listen() {
    try {
      const news = await fetch(`${this.base}/api/events`, { signal: this.#ended.signal });
      for await (const _ of news.body) this.#wake();
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
    }
  }

  #wake() {
    for (const waker of this.#wakers) waker();
    this.#wakers.clear();
  }

  /** Asks again with every change in the stand-ins and every report, until the answer is truthy. */
  async until(what, probe) {
    const late = AbortSignal.timeout(PATIENCE);
    const lapsed = new Promise((resolve) => late.addEventListener('abort', resolve, { once: true }));
    for (;;) {
      const woken = new Promise((resolve) => this.#wakers.add(resolve));
      const found = await probe();
      if (found) return found;
      if (this.exit !== undefined && this.bot) throw new Error(`the bot ended (${this.exit}) before ${what}`);
      await Promise.race([woken, lapsed]);
      if (late.aborted) throw new Error(`nobody has seen ${what}`);
    }
  }

  /** The first unused report of that kind that fits. */
  saw(kind, fits = () => true) {
    return this.until(`the report «${kind}»`, () => {
      const at = this.reports.findIndex((report) => report.saw === kind && fits(report));
      return at >= 0 && this.reports.splice(at, 1)[0];
    });
  }

  async api(path, body, method = body === undefined ? 'GET' : 'POST') {
    const answer = await fetch(`${this.base}/api/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  async person(channel, name, more = {}) {
    return new Phone(this, `people/${(await this.api('people', { name, channel, ...more })).id}`);
  }

  async group(channel, title, members, more = {}) {
    const group = await this.api('groups', { title, channel, members: members.map((one) => one.id), ...more });
    return new Phone(this, `groups/${group.id}`);
  }
}

/** Somebody's phone, or a group as its first member sees it. */
class Phone {
  constructor(world, path) {
    this.world = world;
    this.path = path;
    this.id = Number(path.split('/')[1]);
  }

  do(act, body = {}) {
    return this.world.api(`${this.path}/${act}`, body);
  }

  say(text) {
    return this.do('say', { text });
  }

  chat() {
    return this.world.api(`${this.path}/chat`);
  }

  state() {
    return this.world.api(`${this.path}/state`);
  }

  /** The newest bubble of the bot's that fits. */
  reads(text, fits = () => true) {
    const right = (bubble) => bubble.from === 'bot' && bubble.text === text && fits(bubble);
    return this.world.until(`«${text}» in ${this.path}`, async () => (await this.chat()).findLast(right));
  }

  /** A toast with that text. */
  toast(text) {
    return this.world.until(`the toast «${text}»`, async () => (await this.state()).toasts?.find((toast) => toast.text === text));
  }
}

/** A promise with a deadline. */
export function within(promise, what) {
  const late = AbortSignal.timeout(PATIENCE);
  return Promise.race([promise, new Promise((_, reject) => late.addEventListener('abort', () => reject(new Error(`${what} did not come`)), { once: true }))]);
}
