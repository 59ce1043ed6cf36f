// whatif.test.mjs: `plimsoll whatif` on simulated venues: before is what `plimsoll ladder` says, a trade's delta is in
// the net, and what is wrong is a sentence.
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
  simulator = await Simulator.start({ seed: 21 });
  await simulator.tradeThenPause(3);
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-whatif-'));
  config = await configure(folder, simulator);
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

async function run(command, ...args) {
  const child = spawn(program, [command, '-c', config, ...args]);
  let out = '', err = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { err += bytes; });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, out, err };
}

const json = async (command, ...args) => {
  const { code, out, err } = await run(command, ...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};

const near = (got, want, share) => assert(Math.abs(got - want) <= Math.abs(want) * share, `${got} is not ${want}`);

test('before is the ladder, and a trade and a transfer change what they touch', async () => {
  const { pools } = await json('ladder');
  const answer = await json('whatif', '--all', '--trade', 'binance-main BTC/USDT:USDT -1.5',
    '--transfer', 'USDT 1000 binance-main binance-hedge');
  const name = (pool) => `${pool.account} ${pool.pool}`;
  assert(pools.length > 5);
  assert.deepEqual(answer.pools.map((pool) => name(pool.before)).sort(), pools.map(name).sort());
  for (const pool of pools) {
    const mine = answer.pools.find((p) => name(p.before) === name(pool));
    assert.equal(mine.before.rank, pool.rank);
    assert.equal(mine.before.maintenance_usd, pool.maintenance_usd);
  }
  assert.deepEqual(answer.pools.filter((pool) => pool.changed).map((pool) => name(pool.after)).sort(),
    ['binance-hedge USDT', 'binance-main USDT']);
  const hedge = answer.pools.find((pool) => name(pool.after) === 'binance-hedge USDT');
  near(hedge.after.equity_usd - hedge.before.equity_usd, 1000, 0.01);
  const btc = answer.net.find((row) => row.underlying === 'BTC');
  near(btc.after.net_coins - btc.before.net_coins, -1.5, 1e-9);
  assert.equal(answer.trades[0].unit, 'coins');
  near(answer.after.net_usd - answer.before.net_usd, btc.after.net_usd - btc.before.net_usd, 1e-9);
});

test('a table for people; a name that is not there is a sentence', async () => {
  const { code, out } = await run('whatif', '--move', 'BTC=-10%');
  assert.equal(code, 0);
  assert.match(out, /if BTC moves by -10%/);
  assert.match(out, /dies first after:/);
  assert.match(out, / -> /);
  const wrong = await run('whatif', '--trade', 'binance-mian BTCUSDT 1');
  assert.equal(wrong.code, 64);
  assert.match(wrong.err, /there is no account "binance-mian"; did you mean "binance-main"\?/);
  assert.equal(wrong.out, '');
  const nothing = await run('whatif');
  assert.equal(nothing.code, 64);
  assert.match(nothing.err, /nothing is supposed: --trade, --transfer or --move is needed/);
});
