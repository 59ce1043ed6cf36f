// simulator.test.mjs: CCXT reads from the simulated venues exactly what the simulator holds: by
// REST and by stream, one-way and hedged, inverse, linear and options, and after every fault.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import './timers.mjs';
import * as clients from './clients.mjs';
import { faults, Simulator, until } from './simulator.mjs';

const FAULT_MS = 1200;
let simulator;

// A cut connection also rejects promises that CCXT itself lets go of: those are not ours to catch.
// The runner listens too, and from its first test on, so ours is put in its place before each.
function ignoreAbandonedRejections() {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => {
    if (!(error instanceof clients.BaseError))
      throw error;
  });
}

beforeEach(ignoreAbandonedRejections);

before(async () => {
  simulator = await Simulator.start();
});

after(async () => {
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

// Calls watch again and again until stopped; faults make it throw, and it is called anew.
function keepWatching(watch) {
  const state = { stopped: false, errors: 0 };
  state.done = (async () => {
    while (!state.stopped) {
      try {
        await watch();
      } catch {
        state.errors++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  })();
  return state;
}

async function close(client, ...watchers) {
  for (const watcher of watchers)
    watcher.stopped = true;
  await client.close();
  await Promise.race([Promise.all(watchers.map((w) => w.done)), new Promise((r) => setTimeout(r, 500))]);
}

async function compareRest() {
  let compared = 0;
  for (const account of simulator.accounts('binance')) {
    const client = await clients.binance(simulator, account);
    const truth = await simulator.truthOf('binance', account);
    compared += clients.assertBinancePositions(truth, await client.fetchPositions());
    compared += clients.assertBinanceBalance(truth, await client.fetchBalance());
  }
  for (const account of simulator.accounts('deribit')) {
    const client = await clients.deribit(simulator, account);
    const truth = await simulator.truthOf('deribit', account);
    compared += clients.assertDeribitPositions(truth, await client.fetchPositions());
    compared += clients.assertDeribitBalance(truth, await client.fetchBalance());
  }
  return compared;
}

// Fresh stream clients, taken through some trades, hold the truth when the world stands still.
async function compareStreams(account, deribitAccount) {
  await simulator.pause();
  const client = await clients.binance(simulator, account, true);
  const other = await clients.deribit(simulator, deribitAccount, true);
  await client.watchPositions(); // the first answer is the snapshot
  const watchers = [keepWatching(() => client.watchPositions()), keepWatching(() => client.watchBalance())];
  const otherWatchers = [keepWatching(() => other.watchBalance())];
  try {
    await simulator.tradeThenPause();
    const truth = await simulator.truthOf('binance', account);
    const otherTruth = await simulator.truthOf('deribit', deribitAccount);
    await until('stream positions', () => clients.assertBinanceStream(truth, client.positions.future));
    await until('stream wallets', () => clients.assertBinanceWallets(truth, client.balance.future));
    await until('stream portfolio', () => clients.assertDeribitStream(otherTruth, other.balance));
  } finally {
    await close(client, ...watchers);
    await close(other, ...otherWatchers);
  }
}

test('ccxt__loads_the_markets_of_both_venues', async () => {
  const binance = await clients.binance(simulator, 'binance-main');
  const deribit = await clients.deribit(simulator, 'deribit-main');
  await binance.loadMarkets();
  await deribit.loadMarkets();
  assert(binance.markets['BTC/USDT:USDT'].swap && binance.markets['BTC/USDT:USDT'].linear);
  assert(deribit.markets['BTC/USD:BTC'].inverse);
  assert(deribit.markets['SOL/USDC:USDC'].linear);
  const options = Object.values(deribit.markets).filter((market) => market.option);
  assert.equal(options.length, 84);
  assert(options.every((market) => market.strike > 0 && market.symbol.includes(':')));
});

test('ccxt__reads_positions_and_balances_number_for_number', async () => {
  await simulator.tradeThenPause();
  const compared = await compareRest();
  assert(compared > 40, `only ${compared} rows compared`);
});

test('ccxt__tickers_are_the_marks', async () => {
  await simulator.pause();
  const truth = await simulator.truth('deribit');
  const client = await clients.deribit(simulator, 'deribit-main');
  for (const name of ['BTC-PERPETUAL', 'SOL_USDC-PERPETUAL', truth.marks.find((m) => m.delta !== null).instrument]) {
    const mark = truth.marks.find((m) => m.instrument === name);
    await client.loadMarkets();
    const ticker = await client.fetchTicker(client.markets_by_id[name][0].symbol);
    assert.equal(Number(ticker.info.mark_price), Number(mark.mark_price));
    assert.equal(Number(ticker.info.index_price), Number(mark.index_price));
    if (mark.delta !== null)
      assert.equal(Number(ticker.info.greeks.delta), Number(mark.delta));
  }
});

test('ccxt__streams_hold_the_truth_in_one_way_and_hedge_mode', async () => {
  await compareStreams('binance-main', 'deribit-main');
  await compareStreams('binance-hedge', 'deribit-vol');
});

test('ccxt__refused_signatures_and_keys_are_errors_it_knows', async () => {
  const wrong = await clients.binance(simulator, 'binance-main');
  wrong.secret = 'not the secret';
  await assert.rejects(wrong.fetchBalance(), { name: 'AuthenticationError' });
  const late = await clients.binance(simulator, 'binance-main');
  late.nonce = () => Date.now() - 3600000;
  await assert.rejects(late.fetchBalance(), { name: 'InvalidNonce' });
  const stranger = await clients.deribit(simulator, 'deribit-main');
  stranger.secret = 'not the secret';
  await assert.rejects(stranger.fetchBalance(), { name: 'AuthenticationError' });
});

for (const fault of faults) {
  test(`ccxt__reads_the_truth_again_after_${fault}`, async () => {
    await simulator.resume();
    const client = await clients.binance(simulator, 'binance-main', true);
    const other = await clients.deribit(simulator, 'deribit-main', true);
    const watchers = [keepWatching(() => client.watchBalance())];
    const otherWatchers = [keepWatching(() => other.watchBalance())];
    try {
      await until('streams run', () => client.balance.future?.info && other.balance.BTC);
      for (const venue of ['binance', 'deribit'])
        await simulator.fault(venue, fault, FAULT_MS);
      // Snapshots are what some faults wait for; what CCXT makes of them is its own affair.
      for (let i = 0; i < 2; i++) {
        await (await clients.binance(simulator, 'binance-main')).fetchPositions().catch(() => []);
        await (await clients.deribit(simulator, 'deribit-main')).fetchPositions().catch(() => []);
      }
      await until(`${fault} is over`, async () => {
        for (const venue of ['binance', 'deribit'])
          if ((await simulator.truth(venue)).faults.find((f) => f.name === fault).active)
            return false;
        return true;
      });
      const befell = (await simulator.truth('binance')).faults.find((f) => f.name === fault);
      assert(befell.asked > 0);
      await simulator.pause();
      assert(await compareRest() > 40);
    } finally {
      await close(client, ...watchers);
      await close(other, ...otherWatchers);
    }
    await compareStreams('binance-hedge', 'deribit-main');
  });
}
