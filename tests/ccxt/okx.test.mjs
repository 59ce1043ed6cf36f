// okx.test.mjs: CCXT reads from the simulated OKX, by REST and by WebSocket and with only its URLs
// overridden, what the simulator holds, and `plimsoll run` reports the same, after every fault.
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
  simulator = await Simulator.start({ seed: 11, okx: true });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

test('CCXT fetches positions and balances of both position modes', async () => {
  for (const account of simulator.accounts('okx')) {
    const client = await clients.okx(simulator, account);
    const truth = await simulator.truthOf('okx', account);
    assert(clients.assertOkxPositions(truth, await client.fetchPositions()) > 1);
    assert(clients.assertOkxBalance(truth, await client.fetchBalance()) > 1);
  }
});

test('CCXT watches positions and balances', async () => {
  const client = await clients.okx(simulator, 'okx-main', true);
  const balance = await client.watchBalance();
  const rows = await client.watchPositions();
  const truth = await simulator.truthOf('okx', 'okx-main');
  assert(clients.assertOkxBalance(truth, balance) > 1);
  assert(clients.assertOkxPositions(truth, rows) > 1);
  await client.close();
});

test('a wrong secret, passphrase or key is refused', async () => {
  for (const wrong of [{ secret: 'x' }, { password: 'x' }, { apiKey: 'x' }]) {
    const client = await clients.okx(simulator, 'okx-main');
    Object.assign(client, wrong);
    await assert.rejects(() => client.fetchBalance(), clients.BaseError);
  }
});

// Legs that are positions, by account, instrument and side.
async function reportedPositions() {
  const found = new Map();
  for (const row of (await plimsoll.get('/v1/exposure')).rows) {
    const proof = await plimsoll.get(`/v1/exposure/${row.underlying}/proof`);
    for (const leg of proof.legs.filter((l) => l.instrument !== null && l.account.startsWith('okx')))
      found.set(`${leg.account} ${leg.instrument} ${leg.side}`, leg);
  }
  return found;
}

async function assertReported() {
  const reported = await reportedPositions();
  const accounts = (await plimsoll.get('/v1/accounts')).accounts;
  const held = new Map();
  for (const truth of (await simulator.truth('okx')).accounts) {
    const account = accounts.find((a) => a.account === truth.account);
    assert.equal(account.feed, 'live', `${truth.account} feed: ${account.feed_text ?? ''}`);
    for (const position of truth.positions)
      held.set(`${truth.account} ${position.instrument} ${position.side}`, position);
    for (const row of truth.balances) {
      const balance = account.balances.find((b) => b.asset === row.asset);
      assert.equal(balance.wallet, Number(row.wallet), `${truth.account} ${row.asset} wallet`);
    }
  }
  assert.deepEqual([...reported.keys()].sort(), [...held.keys()].sort());
  for (const [name, position] of held) {
    assert.equal(reported.get(name).quantity, Number(position.contracts), `${name} size`);
    assert.equal(reported.get(name).mark_price, Number(position.mark_price), `${name} mark`);
  }
  assert(held.size > 5);
  return true;
}

test('plimsoll reports what the simulator holds', async () => {
  await until('the report agrees', assertReported, HEAL_MS);
});

for (const fault of faults)
  test(`plimsoll agrees again after ${fault}`, async () => {
    await simulator.resume();
    await simulator.fault('okx', fault, FAULT_MS);
    await simulator.tradeThenPause(2);
    await until('the report agrees', assertReported, HEAL_MS);
  });
