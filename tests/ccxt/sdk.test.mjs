// sdk.test.mjs: the venues' own kind of client, `okx-api`, `@nktkas/hyperliquid` and `bybit-api`, with nothing
// but their address overridden, read from the simulator the positions and wallets that `plimsoll run` reports.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, before, test } from 'node:test';

import { RestClientV5 } from 'bybit-api';
import { RestClient } from 'okx-api';
import WebSocket from 'ws';

import { Plimsoll } from './plimsoll.mjs';
import { Simulator, until } from './simulator.mjs';

globalThis.crypto ??= webcrypto; // from version 19 on
globalThis.WebSocket ??= WebSocket; // Node has one from version 22 on, and this client asks for it
const { HttpTransport, PublicClient } = await import('@nktkas/hyperliquid');

const FAULT_MS = 1200;
const HEAL_MS = 90000;
const faults = ['drop', 'gap', 'partial', 'maintenance'];
let simulator;
let plimsoll;

before(async () => {
  simulator = await Simulator.start({ seed: 15, added: ['okx', 'hyperliquid', 'bybit'] });
  plimsoll = await Plimsoll.start(simulator);
  await simulator.tradeThenPause(2);
});

after(async () => {
  assert.equal(await plimsoll.stop(), 0);
  assert.deepEqual(await simulator.stop(), { code: 0, signal: null });
});

const isOpen = ([, size]) => size !== 0;

// What each client says of an account: sizes by instrument and side as the venue counts, and wallets.
const clients = {
  async okx(account) {
    const { key, secret, passphrase } = simulator.key(account);
    const client = new RestClient({ apiKey: key, apiSecret: secret, apiPass: passphrase,
      baseUrl: simulator.base('okx') });
    const sign = (row) => (row.posSide === 'short' ? -1 : 1);
    const positions = (await client.getPositions())
      .map((row) => [`${row.instId} ${row.posSide}`, sign(row) * Number(row.pos)]).filter(isOpen);
    const wallets = (await client.getBalance())[0].details.map((row) => [row.ccy, Number(row.cashBal)]);
    return { positions: new Map(positions), wallets: new Map(wallets) };
  },
  async bybit(account) {
    const { key, secret } = simulator.key(account);
    const client = new RestClientV5({ key, secret, baseUrl: simulator.base('bybit'), throwExceptions: true,
      recv_window: 60000 }); // as in clients.mjs
    const sides = ['net', 'long', 'short'];
    const sign = (row) => (row.side === 'Sell' ? -1 : 1);
    const rows = [];
    for (const list of [{ category: 'linear', settleCoin: 'USDT' }, { category: 'linear', settleCoin: 'USDC' },
      { category: 'inverse' }, { category: 'option' }])
      rows.push(...(await client.getPositionInfo({ ...list, limit: 200 })).result.list);
    const positions = rows.map((row) => [`${row.symbol} ${sides[row.positionIdx]}`, sign(row) * Number(row.size)])
      .filter(isOpen);
    const [unified] = (await client.getWalletBalance({ accountType: 'UNIFIED' })).result.list;
    const wallets = unified.coin.map((row) => [row.coin, Number(row.walletBalance)]);
    return { positions: new Map(positions), wallets: new Map(wallets) };
  },
  async hyperliquid(account) {
    const transport = new HttpTransport({ url: { api: simulator.base('hyperliquid'),
      rpc: simulator.base('hyperliquid') } });
    const client = new PublicClient({ transport });
    const user = simulator.key(account).key;
    const { assetPositions, marginSummary } = await client.clearinghouseState({ user });
    const positions = assetPositions.map(({ position }) => [`${position.coin} net`, Number(position.szi)])
      .filter(isOpen);
    // Unified: the spot balance is all there is, with what positions have won. Else perpetuals have USDC of their own.
    const { balances } = await client.spotClearinghouseState({ user });
    const unified = await transport.request('info', { type: 'userAbstraction', user }) === 'unifiedAccount';
    const won = assetPositions.reduce((sum, { position }) => sum + Number(position.unrealizedPnl), 0);
    const beside = (unified ? 0 : Number(marginSummary.accountValue)) - won;
    const wallets = balances.map((row) => [row.coin,
      Number((Number(row.total) + (row.coin === 'USDC' ? beside : 0)).toFixed(8))]);
    return { positions: new Map(positions), wallets: new Map(wallets) };
  },
};

async function reportedOf(account) {
  const positions = new Map();
  for (const row of (await plimsoll.get('/v1/exposure')).rows) {
    const proof = await plimsoll.get(`/v1/exposure/${row.underlying}/proof`);
    for (const leg of proof.legs.filter((one) => one.instrument !== null && one.account === account))
      positions.set(`${leg.instrument} ${leg.side}`, leg.quantity);
  }
  const row = (await plimsoll.get('/v1/accounts')).accounts.find((one) => one.account === account);
  assert.equal(row.feed, 'live', `${account} feed: ${row.feed_text ?? ''}`);
  return { positions, wallets: new Map(row.balances.map((one) => [one.asset, one.wallet])) };
}

async function assertAlike(venue) {
  let held = 0;
  for (const account of simulator.accounts(venue)) {
    const read = await clients[venue](account);
    const reported = await reportedOf(account);
    assert.deepEqual(new Map([...read.positions].sort()), new Map([...reported.positions].sort()));
    assert(read.wallets.size > 0, account);
    for (const [asset, wallet] of read.wallets)
      assert.equal(reported.wallets.get(asset), wallet, `${account} ${asset}`);
    held += read.positions.size;
  }
  assert(held > 3);
  return true;
}

for (const venue of Object.keys(clients)) {
  test(`${venue}: the SDK reads what plimsoll reports`, async () => {
    await until('both agree', () => assertAlike(venue), HEAL_MS);
  });

  for (const fault of faults)
    test(`${venue}: and again after ${fault}`, async () => {
      await simulator.resume();
      await simulator.fault(venue, fault, FAULT_MS);
      await simulator.tradeThenPause(2);
      await until('both agree', () => assertAlike(venue), HEAL_MS);
    });
}
