// reported.mjs: what `plimsoll run` reports of a venue's accounts, beside what the simulator holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from './simulator.mjs';

const FAULT_MS = 1200;
const HEAL_MS = 90000;
export const faults = ['drop', 'stall', 'gap', 'duplicate', 'reorder', 'garbage', 'slow', '429', 'partial', 'empty',
  'torn', 'maintenance'];

// Legs that are positions, by account, instrument and side.
async function reportedPositions(plimsoll, accounts) {
  const found = new Map();
  for (const row of (await plimsoll.get('/v1/exposure')).rows) {
    const proof = await plimsoll.get(`/v1/exposure/${row.underlying}/proof`);
    for (const leg of proof.legs.filter((l) => l.instrument !== null && accounts.includes(l.account)))
      found.set(`${leg.account} ${leg.instrument} ${leg.side}`, leg);
  }
  return found;
}

// All feeds of the venue live, positions with their sizes and marks, wallets; more: what is the venue's own.
export async function assertReported(simulator, plimsoll, venue, more = () => {}) {
  const reported = await reportedPositions(plimsoll, simulator.accounts(venue));
  const accounts = (await plimsoll.get('/v1/accounts')).accounts;
  const held = new Map();
  for (const truth of (await simulator.truth(venue)).accounts) {
    const account = accounts.find((a) => a.account === truth.account);
    assert.equal(account.feed, 'live', `${truth.account} feed: ${account.feed_text ?? ''}`);
    for (const position of truth.positions)
      held.set(`${truth.account} ${position.instrument} ${position.side}`, position);
    for (const row of truth.balances) {
      const balance = account.balances.find((b) => b.asset === row.asset);
      assert.equal(balance?.wallet ?? 0, Number(row.wallet), `${truth.account} ${row.asset} wallet`);
    }
    more(truth, account);
  }
  assert.deepEqual([...reported.keys()].sort(), [...held.keys()].sort());
  for (const [name, position] of held) {
    const quantity = Number(position.contracts ?? position.size);
    assert.equal(reported.get(name).quantity, quantity, `${name} size`);
    assert.equal(reported.get(name).mark_price, Number(position.mark_price), `${name} mark`);
  }
  return held.size;
}

// One test that they agree, and one after each fault. parties: () => [simulator, plimsoll], once they run.
export function testReported(venue, parties, more) {
  test('plimsoll reports what the simulator holds', async () => {
    await until('the report agrees', async () => await assertReported(...parties(), venue, more) > 4, HEAL_MS);
  });
  for (const fault of faults)
    test(`plimsoll agrees again after ${fault}`, async () => {
      const [simulator] = parties();
      await simulator.resume();
      await simulator.fault(venue, fault, FAULT_MS);
      await simulator.tradeThenPause(2);
      await until('the report agrees', async () => await assertReported(...parties(), venue, more) > 4, HEAL_MS);
    });
}
