// hyperliquid.test.mjs: CCXT reads from the simulated Hyperliquid, with only its URLs overridden, what the
// simulator holds, and `plimsoll run` reports the same, after every fault.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { testReported } from './reported.mjs';
import { Simulator } from './simulator.mjs';

let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 12, added: ['hyperliquid'] });
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

testReported('hyperliquid', () => [simulator, plimsoll]);
