// real_payloads.test.mjs: our liquidation prices and maintenance beside what venues said in captured
// payloads, a row each. The payloads are not part of the project; without them the test is skipped.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;
const fixtures = new URL('../../../shared/fixtures/', import.meta.url).pathname;
const skip = existsSync(fixtures) ? false : `no folder ${fixtures}`;
const payload = (file) => JSON.parse(readFileSync(fixtures + file));

// The pools of an account that was told these payloads, one a second.
function poolsOf(venue, payloads) {
  const input = payloads.map((each, i) => JSON.stringify({
    time: new Date(Date.UTC(2026, 0, 1, 0, 0, i)).toISOString(), venue, account: 'a', payload: each,
  })).join('\n') + '\n';
  const { status, stdout, stderr } = spawnSync(program,
    ['ladder', '--capture', '-', '--legs', '--json'], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout).pools;
}

const ends = (leg) => leg.liquidation_down.price ?? leg.liquidation_up.price;
const share = (ours, venues) => Math.abs(ours - venues) / Math.abs(venues);

// "  HYPE  ours 35.8559189474  venue 35.8559189474", as the test's own output.
function row(context, name, ours, venues, word = '') {
  context.diagnostic(`${name.padEnd(28)} ours ${String(ours ?? 'none').padEnd(20)} `
    + `venue ${String(venues ?? 'none').padEnd(20)} ${word}`);
}

test('Hyperliquid, isolated: the price is the venue\'s', { skip }, (t) => {
  const meta = payload('hyperliquid/meta--go-hyperliquid.json');
  const state = payload('hyperliquid/clearinghouseState-isolated--jkorf.json');
  const [pool] = poolsOf('hyperliquid', [meta, state]);
  const venues = Number(state.assetPositions[0].position.liquidationPx);
  assert.equal(pool.legs.length, 1);
  row(t, 'hyperliquid HYPE isolated', ends(pool.legs[0]), venues);
  assert.ok(share(ends(pool.legs[0]), venues) < 1e-10);
  assert.equal(pool.legs[0].venue_liquidation_price, venues);
});

// What the venue said of 29 isolated positions in October 2024, as a client had written it down: collateral is counted at
// the entry price; to 1e-4, as the client rounded it.
test('Hyperliquid, isolated: 29 positions of 2024', { skip }, (t) => {
  const cases = payload('hyperliquid/liquidation-cases-isolated--freqtrade.json');
  for (const { coin, entryPrice, side, contracts, collateral, leverage, maxLeverage, liquidationPrice } of cases) {
    const size = side === 'long' ? contracts : -contracts;
    const meta = { universe: [{ szDecimals: 5, name: coin, maxLeverage, marginTableId: maxLeverage }], marginTables: [] };
    const value = (contracts * entryPrice).toFixed(6), raw = (collateral - size * entryPrice).toFixed(6);
    const sums = (equity, notional) => ({ accountValue: `${equity}`, totalNtlPos: `${notional}`, totalRawUsd: '0',
      totalMarginUsed: `${equity}` });
    const [pool] = poolsOf('hyperliquid', [meta, { marginSummary: sums(collateral, value), crossMarginSummary: sums(0, 0),
      withdrawable: '0', crossMaintenanceMarginUsed: '0', time: 1767225600000, assetPositions: [{ type: 'oneWay',
        position: { coin, szi: `${size}`, entryPx: `${entryPrice}`, positionValue: value, unrealizedPnl: '0',
          leverage: { type: 'isolated', value: leverage, rawUsd: raw }, liquidationPx: `${liquidationPrice}`,
          marginUsed: `${collateral}`, maxLeverage } }] }]);
    assert.equal(pool.legs.length, 1, pool.reason);
    row(t, `hyperliquid ${coin} isolated ${leverage}x`, ends(pool.legs[0]), liquidationPrice);
    assert.ok(share(ends(pool.legs[0]), liquidationPrice) < 1e-4, `${coin} ${liquidationPrice}`);
  }
  assert.equal(cases.length, 29);
});

// In 2023 the chain left out the factor 1/(1 - l side) by which a liquidation price grows with the
// maintenance of the position itself (l: its rate): the way to it is 1 + l of ours for a short.
test('Hyperliquid, cross, 2023: twelve positions by the formula of that year', { skip }, (t) => {
  const meta = payload('hyperliquid/meta-2023--hl-python-sdk.json');
  const state = payload('hyperliquid/clearinghouseState-2023--hl-python-sdk.json');
  const [pool] = poolsOf('hyperliquid', [meta, state]);
  const leverage = new Map(meta.universe.map((each) => [each.name, each.maxLeverage]));
  assert.equal(pool.legs.length, state.assetPositions.length);
  for (const { position } of state.assetPositions) {
    const leg = pool.legs.find((each) => each.instrument === position.coin);
    const mark = position.positionValue / Math.abs(position.szi);
    const rate = 1 / (2 * leverage.get(position.coin));
    const ours = ends(leg) === null ? null : mark + (ends(leg) - mark) * (1 + rate);
    row(t, `hyperliquid ${position.coin} cross`, ours, position.liquidationPx);
    if (position.liquidationPx === null)
      assert.equal(ours, null, position.coin);
    else
      assert.ok(share(ours, Number(position.liquidationPx)) < 1e-8, position.coin);
  }
});

test('Hyperliquid, cross: no price, and the maintenance that the venue asks', { skip }, (t) => {
  const meta = payload('hyperliquid/meta--go-hyperliquid.json');
  const state = payload('hyperliquid/clearinghouseState-BTC-long--roq-hyperliquid.json');
  const [pool] = poolsOf('hyperliquid', [meta, state]);
  row(t, 'hyperliquid BTC cross', ends(pool.legs[0]), state.assetPositions[0].position.liquidationPx);
  assert.equal(ends(pool.legs[0]), state.assetPositions[0].position.liquidationPx);
  row(t, 'hyperliquid maintenance, off', `${pool.residual_pct}%`, '0%');
  assert.ok(Math.abs(pool.residual_pct) < 1e-4);
});

// The venue states no price. Its condition: USDC + sum of size x price = sum of |size| x price x rate, solved for one
// market's price, the others at theirs. The two payloads are not of one moment: prices are the list's.
test('dYdX v4: the price solves the venue\'s own condition', { skip }, (t) => {
  const { markets } = payload('dydx-v4/perpetualMarkets--nautilus.json');
  const { subaccount } = payload('dydx-v4/subaccount-with-positions--ccxt-src.json');
  const [pool] = poolsOf('dydx', [{ markets }, { subaccount }]);
  assert.equal(pool.rule, 'dydx.v4');
  const held = Object.values(subaccount.openPerpetualPositions);
  assert.equal(pool.legs.length, held.length);
  const rate = (of) => Number(markets[of].maintenanceMarginFraction);
  const above = ({ market, size }) => (size - Math.abs(size) * rate(market)) * markets[market].oraclePrice;
  for (const one of held) {
    const others = held.filter((each) => each !== one).reduce((sum, each) => sum + above(each), 0);
    const price = (Number(subaccount.assetPositions.USDC.size) + others)
      / (Math.abs(one.size) * rate(one.market) - one.size);
    const ours = ends(pool.legs.find((each) => each.instrument === one.market));
    row(t, `dydx ${one.market} cross`, ours, price > 0 ? price : null, 'by its condition');
    if (price > 0)
      assert.ok(share(ours, price) < 1e-8, one.market);
    else
      assert.equal(ours, null, one.market);
  }
});

// Beside maintenance stands a fee of 0.05 % of the notional, of the account as of one position.
test('OKX, multi-currency: the ratio is the venue\'s', { skip }, (t) => {
  for (const file of ['account-docs-ws--jkorf', 'account-balance-docs--jkorf']) {
    const [account] = payload(`okx/${file}.json`).data;
    const [equity, mmr, notional, venues] = ['adjEq', 'mmr', 'notionalUsd', 'mgnRatio'].map((key) => Number(account[key]));
    const input = JSON.stringify([{ id: file, venue: 'okx', model: 'okx.account.mgn_ratio',
      inputs: { adj_eq: equity, mmr, liquidation_fees: notional * 0.0005 } }]);
    const { status, stdout, stderr } = spawnSync(program, ['margin', '--cases', '-', '--json'], { input, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const ours = JSON.parse(stdout).got.mgn_ratio;
    row(t, file, ours, venues);
    assert.ok(share(ours, venues) < 1e-9);
  }
});

// What is left of the payloads that state a liquidation price: positions alone. What it takes beside them (the account,
// tiers, the contract's size) was not captured with them, so that there is no number, and why is said.
const members = ['liquidationPrice', 'liqPx', 'liqPrice', 'liquidationPx'];
const venueOf = (file) => (/dapi|cm-position/.test(file) ? 'binance-coinm' : /papi/.test(file) ? 'binance-pm' : file.split('/')[0]);
const above = ['hyperliquid/clearinghouseState-isolated--jkorf', 'hyperliquid/clearinghouseState-2023--hl-python-sdk',
  'hyperliquid/clearinghouseState-BTC-long--roq-hyperliquid', 'hyperliquid/liquidation-cases-isolated--freqtrade'];

function* stated(node) {
  const member = node !== null && typeof node === 'object' && members.find((each) => Number(node[each]) > 0);
  if (member)
    yield [node.symbol ?? node.instId ?? node.coin, Number(node[member])];
  else if (node !== null && typeof node === 'object')
    for (const each of Object.values(node))
      yield* stated(each);
}

test('every other stated price: ours, or why there is none', { skip }, (t) => {
  let rows = 0;
  for (const venue of ['binance', 'bitmex', 'bybit', 'hyperliquid', 'okx'])
    for (const name of readdirSync(fixtures + venue).filter((each) => each.endsWith('.json') && !each.includes('expected'))) {
      const file = `${venue}/${name}`, text = readFileSync(fixtures + file, 'utf8');
      if (above.some((each) => file.startsWith(each)) || !members.some((each) => text.includes(`"${each}"`)))
        continue;
      for (const [symbol, venues] of stated(JSON.parse(text))) {
        const pools = poolsOf(venueOf(file), [JSON.parse(text)]);
        const leg = pools.flatMap((pool) => pool.legs).find((each) => each.instrument === symbol);
        const why = [...new Set(pools.map((pool) => pool.reason))].join('; ') || 'the payload gives no position';
        row(t, `${name.split('--')[0]} ${symbol}`, leg && ends(leg), venues, leg && ends(leg) ? '' : why);
        assert.ok(leg === undefined || ends(leg) === null || share(ends(leg), venues) < 0.01, `${file} ${symbol}`);
        assert.ok(leg !== undefined || !why.includes('null'), `${file} ${symbol} has no reason`);
        rows++;
      }
    }
  assert.ok(rows > 10);
});
