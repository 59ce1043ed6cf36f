// simulator.mjs: starts `plimsoll sim` for a test, steers it and asks it for the truth.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;

export const faults = ['drop', 'stall', 'gap', 'duplicate', 'reorder', 'garbage', 'slow', 'listenkey',
  'listenkey-silent', '429', '418', 'partial', 'empty', 'torn', 'maintenance', 'no-greeks'];

// Tries again until check() gives something true; what it threw last is in the error.
export async function until(what, check, timeoutMs = 20000) {
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
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms${last ? `; last: ${last.message}` : ''}`);
}

export class Simulator {
  // speed 20: agents trade twenty times as often, so that a test need not wait.
  // added: venues that are served as well, in a world of its own. markets: Binance's others too.
  static async start({ seed = 5, speed = 20, added = [], markets = false } = {}) {
    const child = spawn(program, ['sim', '--json', '--seed', String(seed), '--speed', String(speed),
      '--deribit-port', '0', '--binance-port', '0', ...added.flatMap((venue) => [`--${venue}-port`, '0']),
      ...(markets ? ['--binance-markets'] : [])],
    { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const first = await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      child.once('exit', (code) => reject(new Error(`plimsoll sim ended with ${code}`)));
      child.once('error', reject);
    });
    const simulator = new Simulator();
    simulator.child = child;
    simulator.facts = JSON.parse(first);
    simulator.venues = [...new Set(simulator.facts.keys.map((k) => k.venue))];
    return simulator;
  }

  // All markets of Binance are at one address; options, whose host has a low limit, by another name of it.
  base(venue) {
    const host = venue === 'binance-options' ? 'localhost' : '127.0.0.1';
    return `http://${host}:${this.facts[`${venue.replace(/-.*/, '')}_port`]}`;
  }

  key(account, canTrade = false) {
    return this.facts.keys.find((k) => k.account === account && k.can_trade === canTrade);
  }

  accounts(venue) {
    return [...new Set(this.facts.keys.filter((k) => k.venue === venue).map((k) => k.account))];
  }

  async post(venue, path) {
    const reply = await fetch(this.base(venue) + path, { method: 'POST' });
    if (!reply.ok)
      throw new Error(`${path}: ${reply.status}`);
    return reply.json();
  }

  pause() {
    return this.post('binance', '/sim/pause');
  }

  resume() {
    return this.post('binance', '/sim/resume');
  }

  fault(venue, name, durationMs) {
    return this.post(venue, `/sim/fault?name=${name}&duration_ms=${durationMs}`);
  }

  async truth(venue) {
    const reply = await fetch(`${this.base(venue)}/sim/truth`);
    const truth = await reply.json();
    truth.accounts = truth.accounts.filter((a) => this.accounts(venue).includes(a.account));
    return truth;
  }

  async truthOf(venue, account) {
    return (await this.truth(venue)).accounts.find((a) => a.account === account);
  }

  // Lets the agents of both venues make some changes, then freezes the world.
  async tradeThenPause(changes = 4) {
    const before = await this.count();
    await this.resume();
    await until('agents trade', async () => {
      const now = await this.count();
      return [...now.keys()].every((name) => now.get(name) >= before.get(name) + changes);
    });
    await this.pause();
  }

  async count() {
    const counts = new Map();
    for (const venue of this.venues)
      for (const account of (await this.truth(venue)).accounts)
        counts.set(account.account, account.changes);
    return counts;
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    this.child.kill('SIGINT');
    return ended;
  }
}
