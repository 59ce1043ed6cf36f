// okx.test.mjs: CCXT reads from the simulated OKX, by REST and by WebSocket and with only its URLs
// overridden, what the simulator holds, and `plimsoll run` reports the same, after every fault.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { testReported } from './reported.mjs';
import { Simulator } from './simulator.mjs';

let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 11, added: ['okx'] });
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

testReported('okx', () => [simulator, plimsoll]);
