// ladder.test.mjs: `plimsoll ladder` reads simulated venues and says what they say themselves: their maintenance
// margin, and of isolated positions their liquidation price.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { configure, program } from './plimsoll.mjs';
import { Simulator } from './simulator.mjs';

let simulator;
let folder;
let config;

before(async () => {
  simulator = await Simulator.start({ seed: 21, added: ['okx', 'hyperliquid', 'bybit'] });
  await simulator.tradeThenPause(3);
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-ladder-'));
  config = await configure(folder, simulator);
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

async function ladder(...args) {
  const child = spawn(program, ['ladder', '-c', config, ...args]);
  let out = '', err = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { err += bytes; });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, out, err };
}

const near = (got, want, share) => assert(Math.abs(got - want) <= Math.abs(want) * share, `${got} is not ${want}`);

test('isolated positions die where the venue says, every other pool asks for what the venue asks', async () => {
  const { code, out, err } = await ladder('--json');
  assert.equal(code, 0, err);
  const { pools } = JSON.parse(out);
  let isolated = 0, sums = 0;
  // their tables of tiers were read: no rate is taken from the venue's own sums
  for (const pool of pools.filter((p) => ['okx', 'bybit'].includes(p.venue)))
    assert(!/rates/.test(pool.implied ?? ''), `${pool.account} ${pool.pool}: ${pool.implied}`);
  const accounts = [...(await simulator.truth('binance')).accounts, ...(await simulator.truth('hyperliquid')).accounts];
  for (const account of accounts) {
    const mine = pools.filter((pool) => pool.account === account.account);
    for (const position of account.positions.filter((p) => p.margin_mode === 'isolated')) {
      const pool = mine.find((p) => p.pool === position.instrument
        && (p.side === null || p.side === position.side));
      assert.equal(pool.status, 'verified');
      const rung = Number(position.size) > 0 ? pool.liquidation_down : pool.liquidation_up;
      near(rung.price, Number(position.liquidation_price), 1e-7);
      isolated++;
    }
  }
  for (const pool of pools) {
    assert.equal(pool.reason, null, `${pool.account} ${pool.pool}`);
    assert(pool.equity_usd > 0 && pool.cushion < 1);
    if (pool.venue_maintenance_usd === null)
      continue;
    near(pool.maintenance_usd, pool.venue_maintenance_usd, 2e-3);
    near(pool.equity_usd, pool.venue_equity_usd, 2e-3);
    sums++;
  }
  assert(isolated >= 3 && sums >= 10, `${isolated} isolated positions, ${sums} pools with the venue's sums`);
  const ways = pools.map((pool) => [pool.liquidation_down.pct, pool.liquidation_up.pct]
    .filter((pct) => pct !== null).map((pct) => Math.abs(Math.log1p(pct / 100))));
  const distances = ways.map((way) => Math.min(Infinity, ...way));
  assert.deepEqual(distances, distances.toSorted?.((a, b) => a - b) ?? [...distances].sort((a, b) => a - b));
  assert.deepEqual(pools.map((pool) => pool.rank), pools.map((_, i) => i + 1));
});

test('what is due of funding is told, and taken in where it is asked for', async () => {
  const { pools } = JSON.parse((await ladder('--json', '--legs')).out);
  const behind = JSON.parse((await ladder('--json', '--funding')).out);
  assert.equal(behind.with_funding, true);
  const due = pools.filter((pool) => pool.funding_reason === null && pool.funding_due_usd !== 0);
  assert(['binance', 'bybit', 'hyperliquid', 'okx'].every((venue) => due.some((pool) => pool.venue === venue)));
  let taken = 0;
  for (const pool of due) {
    near(pool.legs.reduce((sum, leg) => sum + leg.funding_due_usd, 0), pool.funding_due_usd, 1e-9);
    const after = behind.pools.find((p) => p.account === pool.account && p.pool === pool.pool && p.side === pool.side);
    if (/haircuts/.test(pool.implied ?? ''))
      continue; // coins count for a share of it
    const off = Math.abs(after.equity_usd - pool.equity_usd - pool.funding_due_usd);
    const buffer = pool.account === 'binance-multi' ? 1e-4 : 0; // USDT and USDC count at bid or ask rates
    assert(off < 1e-5 + 1.001 * buffer * Math.abs(pool.funding_due_usd), `${pool.account} ${pool.pool}`);
    taken++;
  }
  assert(taken >= 8, `${taken} pools`);
  for (const pool of behind.pools.filter((p) => p.venue === 'deribit' && p.funding_reason !== null))
    assert.match(pool.liquidation_down.reason, /all the time/);
});

test('a table for people, and a joint move that says which beta it lacks', async () => {
  const { code, out } = await ladder();
  assert.equal(code, 0);
  assert.match(out, /LIQUIDATED BELOW/);
  assert.match(out, /binance-main +SOLUSDT/);
  const joint = JSON.parse((await ladder('--joint', 'beta', '--json')).out);
  assert.equal(joint.joint, 'beta');
  assert(joint.pools.some((pool) => /beta/.test(pool.liquidation_down.reason)));
});
