// binance_markets.test.mjs: CCXT reads from the other markets of the simulated Binance what the
// simulator holds, and `plimsoll run` reports the same, after every fault of the server they share.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import './timers.mjs';
import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { assertReported } from './reported.mjs';
import { faults, Simulator, until } from './simulator.mjs';

const FAULT_MS = 1200;
const HEAL_MS = 90000;
let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 14, markets: true });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

test('COIN-M: CCXT fetches positions and balances of both position modes', async () => {
  for (const account of simulator.accounts('binance-coinm')) {
    const client = await clients.coinm(simulator, account);
    const truth = await simulator.truthOf('binance-coinm', account);
    assert(clients.assertBinancePositions(truth, await client.fetchPositions()) > 1);
    assert(clients.assertBinanceBalance(truth, await client.fetchBalance()) > 1);
  }
});

test('COIN-M: CCXT watches positions and wallets', async () => {
  const client = await clients.coinm(simulator, 'coinm-main', true);
  await client.watchPositions();
  const watching = client.watchBalance();
  await simulator.tradeThenPause(4);
  await watching;
  const truth = await simulator.truthOf('binance-coinm', 'coinm-main');
  await until('positions', () => clients.assertBinanceStream(truth, client.positions.delivery));
  await until('wallets', () => clients.assertBinanceWallets(truth, client.balance.delivery));
  await clients.close(client);
});

test('spot: CCXT fetches and watches wallets', async () => {
  const truth = await simulator.truthOf('binance-spot', 'spot-main');
  const client = await clients.spot(simulator, 'spot-main');
  assert(clients.assertWallets(truth, await client.fetchBalance()).count > 2);
  const watcher = await clients.spot(simulator, 'spot-main', true);
  const watching = watcher.watchBalance();
  await simulator.tradeThenPause(4);
  await watching;
  const after = await simulator.truthOf('binance-spot', 'spot-main');
  await until('wallets', () => clients.assertStreamWallets(after, watcher.balance.spot));
  await clients.close(watcher);
});

test('margin: CCXT fetches wallets and debts, and the pairs of isolated margin', async () => {
  const truth = await simulator.truthOf('binance-margin', 'margin-main');
  const client = await clients.margin(simulator, 'margin-main');
  const { count, owed } = clients.assertWallets(truth, await client.fetchBalance());
  assert(count > 2 && owed > 0);
  const isolated = await client.fetchBalance({ marginMode: 'isolated' });
  assert(clients.assertIsolated(truth, isolated.info) > 2);
});

test('margin: CCXT watches wallets with a token', async () => {
  const client = await clients.margin(simulator, 'margin-main', true);
  const watching = client.watchBalance();
  await simulator.tradeThenPause(6);
  await watching;
  const truth = await simulator.truthOf('binance-margin', 'margin-main');
  await until('wallets', () => clients.assertStreamWallets(truth, client.balance.margin));
  await clients.close(client);
});

test('portfolio margin: CCXT fetches the positions of both markets, and what the pool holds', async () => {
  const truth = await simulator.truthOf('binance-pm', 'pm-main');
  for (const subType of ['linear', 'inverse']) {
    const client = await clients.portfolio(simulator, 'pm-main', subType);
    const positions = truth.positions.filter((p) => (p.contracts !== undefined) === (subType === 'inverse'));
    const rows = await client.fetchPositions(undefined, { portfolioMargin: true, subType });
    assert(clients.assertPooledPositions({ positions }, rows) > 0);
  }
  const client = await clients.portfolio(simulator, 'pm-main', 'linear');
  const balance = await client.fetchBalance({ type: 'papi', portfolioMargin: true });
  for (const row of truth.balances) {
    const info = balance.info.find((b) => b.asset === row.asset);
    assert.equal(Number(info.totalWalletBalance), Number(row.cash), `${row.asset} cash`);
  }
});

// One stream tells of both markets, whichever CCXT has asked for.
test('portfolio margin: CCXT watches the positions of both markets, and wallets', async () => {
  for (const [subType, type] of [['linear', 'future'], ['inverse', 'delivery']]) {
    const client = await clients.portfolio(simulator, 'pm-main', subType, true);
    await client.watchPositions(undefined, undefined, undefined, { portfolioMargin: true, subType });
    const watching = client.watchBalance({ portfolioMargin: true, subType });
    await simulator.tradeThenPause(4);
    await watching;
    const truth = await simulator.truthOf('binance-pm', 'pm-main');
    const inverse = subType === 'inverse';
    const positions = truth.positions.filter((p) => (p.contracts !== undefined) === inverse);
    const own = (row) => /USD_/.test(row.info.s ?? row.info.symbol) === inverse;
    await until('positions', () =>
      clients.assertBinanceStream({ positions }, client.positions[type].filter(own)) > 0);
    await until('wallets', () => clients.assertBinanceWallets(truth, client.balance[type]));
    await clients.close(client);
  }
});

test('options: CCXT fetches positions by contracts', async () => {
  const truth = await simulator.truthOf('binance-options', 'options-main');
  const client = await clients.options(simulator, 'options-main');
  assert(clients.assertOptionPositions(truth, await client.fetchOptionPositions()) > 1);
});

test('a key opens each market of its trader, and no other', async () => {
  const truth = await simulator.truthOf('binance-coinm', 'coinm-main');
  const client = await clients.coinm(simulator, 'binance-main');
  assert(clients.assertBinanceBalance(truth, await client.fetchBalance()) > 1);
  const other = await clients.coinm(simulator, 'binance-multi');
  await assert.rejects(() => other.fetchBalance(), clients.BaseError);
});

const agrees = async () => {
  for (const venue of simulator.venues.filter((v) => v.startsWith('binance')))
    await assertReported(simulator, plimsoll, venue);
  return true;
};

test('plimsoll reports what the simulator holds', async () => {
  await until('the report agrees', agrees, HEAL_MS);
});

for (const fault of faults.filter((name) => name !== 'no-greeks'))
  test(`plimsoll agrees again after ${fault}`, async () => {
    await simulator.resume();
    await simulator.fault('binance', fault, FAULT_MS);
    await simulator.tradeThenPause(2);
    await until('the report agrees', agrees, HEAL_MS);
  });
