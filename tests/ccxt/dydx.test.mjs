// dydx.test.mjs: CCXT reads from the simulated dYdX, with only its URL overridden, what the simulator holds, and
// `plimsoll run` reports the same, after every fault.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { testReported } from './reported.mjs';
import { Simulator } from './simulator.mjs';

let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 12, added: ['dydx'] });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

// CCXT asks for one subaccount at a time: the parent, then each child that has a position.
test('CCXT reads markets, and what is free in the parent subaccount', async () => {
  for (const account of simulator.accounts('dydx')) {
    const { client, parent } = clients.dydx(simulator, account);
    const truth = await simulator.truthOf('dydx', account);
    const marks = (await simulator.truth('dydx')).marks;
    const markets = await client.loadMarkets();
    for (const { instrument } of marks)
      assert.equal(markets[`${instrument.replace('-USD', '')}/USDC:USDC`].id, instrument);
    const balance = await client.fetchBalance({ subaccountNumber: parent });
    assert.equal(balance.USDC.free, Number(truth.balances[0].available), account);
  }
});

// A child has a number of its own for each isolated position; CCXT asks for one subaccount at a time.
test('CCXT fetches the positions of each subaccount', async () => {
  for (const account of simulator.accounts('dydx')) {
    const { client, parent } = clients.dydx(simulator, account);
    const truth = await simulator.truthOf('dydx', account);
    const rows = [];
    for (const subaccountNumber of new Set(truth.positions.map((p) => parent + p.subaccount)))
      rows.push(...await client.fetchPositions(undefined, { subaccountNumber }));
    assert(clients.assertDydxPositions(truth, rows) > 1, account);
  }
});

testReported('dydx', () => [simulator, plimsoll]);
