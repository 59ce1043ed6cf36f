// bybit.test.mjs: CCXT reads from the simulated Bybit, by REST and by WebSocket and with only its URLs
// overridden, what the simulator holds, and `plimsoll run` reports the same, after every fault.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as clients from './clients.mjs';
import { Plimsoll } from './plimsoll.mjs';
import { testReported } from './reported.mjs';
import { Simulator, until } from './simulator.mjs';

let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 13, added: ['bybit'] });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

async function fetchAll(client) {
  const rows = [];
  for (const list of clients.bybitLists)
    rows.push(...await client.fetchPositions(undefined, list));
  return rows;
}

test('CCXT loads contracts of each kind, options and spot pairs', async () => {
  const client = await clients.bybit(simulator, 'bybit-main');
  const markets = Object.values(await client.loadMarkets());
  const kinds = new Set(markets.map((m) => `${m.type} ${m.inverse ? 'inverse' : 'linear'} ${m.settle ?? ''}`));
  for (const kind of ['swap linear USDT', 'swap linear USDC', 'swap inverse BTC', 'future linear USDT',
    'future linear USDC', 'future inverse BTC', 'option linear USDC'])
    assert(kinds.has(kind), `${kind} in ${[...kinds]}`);
  assert(markets.some((m) => m.spot));
  assert.equal(markets.filter((m) => m.option).length, 42);
});

test('CCXT fetches positions and balances of both position modes', async () => {
  for (const account of simulator.accounts('bybit')) {
    const client = await clients.bybit(simulator, account);
    const truth = await simulator.truthOf('bybit', account);
    assert(clients.assertBybitPositions(truth, await fetchAll(client)) > 1);
    assert(clients.assertBybitBalance(truth, await client.fetchBalance()) > 0);
  }
});

test('CCXT fetches the marks', async () => {
  const client = await clients.bybit(simulator, 'bybit-main');
  const { marks } = await simulator.truth('bybit');
  for (const category of ['linear', 'inverse'])
    for (const ticker of Object.values(await client.fetchTickers(undefined, { category }))) {
      const mark = marks.find((m) => m.instrument === ticker.info.symbol);
      assert.equal(ticker.markPrice, Number(mark.mark_price), mark.instrument);
      assert.equal(ticker.indexPrice, Number(mark.index_price), mark.instrument);
    }
});

// The stream says what changes: the last word on each position and coin that it named must be the truth.
test('CCXT watches positions and balances', async () => {
  const client = await clients.bybit(simulator, 'bybit-main', true);
  const snapshot = await client.watchPositions();
  const before = await simulator.truthOf('bybit', 'bybit-main');
  const ofUsdt = { positions: before.positions.filter((p) => p.settle === 'USDT') };
  assert(clients.assertBybitPositions(ofUsdt, snapshot.filter((r) => r.info.symbol.includes('USDT'))) > 0);
  const watched = new Map();
  let balance;
  const turning = { on: true };
  const turn = async (watch) => {
    while (turning.on)
      await watch().catch(() => (turning.on = false));
  };
  const turns = [turn(async () => {
    for (const row of await client.watchPositions())
      watched.set(row.info.symbol, row);
  }), turn(async () => {
    balance = await client.watchBalance();
  })];
  await simulator.tradeThenPause(4);
  await until('the streams have said it', async () => {
    const truth = await simulator.truthOf('bybit', 'bybit-main');
    assert(watched.size > 0 && balance !== undefined);
    for (const [symbol, row] of watched)
      assert.equal(row.contracts, Math.abs(Number(truth.positions.find((p) => p.instrument === symbol)?.size ?? 0)));
    const named = truth.balances.filter((row) => balance[row.asset]?.total !== undefined);
    assert(named.length > 0);
    for (const row of named) {
      const said = balance.info.flatMap((a) => a.coin).find((c) => c.coin === row.asset);
      assert(said === undefined || Number(said.walletBalance) === Number(row.wallet), row.asset);
    }
    return true;
  });
  turning.on = false;
  await client.close();
  await Promise.allSettled(turns);
});

test('a wrong secret, key or time is refused', async () => {
  for (const wrong of [{ secret: 'x' }, { apiKey: 'x' }]) {
    const client = await clients.bybit(simulator, 'bybit-main');
    Object.assign(client, wrong);
    await assert.rejects(() => client.fetchBalance(), { name: 'AuthenticationError' });
  }
  const late = await clients.bybit(simulator, 'bybit-main');
  late.nonce = () => Date.now() - 3600000;
  await assert.rejects(() => late.fetchBalance(), { name: 'InvalidNonce' });
});

// What the venue says of options, and of the account as a whole: at a reading at the latest.
test('plimsoll states greeks, rates and margin as the venue does', async () => {
  const { marks, accounts, dollar_rates: rates } = await simulator.truth('bybit');
  await until('they agree', async () => {
    const { legs } = await plimsoll.get('/v1/exposure/BTC/proof');
    const options = legs.filter((leg) => leg.account.startsWith('bybit') && leg.kind === 'option');
    for (const leg of options) {
      const mark = marks.find((m) => m.instrument === leg.instrument);
      assert.equal(leg.greeks.venue.delta, Number(mark.delta), leg.instrument);
      assert(Math.abs(leg.greeks.vol * 100 - Number(mark.mark_iv)) < 1e-9, leg.instrument);
      assert.equal(leg.greeks.forward, Number(mark.underlying_price), leg.instrument);
      assert(Math.abs(leg.greeks.residual.delta) < 1e-4, leg.instrument);
    }
    const coin = legs.find((leg) => leg.account === 'bybit-main' && leg.kind === 'collateral');
    assert.equal(coin.price_usd, Number(rates.BTC));
    const reported = (await plimsoll.get('/v1/accounts')).accounts;
    for (const truth of accounts) {
      const [margin] = reported.find((a) => a.account === truth.account).venue_margins;
      if (truth.account === 'bybit-isolated') {
        assert.equal(margin, undefined); // its positions have margin, it has none as a whole
        continue;
      }
      assert.equal(margin.equity, Number(truth.totals.margin_usd));
      assert.equal(margin.initial_margin, Number(truth.totals.initial_margin_usd));
      assert.equal(margin.maintenance_margin, Number(truth.totals.maintenance_margin_usd));
    }
    return options.length > 0;
  }, 60000);
});

testReported('bybit', () => [simulator, plimsoll]);
