// daemon.mjs: starts the demo (`plimsoll run`), reads its API, steers its simulated venues.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

export const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;

// Tries until check() gives something true.
export async function until(what, check, timeoutMs = 30000) {
  const end = Date.now() + timeoutMs;
  let last;
  while (Date.now() < end) {
    try {
      const got = await check();
      if (got)
        return got;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms${last ? `; last: ${last.message}` : ''}`);
}

// limits: shell commands that the program is begun under, such as "ulimit -n 64".
function begin(words, env, limits) {
  const options = { env: { ...process.env, TMPDIR: tmpdir(), ...env } };
  return limits === '' ? spawn(program, words, options)
    : spawn('sh', ['-c', `${limits}; exec "$0" "$@"`, program, ...words], options);
}

// Runs the program to its end, at most a minute.
export function runProgram(args, env = {}, limits = '') {
  return new Promise((resolve) => {
    const child = begin(args, env, limits);
    const timer = setTimeout(() => child.kill('SIGKILL'), 60000);
    let out = '', err = '';
    child.stdout.on('data', (text) => { out += text; });
    child.stderr.on('data', (text) => { err += text; });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, out, err });
    });
  });
}

export class Daemon {
  static async start(args = ['--seed', '3'], env = {}, limits = '') {
    const daemon = Daemon.launch(args, env, limits);
    daemon.api = await daemon.address();
    daemon.ports = {
      deribit: /Deribit on port (\d+)/.exec(daemon.out)?.[1],
      binance: /Binance on port (\d+)/.exec(daemon.out)?.[1],
    };
    daemon.journal = /journal: (\S+)/.exec(daemon.out)?.[1];
    return daemon;
  }

  // Begins the process and waits for nothing.
  static launch(args, env = {}, limits = '') {
    const daemon = new Daemon();
    daemon.child = begin(['run', '--port', '0', ...args], env, limits);
    daemon.out = '';
    daemon.err = '';
    daemon.doubled = new Set(); // legs that were ever shown twice at once
    daemon.child.stdout.on('data', (text) => { daemon.out += text; });
    daemon.child.stderr.on('data', (text) => { daemon.err += text; });
    daemon.ended = new Promise((resolve) => daemon.child.once('close', (code) => resolve(code)));
    return daemon;
  }

  // Waits for the line that names the address; a daemon that ended instead is an error at once.
  async address() {
    const named = () => /page and API: (http:\S+)\//.exec(this.out)?.[1];
    await Promise.race([this.ended, until('the address', named, 120000)]);
    if (!named())
      throw new Error(`ended with ${this.child.exitCode}: ${this.err}`);
    return named();
  }

  async get(path) {
    const reply = await fetch(this.api + path);
    return reply.json();
  }

  async feeds() {
    return new Map((await this.get('/v1/feeds')).feeds.map((feed) => [feed.account, feed]));
  }

  async allLive() {
    const feeds = [...(await this.feeds()).values()];
    return feeds.length > 0 && feeds.every((feed) => feed.status === 'live');
  }

  untilLive(timeoutMs = 60000) {
    return until('every feed live', () => this.allLive(), timeoutMs);
  }

  async post(venue, path) {
    const reply = await fetch(`http://127.0.0.1:${this.ports[venue]}${path}`, { method: 'POST' });
    if (!reply.ok)
      throw new Error(`${path}: ${reply.status}`);
  }

  fault(venue, name, durationMs = 0) {
    return this.post(venue, `/sim/fault?name=${name}&duration_ms=${durationMs}`);
  }

  pause() {
    return this.post('deribit', '/sim/pause');
  }

  resume() {
    return this.post('deribit', '/sim/resume');
  }

  // The simulator's own positions: "account instrument side" -> exact size.
  async truth() {
    const rows = new Map();
    for (const port of Object.values(this.ports)) {
      const reply = await (await fetch(`http://127.0.0.1:${port}/sim/truth`)).json();
      for (const account of reply.accounts)
        for (const row of account.positions)
          rows.set(`${account.account} ${row.instrument} ${row.side}`, Number(row.contracts ?? row.size));
    }
    return rows;
  }

  async shown() {
    const rows = new Map();
    for (const row of (await this.get('/v1/positions')).positions)
      if (row.account !== 'otc' && row.quantity !== 0) {
        const key = `${row.account} ${row.instrument} ${row.side}`;
        if (rows.has(key))
          this.doubled.add(key);
        rows.set(key, row.quantity);
      }
    return rows;
  }

  // Freezes the venues and waits until what is shown is the truth, row for row.
  async untilTrue(timeoutMs = 60000) {
    await this.pause();
    await this.matchTruth(timeoutMs);
    await this.resume();
  }

  // For venues that are frozen.
  matchTruth(timeoutMs = 60000) {
    return until('shown positions equal the truth', async () => {
      const [truth, shown] = [await this.truth(), await this.shown()];
      for (const [key, size] of truth)
        if (shown.get(key) !== size)
          throw new Error(`${key}: shown ${shown.get(key)}, truth ${size}`);
      if (truth.size !== shown.size)
        throw new Error(`${shown.size} shown, ${truth.size} true`);
      return true;
    }, timeoutMs);
  }

  residentKiB() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))[1]);
  }

  async stop(signal = 'SIGINT') {
    this.child.kill(signal);
    return this.ended;
  }
}
