// clients.mjs: CCXT pointed at the simulator by its URLs and nothing else, and what it must read.
import assert from 'node:assert/strict';

import ccxt from 'ccxt';

export const { BaseError } = ccxt;

function redirect(urls, base) {
  for (const [name, url] of Object.entries(urls))
    if (typeof url === 'string' && url.startsWith('http'))
      urls[name] = base + new URL(url).pathname.replace(/\/$/, '');
}

export async function binance(simulator, account, pro = false) {
  const { key, secret } = simulator.key(account);
  const Exchange = pro ? ccxt.pro.binanceusdm : ccxt.binanceusdm;
  const client = new Exchange({ apiKey: key, secret });
  const base = simulator.base('binance');
  redirect(client.urls.api, base);
  if (pro)
    client.urls.api.ws.future = `${base.replace('http', 'ws')}/ws`;
  if (pro)
    await client.loadHttpProxyAgent(); // CCXT wants this before any ws:// without TLS
  return client;
}

// The other markets: CCXT's own class of each where it has one.
async function binanceMarket(Exchange, simulator, account, pro, options = {}) {
  const { key, secret } = simulator.key(account);
  const client = new Exchange({ apiKey: key, secret, options });
  const base = simulator.base('binance');
  redirect(client.urls.api, base);
  if (pro) {
    for (const name of ['future', 'delivery'])
      client.urls.api.ws[name] = `${base.replace('http', 'ws')}/ws`;
    await client.loadHttpProxyAgent();
  }
  return client;
}

export function coinm(simulator, account, pro = false) {
  return binanceMarket(pro ? ccxt.pro.binancecoinm : ccxt.binancecoinm, simulator, account, pro);
}

export async function spot(simulator, account, pro = false) {
  const client = await binanceMarket(pro ? ccxt.pro.binance : ccxt.binance, simulator, account, pro,
    { fetchMarkets: { types: ['spot'] } });
  if (pro)
    client.urls.api.ws['ws-api'].spot = `${simulator.base('binance').replace('http', 'ws')}/ws-api/v3`;
  return client;
}

// linear or inverse: CCXT reads one market of the pool at a time.
export async function portfolio(simulator, account, subType, pro = false) {
  const [usdm, coinm] = pro ? [ccxt.pro.binanceusdm, ccxt.pro.binancecoinm] : [ccxt.binanceusdm, ccxt.binancecoinm];
  const client = await binanceMarket(subType === 'inverse' ? coinm : usdm, simulator, account, pro,
    { portfolioMargin: true });
  if (pro)
    client.urls.api.ws.papi = `${simulator.base('binance').replace('http', 'ws')}/pm/ws`;
  return client;
}

export function options(simulator, account) {
  return binanceMarket(ccxt.binance, simulator, account, false,
    { defaultType: 'option', fetchMarkets: { types: ['option'] } });
}

export async function margin(simulator, account, pro = false) {
  const client = await spot(simulator, account, pro);
  client.options.defaultType = 'margin';
  return client;
}

export async function deribit(simulator, account, pro = false) {
  const { key, secret } = simulator.key(account);
  const Exchange = pro ? ccxt.pro.deribit : ccxt.deribit;
  const client = new Exchange({ apiKey: key, secret });
  const base = simulator.base('deribit');
  client.urls.api.rest = base;
  if (pro)
    client.urls.api.ws = `${base.replace('http', 'ws')}/ws/api/v2`;
  if (pro)
    await client.loadHttpProxyAgent();
  return client;
}

export async function okx(simulator, account, pro = false) {
  const { key, secret, passphrase } = simulator.key(account);
  const Exchange = pro ? ccxt.pro.okx : ccxt.okx;
  const client = new Exchange({ apiKey: key, secret, password: passphrase });
  const base = simulator.base('okx');
  client.urls.api.rest = base;
  if (pro)
    client.urls.api.ws = `${base.replace('http', 'ws')}/ws/v5`;
  if (pro)
    await client.loadHttpProxyAgent();
  return client;
}

const number = (text) => (text === null ? undefined : Number(text));
const magnitude = (text) => Math.abs(Number(text));

function byName(rows, name) {
  const map = new Map();
  for (const row of rows) {
    assert(!map.has(name(row)), `${name(row)} twice`);
    map.set(name(row), row);
  }
  return map;
}

const sides = { BOTH: 'net', LONG: 'long', SHORT: 'short' };

// Each expected field of each position of the truth, number for number, and no position more.
function assertPositions(truth, rows, nameOf, expect) {
  const read = byName(rows.filter((row) => row.contracts !== 0), nameOf);
  const held = byName(truth.positions, (p) => `${p.instrument} ${p.side}`);
  assert.deepEqual([...read.keys()].sort(), [...held.keys()].sort());
  for (const [name, position] of held) {
    const row = read.get(name);
    for (const [field, value] of Object.entries(expect(position)))
      assert.equal(row[field], value, `${name} ${field}`);
  }
  return held.size;
}

const direction = (size) => (Number(size) < 0 ? 'short' : 'long');

export function assertBinancePositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.symbol} ${sides[r.info.positionSide]}`, (p) => ({
    contracts: magnitude(p.contracts ?? p.size),
    contractSize: number(p.contract_value ?? '1'),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    markPrice: number(p.mark_price),
    unrealizedPnl: number(p.unrealised_pnl),
    notional: magnitude(p.notional),
    // COIN-M does not tell it: CCXT works it out, and cuts where the venue rounds
    ...(p.contract_value ? {} : { initialMargin: number(p.initial_margin) }),
    liquidationPrice: number(p.liquidation_price),
    marginMode: p.margin_mode,
    hedged: p.side !== 'net',
    ...(p.margin_mode === 'isolated' ? { collateral: number(p.isolated_margin) } : {}),
  }));
}

// Margins of a pool are not told by position.
export function assertPooledPositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.symbol} ${sides[r.info.positionSide]}`, (p) => ({
    contracts: magnitude(p.contracts ?? p.size),
    contractSize: number(p.contract_value ?? '1'),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    markPrice: number(p.mark_price),
    unrealizedPnl: number(p.unrealised_pnl),
    liquidationPrice: number(p.liquidation_price),
  }));
}

// CCXT makes a short option's quantity positive; a quantity and its prices are those of contracts.
export function assertOptionPositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.symbol} net`, (p) => ({
    contracts: magnitude(p.contracts),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    markPrice: number(p.mark_price),
    notional: number(p.value),
    unrealizedPnl: number(p.unrealised_pnl),
  }));
}

// CCXT keeps stream rows by symbol and side, so that a flipped or closed position leaves its old
// row behind: the row that came last is the position.
export function assertBinanceStream(truth, rows) {
  const nameOf = (row) => `${row.info.s ?? row.info.symbol} ${sides[row.info.ps ?? row.info.positionSide]}`;
  const last = new Map();
  for (const row of rows)
    last.set(nameOf(row), row);
  return assertPositions(truth, [...last.values()], nameOf, (p) => ({
    contracts: magnitude(p.contracts ?? p.size),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
  }));
}

export function assertBinanceBalance(truth, balance) {
  for (const row of truth.balances) {
    assert.equal(balance[row.asset].total, number(row.equity), `${row.asset} total`);
    assert.equal(balance[row.asset].free, number(row.available), `${row.asset} free`);
    assert.equal(balance[row.asset].used, number(row.initial_margin), `${row.asset} used`);
  }
  return truth.balances.length;
}

// The user stream names only what changes: wallets that were named must agree; one at least was.
export function assertBinanceWallets(truth, balance) {
  const named = truth.balances.filter((row) => balance[row.asset]?.total !== undefined);
  assert(named.length > 0, 'no wallet in the stream yet');
  for (const row of named)
    assert.equal(balance[row.asset].total, number(row.wallet), `${row.asset} wallet`);
  return named.length;
}

// CCXT leaves debts out of the total.
export function assertWallets(truth, balance) {
  let owed = 0;
  for (const row of truth.balances) {
    assert.equal(balance[row.asset].free, number(row.free), `${row.asset} free`);
    assert.equal(balance[row.asset].total, number(row.free), `${row.asset} total`);
    if (balance[row.asset].debt !== undefined)
      assert.equal(balance[row.asset].debt, number(row.borrowed), `${row.asset} debt`);
    owed += balance[row.asset].debt > 0 ? 1 : 0;
  }
  return { count: truth.balances.length, owed };
}

// The stream names only what changes.
export function assertStreamWallets(truth, balance) {
  const named = truth.balances.filter((row) => balance[row.asset]?.free !== undefined);
  assert(named.length > 0, 'no wallet in the stream yet');
  for (const row of named)
    assert.equal(balance[row.asset].free, number(row.free), `${row.asset} free`);
  return named.length;
}

// What all pairs of isolated margin hold of each coin, net.
export function assertIsolated(truth, info) {
  const sums = new Map();
  for (const pair of info.assets)
    for (const side of [pair.baseAsset, pair.quoteAsset])
      sums.set(side.asset, (sums.get(side.asset) ?? 0) + Number(side.netAsset));
  for (const [asset, net] of sums)
    assert(Math.abs(net - Number(truth.balances.find((b) => b.asset === asset).isolated)) < 1e-6, `${asset} isolated`);
  return sums.size;
}

export function assertDeribitPositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.instrument_name} net`, (p) => ({
    contracts: number(p.size), // CCXT leaves Deribit's sign in
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    markPrice: number(p.mark_price),
    unrealizedPnl: number(p.session_pnl),
    initialMargin: number(p.initial_margin),
    maintenanceMargin: number(p.maintenance_margin),
    liquidationPrice: number(p.liquidation_price),
  }));
}

export function assertDeribitBalance(truth, balance) {
  for (const row of truth.balances) {
    assert.equal(balance[row.asset].total, number(row.equity), `${row.asset} total`);
    assert.equal(balance[row.asset].free, number(row.available), `${row.asset} free`);
    assert.equal(balance[row.asset].used, number(row.maintenance_margin), `${row.asset} used`);
  }
  return truth.balances.length;
}

// CCXT keeps one parsed balance per currency below the currency's name.
export function assertDeribitStream(truth, balance) {
  const flat = {};
  for (const row of truth.balances)
    flat[row.asset] = balance[row.asset]?.[row.asset] ?? {};
  return assertDeribitBalance(truth, flat);
}

export function assertOkxPositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.instId} ${r.info.posSide}`, (p) => ({
    contracts: magnitude(p.contracts),
    contractSize: number(p.contract_value),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    markPrice: number(p.mark_price),
    unrealizedPnl: number(p.unrealised_pnl),
    initialMargin: number(p.initial_margin),
    maintenanceMargin: number(p.maintenance_margin),
    marginMode: p.margin_mode,
    hedged: p.side !== 'net',
  }));
}

export function assertOkxBalance(truth, balance) {
  for (const row of truth.balances) {
    assert.equal(balance[row.asset].total, number(row.equity), `${row.asset} total`);
    assert.equal(balance[row.asset].free, number(row.available), `${row.asset} free`);
  }
  return truth.balances.length;
}

export async function bybit(simulator, account, pro = false) {
  const { key, secret } = simulator.key(account);
  const Exchange = pro ? ccxt.pro.bybit : ccxt.bybit;
  // its 5 s from stamp to arrival are too few for a machine that is busy with other tests
  const client = new Exchange({ apiKey: key, secret, options: { recvWindow: 60000 } });
  const base = simulator.base('bybit');
  redirect(client.urls.api, base);
  if (pro)
    client.urls.api.ws.private.contract = `${base.replace('http', 'ws')}/v5/private`;
  if (pro)
    await client.loadHttpProxyAgent();
  return client;
}

// Options of fetchPositions: the venue lists positions by category and settle coin.
export const bybitLists = [{ subType: 'linear', settleCoin: 'USDT' }, { subType: 'linear', settleCoin: 'USDC' },
  { subType: 'inverse' }, { type: 'option' }];

export function assertBybitPositions(truth, rows) {
  const leg = ['net', 'long', 'short'];
  return assertPositions(truth, rows, (r) => `${r.info.symbol} ${leg[r.info.positionIdx]}`, (p) => ({
    contracts: magnitude(p.size),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    markPrice: number(p.mark_price),
    unrealizedPnl: number(p.unrealised_pnl) || undefined, // CCXT leaves 0 out
    initialMargin: number(p.initial_margin),
    // of an isolated one CCXT computes it from the prices of liquidation and bankruptcy
    ...(p.margin_mode === 'isolated'
      ? { collateral: number(p.isolated_wallet), liquidationPrice: number(p.liquidation_price) }
      : { maintenanceMargin: number(p.maintenance_margin) }),
    leverage: /-[CP]$/.test(p.instrument) ? undefined : p.leverage,
    hedged: p.side !== 'net',
  }));
}

// CCXT's total is the wallet by REST and the equity by WebSocket.
export function assertBybitBalance(truth, balance, total = 'wallet') {
  for (const row of truth.balances) {
    assert.equal(balance[row.asset].total, number(row[total]), `${row.asset} total`);
    assert.equal(balance[row.asset].used, number(row.initial_margin), `${row.asset} used`);
  }
  return truth.balances.length;
}

export async function hyperliquid(simulator, account) {
  const client = new ccxt.hyperliquid({ walletAddress: simulator.key(account).key });
  const base = simulator.base('hyperliquid');
  client.urls.api.public = base;
  client.urls.api.private = base;
  return client;
}

export function assertHyperliquidPositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.position.coin} net`, (p) => ({
    contracts: magnitude(p.size),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    unrealizedPnl: number(p.unrealised_pnl),
    notional: magnitude(p.notional),
    collateral: number(p.margin),
    leverage: p.leverage,
    marginMode: p.margin_mode,
  }));
}

// parent: the number of the account's subaccount.
export function dydx(simulator, account) {
  const [walletAddress, parent] = simulator.key(account).key.split('/');
  const client = new ccxt.dydx({ walletAddress });
  client.urls.api.indexer = `${simulator.base('dydx')}/v4`;
  return { client, parent: Number(parent) };
}

// The list has no marks, and CCXT takes the collateral of a subaccount from nowhere.
export function assertDydxPositions(truth, rows) {
  return assertPositions(truth, rows, (r) => `${r.info.market} net`, (p) => ({
    contracts: magnitude(p.size),
    side: direction(p.size),
    entryPrice: number(p.entry_price),
    unrealizedPnl: number(p.unrealised_pnl),
  }));
}

// Closes a client that may still wait for an answer of its own, as CCXT's renewal of a token does: what it waits for
// is refused then, and nobody else hears of it.
export async function close(client) {
  for (const link of Object.values(client.clients ?? {}))
    for (const future of Object.values(link.futures ?? {}))
      future.catch(() => {});
  await client.close();
}
