// bitmex.test.mjs: `plimsoll run` reports what the simulated BitMEX holds, after every fault. CCXT has no
// class of this venue any more (4.5.84), so that no outside client is beside it here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import ccxt from 'ccxt';

import { Plimsoll } from './plimsoll.mjs';
import { testReported } from './reported.mjs';
import { Simulator } from './simulator.mjs';

let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 16, added: ['bitmex'] });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

test('CCXT has no BitMEX: once it has, it is to read here too', () => {
  assert.equal(ccxt.bitmex, undefined);
});

testReported('bitmex', () => [simulator, plimsoll]);
