// rig.mjs: `plimsoll sim`, a fault proxy before each venue, and `plimsoll run` on a configuration,
// as processes of their own; and a watch that holds what the daemon shows against the simulator.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Daemon, program, until } from './daemon.mjs';
import { FaultProxy } from './fault_proxy.mjs';
import { TlsFront } from './tls_front.mjs';

export const sanitized = process.env.PLIMSOLL_SANITIZED === '1';
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The seed of this run: SEED=n repeats it. It is printed with the first rig, since nothing may come
// before a test's first line of TAP.
let seedUnsaid = null;
export function seedOfRun() {
  seedUnsaid = Number(process.env.SEED ?? (Date.now() % 1000000) + 1);
  return seedUnsaid;
}

export class Simulator {
  static async start(seed, args = [], venues = VENUES) {
    const sim = new Simulator();
    sim.child = spawn(program, ['sim', '--seed', String(seed), '--json',
      ...venues.flatMap((venue) => [`--${venue}-port`, '0']), ...args]);
    sim.ended = new Promise((resolve) => sim.child.once('close', resolve));
    let out = '', err = '';
    sim.child.stdout.on('data', (text) => { out += text; });
    sim.child.stderr.on('data', (text) => { err += text; });
    await Promise.race([sim.ended, until('the simulator', () => out.includes('\n'), 120000)]);
    if (!out.includes('\n'))
      throw new Error(`the simulator ended: ${err}`);
    const said = JSON.parse(out.slice(0, out.indexOf('\n')));
    sim.ports = Object.fromEntries(venues.map((venue) => [venue, said[`${venue}_port`]]));
    sim.keys = said.keys;
    return sim;
  }

  // One read-only key for each account.
  accounts() {
    const rows = new Map();
    for (const key of this.keys)
      if (!key.can_trade && !rows.has(key.account))
        rows.set(key.account, key);
    return [...rows.values()];
  }

  async document(venue) {
    return (await fetch(`http://127.0.0.1:${this.ports[venue]}/sim/truth`)).json();
  }

  async post(venue, path) {
    const reply = await fetch(`http://127.0.0.1:${this.ports[venue]}${path}`, { method: 'POST' });
    if (!reply.ok)
      throw new Error(`${path}: ${reply.status}`);
  }

  fault(venue, name, durationMs = 0) {
    return this.post(venue, `/sim/fault?name=${name}&duration_ms=${durationMs}`);
  }

  async stop() {
    this.child.kill('SIGINT');
    return this.ended;
  }
}

export const VENUES = ['deribit', 'binance'];
// Everybody the simulator speaks for; Binance's other markets are at Binance's port. Each has a proxy of its
// own, as the venue has hosts, so that each has a limit of its own.
export const ALL_VENUES = [...VENUES, 'okx', 'hyperliquid', 'bybit', 'bitmex', 'dydx'];
const MARKETS = ['binance-coinm', 'binance-spot', 'binance-margin', 'binance-pm', 'binance-options'];

// The address at which a venue is: that of Binance for each of its markets.
const siteOf = (venue) => venue.replace(/-.*/, '');

// Everything of one test. start() does not start the daemon: run() does, as often as wanted.
export class Rig {
  // markets: Binance's others too, each behind a proxy of its own.
  static async start({ seed = 3, speed = 1, tls = false, journal = true, venues = VENUES, markets = false } = {}) {
    const rig = new Rig();
    rig.venues = venues;
    rig.folder = mkdtempSync(join(tmpdir(), 'plimsoll-rig-'));
    rig.sim = await Simulator.start(seed, ['--speed', String(speed), ...(markets ? ['--binance-markets'] : [])], venues);
    rig.proxies = {};
    rig.fronts = [];
    const places = markets ? [...venues, ...MARKETS] : venues;
    for (const [number, venue] of places.entries()) {
      let port = rig.sim.ports[siteOf(venue)];
      if (tls) {
        rig.fronts.push(await TlsFront.start(port, rig.folder));
        port = rig.fronts.at(-1).port;
      }
      rig.proxies[venue] = await FaultProxy.start(port, { seed: seed * 10 + number });
    }
    rig.tls = tls;
    rig.journal = join(rig.folder, 'run.journal');
    rig.configure({ journal: journal ? rig.journal : null });
    if (seedUnsaid !== null)
      console.log(`# SEED=${seedUnsaid}`);
    seedUnsaid = null;
    return rig;
  }

  // Writes the configuration: each account of the simulator, through the proxies.
  configure({ journal = this.journal } = {}) {
    const secure = this.tls ? 's' : '';
    const authority = this.tls ? `    ca_file: ${join(this.folder, 'ca.pem')}\n` : '';
    this.env = {};
    let text = journal ? `journal:\n  path: ${journal}\n` : '';
    text += 'policy: {stale_after: 5m}\naccounts:\n';
    for (const row of this.sim.accounts()) {
      const name = row.account.toUpperCase().replaceAll('-', '_');
      const at = `127.0.0.1:${this.proxies[row.venue].port}`;
      text += `  - name: ${row.account}\n    venue: ${row.venue}\n${this.credential(name, row)}    stream_url: ws${secure}://${at}\n` +
        `    rest_url: http${secure}://${at}\n${authority}`;
    }
    this.config = join(this.folder, 'plimsoll.yaml');
    writeFileSync(this.config, text);
  }

  // The lines that name the credential of an account; what is secret goes by the environment.
  credential(name, { key, secret, passphrase }) {
    if (secret === '')
      return `    address: "${key}"\n`;
    const parts = { key, secret, ...(passphrase ? { passphrase } : {}) };
    return Object.entries(parts).map(([part, value]) => {
      const variable = `${name}_${part.toUpperCase()}`;
      this.env[variable] = value;
      return `    ${part}_env: ${variable}\n`;
    }).join('');
  }

  // Begins the daemon and does not wait until it serves.
  launch() {
    this.daemon = Daemon.launch(['--config', this.config], this.env);
    return this.daemon;
  }

  async run({ env = {}, limits = '' } = {}) {
    this.daemon = await Daemon.start(['--config', this.config], { ...this.env, ...env }, limits);
    this.daemon.ports = this.sim.ports;
    return this.daemon;
  }

  // Everything ends. keep: the folder stays, with the journal in it.
  async stop({ keep = false } = {}) {
    for (const proxy of Object.values(this.proxies))
      proxy.stop();
    if (this.daemon && this.daemon.child.exitCode === null && this.daemon.child.signalCode === null)
      await this.daemon.stop();
    for (const front of this.fronts)
      front.stop();
    await this.sim.stop();
    if (!keep)
      rmSync(this.folder, { recursive: true });
  }

  // What the daemon said last, for a test that failed.
  async tell() {
    try {
      console.log(`# ${this.daemon.err.trimEnd().replaceAll('\n', '\n# ')}`);
      for (const [account, { status, text, reconnects }] of await this.daemon.feeds())
        console.log(`# ${account}: ${status}, ${reconnects} reconnects: ${text}`);
    } catch (error) {
      console.log(`# the daemon says nothing any more: ${error.message}`);
    }
  }

  async withDaemon(run, options = {}) {
    try {
      const daemon = await this.run(options);
      await daemon.untilLive(120000);
      await run(daemon);
    } catch (error) {
      await this.tell();
      throw error;
    } finally {
      await this.stop();
    }
  }
}

// Net coins of each underlying's derivatives in some accounts, from the simulator's own numbers. Sizes
// are exact; slack: deltas follow prices, and the last ticker before a pause may be a step old.
export function trueNet(document, accounts = document.accounts) {
  const marks = new Map(document.marks.map((row) => [row.instrument, row]));
  const net = new Map();
  for (const account of accounts)
    for (const row of account.positions) {
      const size = Number(row.size);
      const option = /-[CP]$/.test(row.instrument);
      const exact = row.delta == null && row.unit === 'coins' && !option;
      const coins = trueCoins(row, marks.get(row.instrument));
      const sum = net.get(row.underlying) ?? { coins: 0, slack: 1e-9 };
      sum.coins += coins;
      sum.slack += exact ? 0 : option ? 3e-3 * Math.abs(size) : 1e-3 * Math.abs(coins);
      net.set(row.underlying, sum);
    }
  return net;
}

// Delta in coins of a position of the truth.
function trueCoins(row, mark) {
  if (row.delta != null)
    return Number(row.delta);
  const size = Number(row.size);
  if (/-[CP]$/.test(row.instrument))
    return size * Number(mark.delta);
  return row.unit === 'usd' ? size / Number(row.mark_price) : size;
}

// Which legs of an underlying at a venue differ from the simulator's, as a text.
async function differingLegs(daemon, venue, accounts, name) {
  const { legs } = await daemon.get(
    `/v1/exposure/${name}/proof?derivatives_only=true&scope=venue:${venue}`);
  const texts = legs.map((leg) => `${leg.account} ${leg.instrument ?? leg.symbol}: ${leg.delta_coins}`);
  for (const account of accounts)
    for (const row of account.positions)
      if (row.underlying === name)
        texts.push(`true ${account.account} ${row.instrument}: ${row.delta ?? row.size}`);
  return texts.join('; ').slice(0, 2000);
}

async function netIsTrue(rig, venue) {
  const document = await rig.sim.document(siteOf(venue));
  const own = new Set(rig.sim.keys.filter((key) => key.venue === venue).map((key) => key.account));
  const accounts = document.accounts.filter(({ account }) => own.has(account));
  const { rows } = await rig.daemon.get(
    `/v1/exposure?by=underlying&tier=book&derivatives_only=true&scope=venue:${venue}`);
  for (const [name, { coins, slack }] of trueNet(document, accounts)) {
    const shown = rows.find((each) => each.underlying === name)?.net_coins ?? 0;
    if (Math.abs(shown - coins) > slack)
      throw new Error(`${venue} ${name}: shown ${shown}, true ${coins}; ` +
        await differingLegs(rig.daemon, venue, accounts, name));
  }
  return true;
}

async function walletsAreTrue(rig) {
  const shown = new Map((await rig.daemon.get('/v1/accounts')).accounts.map((row) => [row.account, row]));
  for (const venue of rig.venues)
    for (const { account, balances } of (await rig.sim.document(venue)).accounts)
      for (const { asset, wallet } of balances) {
        const row = shown.get(account)?.balances.find((each) => each.asset === asset);
        if ((row?.wallet ?? 0) !== Number(wallet))
          throw new Error(`${account} ${asset}: shown ${row?.wallet}, true ${wallet}`);
      }
  return true;
}

// Pauses the venues and waits until positions, wallets and net are the simulator's; returns the ms it
// took and how many legs were held against it.
export async function untilTrueBook(rig, timeoutMs = 60000) {
  const began = Date.now();
  await rig.daemon.pause();
  await rig.daemon.matchTruth(timeoutMs);
  await until('the wallets', () => walletsAreTrue(rig), timeoutMs);
  for (const venue of new Set(rig.sim.keys.map((key) => key.venue)))
    await until(`the net at ${venue}`, () => netIsTrue(rig, venue), timeoutMs);
  const legs = (await rig.daemon.truth()).size;
  await rig.daemon.resume();
  return { ms: Date.now() - began, legs };
}

// The same, for who only wants to know how long it took.
export async function untilTrueNet(rig, timeoutMs = 60000) {
  return (await untilTrueBook(rig, timeoutMs)).ms;
}

// A watch over rows of feeds that say LIVE: each must be what the simulator held within the last
// `windowMs`. A row that is not, for longer than `boundMs` (the target for noticing), is a lie.
export class Watch {
  constructor(rig, { boundMs, windowMs = sanitized ? 3000 : 1500 }) {
    Object.assign(this, { rig, boundMs, windowMs });
    this.history = new Map(); // key -> [{value, until}]
    this.wrongSince = new Map();
    this.lies = [];
    this.worstMs = 0;
    this.samples = 0;
  }

  start() {
    this.going = true;
    this.done = (async () => {
      while (this.going) {
        await this.sample();
        await pause(80);
      }
    })();
    return this;
  }

  async stop() {
    this.going = false;
    await this.done;
    return this;
  }

  async learn() {
    const truth = await this.rig.daemon.truth();
    const now = performance.now();
    for (const key of new Set([...truth.keys(), ...this.history.keys()])) {
      const value = truth.get(key) ?? 0;
      const rows = this.history.get(key) ?? [];
      if (rows.at(-1)?.value !== value)
        rows.push({ value, until: now });
      rows.at(-1).until = now;
      while (rows.length > 1 && rows[0].until < now - this.windowMs)
        rows.shift();
      this.history.set(key, rows);
    }
    return now;
  }

  async sample() {
    await this.learn();
    const before = await this.rig.daemon.feeds();
    const shown = await this.rig.daemon.shown();
    const after = await this.rig.daemon.feeds();
    const now = await this.learn();
    const live = (key) => [before, after].every(
      (feeds) => feeds.get(key.split(' ')[0])?.status === 'live');
    for (const key of new Set([...shown.keys(), ...this.history.keys()])) {
      const value = shown.get(key) ?? 0;
      const right = (this.history.get(key) ?? [{ value: 0 }]).some((row) => row.value === value);
      if (right || !live(key)) {
        this.wrongSince.delete(key);
        continue;
      }
      const since = this.wrongSince.get(key) ?? now;
      this.wrongSince.set(key, since);
      this.worstMs = Math.max(this.worstMs, now - since);
      if (now - since > this.boundMs)
        this.lies.push(`${key}: shown live as ${value} for ${Math.round(now - since)} ms, true: ` +
          this.history.get(key)?.map((row) => row.value).join(', '));
    }
    this.samples++;
  }
}

// Resident KiB and open descriptors of a process.
export function resources(pid) {
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { residentKiB: Number(/VmRSS:\s+(\d+)/.exec(status)[1]), descriptors };
}
