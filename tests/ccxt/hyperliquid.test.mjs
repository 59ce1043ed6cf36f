// hyperliquid.test.mjs: CCXT reads from the simulated Hyperliquid, with only its URLs overridden, what the
// simulator holds, and `plimsoll run` reports the same, after every fault.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { Simulator, until } from './simulator.mjs';

const FAULT_MS = 1200;
const HEAL_MS = 90000;
const faults = ['drop', 'stall', 'gap', 'duplicate', 'reorder', 'garbage', 'slow', '429', 'partial', 'empty', 'torn',
  'maintenance'];
let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 12, hyperliquid: true });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

test('CCXT fetches positions and balances of a standard and of a unified account', async () => {
  for (const account of simulator.accounts('hyperliquid')) {
    const client = await clients.hyperliquid(simulator, account);
    const truth = await simulator.truthOf('hyperliquid', account);
    assert(clients.assertHyperliquidPositions(truth, await client.fetchPositions()) > 1);
    const [usdc] = truth.balances;
    const unified = truth.multi_assets;
    const total = (await client.fetchBalance()).USDC.total;
    assert.equal(total, Number(unified ? usdc.equity : usdc.dex));
    if (!unified)
      assert.equal((await client.fetchBalance({ type: 'spot' })).USDC.total, Number(usdc.spot));
  }
});

test('an address that nobody has is flat for CCXT', async () => {
  const client = await clients.hyperliquid(simulator, 'hyperliquid-main');
  client.walletAddress = `0x${'f'.repeat(40)}`;
  assert.deepEqual(await client.fetchPositions(), []);
});

async function reportedPositions() {
  const found = new Map();
  for (const row of (await plimsoll.get('/v1/exposure')).rows) {
    const proof = await plimsoll.get(`/v1/exposure/${row.underlying}/proof`);
    for (const leg of proof.legs.filter((l) => l.instrument !== null && l.account.startsWith('hyperliquid')))
      found.set(`${leg.account} ${leg.instrument}`, leg);
  }
  return found;
}

async function assertReported() {
  const reported = await reportedPositions();
  const accounts = (await plimsoll.get('/v1/accounts')).accounts;
  const held = new Map();
  for (const truth of (await simulator.truth('hyperliquid')).accounts) {
    const account = accounts.find((a) => a.account === truth.account);
    assert.equal(account.feed, 'live', `${truth.account} feed: ${account.feed_text ?? ''}`);
    for (const position of truth.positions)
      held.set(`${truth.account} ${position.instrument}`, position);
    for (const row of truth.balances) {
      const balance = account.balances.find((b) => b.asset === row.asset);
      assert.equal(balance.wallet, Number(row.wallet), `${truth.account} ${row.asset} wallet`);
    }
  }
  assert.deepEqual([...reported.keys()].sort(), [...held.keys()].sort());
  for (const [name, position] of held) {
    assert.equal(reported.get(name).quantity, Number(position.size), `${name} size`);
    assert.equal(reported.get(name).mark_price, Number(position.mark_price), `${name} mark`);
  }
  assert(held.size > 4);
  return true;
}

test('plimsoll reports what the simulator holds', async () => {
  await until('the report agrees', assertReported, HEAL_MS);
});

for (const fault of faults)
  test(`plimsoll agrees again after ${fault}`, async () => {
    await simulator.resume();
    await simulator.fault('hyperliquid', fault, FAULT_MS);
    await simulator.tradeThenPause(2);
    await until('the report agrees', assertReported, HEAL_MS);
  });
