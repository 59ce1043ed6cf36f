// plimsoll.test.mjs: what `plimsoll run` reports of the simulated venues is what the simulator
// holds, and what CCXT reads: sizes, marks and balances, number for number, after every fault.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { faults, Simulator, until } from './simulator.mjs';

const FAULT_MS = 1200;
const HEAL_MS = 90000; // a silent stream is found by the next regular snapshot
let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 8 });
  plimsoll = await Plimsoll.start(simulator);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

// Every leg that is a position, by account, instrument and side.
async function reportedPositions() {
  const rows = (await plimsoll.get('/v1/exposure')).rows;
  const found = new Map();
  for (const row of rows) {
    const proof = await plimsoll.get(`/v1/exposure/${row.underlying}/proof`);
    for (const leg of proof.legs.filter((l) => l.instrument !== null))
      found.set(`${leg.account} ${leg.instrument} ${leg.side}`, leg);
  }
  return found;
}

async function assertReported() {
  const reported = await reportedPositions();
  const accounts = (await plimsoll.get('/v1/accounts')).accounts;
  const held = new Map();
  let balances = 0;
  for (const venue of ['deribit', 'binance'])
    for (const truth of (await simulator.truth(venue)).accounts) {
      const account = accounts.find((a) => a.account === truth.account);
      assert.equal(account.feed, 'live', `${truth.account} feed`);
      for (const position of truth.positions)
        held.set(`${truth.account} ${position.instrument} ${position.side}`, position);
      for (const row of truth.balances) {
        const balance = account.balances.find((b) => b.asset === row.asset);
        assert.equal(balance.wallet, Number(row.wallet), `${truth.account} ${row.asset} wallet`);
        balances++;
      }
    }
  assert.deepEqual([...reported.keys()].sort(), [...held.keys()].sort());
  for (const [name, position] of held) {
    assert.equal(reported.get(name).quantity, Number(position.size), `${name} size`);
    assert.equal(reported.get(name).mark_price, Number(position.mark_price), `${name} mark`);
  }
  assert(held.size > 20 && balances > 10);
  return true;
}

async function assertCcxtAgrees() {
  const reported = await reportedPositions();
  for (const account of simulator.accounts('binance')) {
    const client = await clients.binance(simulator, account);
    for (const row of await client.fetchPositions()) {
      const side = { BOTH: 'net', LONG: 'long', SHORT: 'short' }[row.info.positionSide];
      const leg = reported.get(`${account} ${row.info.symbol} ${side}`);
      assert.equal(leg.symbol, row.symbol);
      assert.equal(Math.abs(leg.quantity), row.contracts * row.contractSize);
    }
  }
  for (const account of simulator.accounts('deribit')) {
    const client = await clients.deribit(simulator, account);
    for (const row of (await client.fetchPositions()).filter((r) => r.contracts !== 0)) {
      const leg = reported.get(`${account} ${row.info.instrument_name} net`);
      assert.equal(leg.symbol, row.symbol);
      assert.equal(leg.quantity, row.contracts);
    }
  }
}

test('plimsoll__reports_what_the_simulator_holds_and_ccxt_reads', async () => {
  await until('all feeds are live', async () => (await plimsoll.get('/v1/feeds')).feeds
    .every((feed) => feed.status === 'live'));
  await simulator.tradeThenPause();
  await until('the report is the truth', assertReported);
  await assertCcxtAgrees();
});

for (const fault of faults) {
  test(`plimsoll__is_right_again_after_${fault}`, async () => {
    await simulator.resume();
    for (const venue of ['binance', 'deribit'])
      await simulator.fault(venue, fault, FAULT_MS);
    await simulator.tradeThenPause();
    await until(`the report is the truth after ${fault}`, assertReported, HEAL_MS);
  });
}
