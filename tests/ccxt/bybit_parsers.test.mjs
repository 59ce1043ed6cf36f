// bybit_parsers.test.mjs: stored payloads of Bybit's, read by CCXT and by `plimsoll decode`: where the two
// agree, and the places where they do not (docs/reference/venues/bybit.md says who is right).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import ccxt from 'ccxt';

const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;
const folder = new URL('../../../shared/fixtures/bybit/', import.meta.url).pathname;
const skip = existsSync(folder) ? false : `no folder ${folder}`;
const names = (prefix) => (skip ? [] : readdirSync(folder))
  .filter((name) => name.startsWith(prefix) && !name.includes('.expected.'));
const payload = (name) => JSON.parse(readFileSync(folder + name));

// Events, or none where the program says that the payload is of another kind or of an older shape.
function decodeFile(name) {
  const { status, stdout } = spawnSync(program, ['decode', 'bybit', folder + name],
    { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert([0, 3].includes(status), `${name}: exit ${status}`);
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

const rowsOf = (value) => (Array.isArray(value) ? value : value.data ?? value.result?.list ?? []);
const asList = (value) => (Array.isArray(value) ? value : [value]);

function market(symbol) {
  const [, base, quote] = symbol.match(/^(\w+?)(USDT|USDC|USD|PERP)$/) ?? [null, symbol, 'USDT'];
  const inverse = quote === 'USD';
  const settle = inverse ? base : quote === 'PERP' ? 'USDC' : quote;
  return { id: symbol, symbol: `${base}/${quote === 'PERP' ? 'USDC' : quote}:${settle}`, base,
    quote: quote === 'PERP' ? 'USDC' : quote, settle, type: 'swap', swap: true, contract: true,
    linear: !inverse, inverse, contractSize: 1, precision: { amount: 0.001, price: 0.1 }, limits: {} };
}

function client(symbols) {
  const bybit = new ccxt.bybit();
  bybit.setMarkets([...new Set(symbols)].map(market));
  return bybit;
}

test('positions agree in symbol, side, size, entry and leverage; flat ones are flat here', { skip }, () => {
  let compared = 0;
  let flat = 0;
  for (const name of names('position')) {
    const rows = asList(rowsOf(payload(name)));
    const ours = decodeFile(name).filter((event) => event.type === 'position');
    if (ours.length === 0)
      continue;
    const bybit = client(rows.map((row) => row.symbol));
    for (const row of rows) {
      const theirs = bybit.parsePosition(row);
      const leg = { 0: 'net', 1: 'long', 2: 'short' }[row.positionIdx];
      const own = ours.find((event) => event.instrument === row.symbol && event.leg === leg);
      assert(own, `${name}: ${row.symbol}`);
      if (Number(row.size) === 0) {
        assert.equal(Number(own.quantity), 0);
        flat++;
        continue;
      }
      assert.equal(own.symbol, theirs.symbol, name);
      assert.equal(own.side, theirs.side, name);
      assert.equal(Math.abs(Number(own.quantity)), theirs.contracts, name);
      assert.equal(Number(own.entry_price), theirs.entryPrice, name);
      if (own.leverage !== null)
        assert.equal(Number(own.leverage), theirs.leverage, name);
      if (own.initial_margin !== null && theirs.initialMargin !== undefined)
        assert.equal(Number(own.initial_margin), theirs.initialMargin, name);
      compared++;
    }
  }
  assert(compared >= 6, `${compared} positions`);
  assert(flat >= 1, `${flat} flat rows`);
});

test('maintenance margin is what the venue states; CCXT computes its own', { skip }, () => {
  const differing = [];
  for (const name of names('position')) {
    const rows = asList(rowsOf(payload(name)));
    const bybit = client(rows.map((row) => row.symbol));
    for (const own of decodeFile(name).filter((event) => event.type === 'position')) {
      const row = rows.find((one) => one.symbol === own.instrument);
      if (!row?.positionMM || Number(row.size) === 0)
        continue;
      assert.equal(Number(own.maintenance_margin), Number(row.positionMM), name);
      if (bybit.parsePosition(row).maintenanceMargin !== Number(row.positionMM))
        differing.push(name);
    }
  }
  assert(differing.length > 0, 'CCXT states the venue\'s own now: take it out of the page');
});

test('wallets agree, but for coins that spot margin borrowed', { skip }, () => {
  let compared = 0;
  for (const name of names('wallet')) {
    const ours = decodeFile(name).filter((event) => event.type === 'balance');
    const account = asList(rowsOf(payload(name)))[0];
    if (ours.length === 0 || account?.coin === undefined)
      continue;
    const theirs = new ccxt.bybit().parseBalance({ retCode: 0, result: { list: [account] } });
    for (const balance of ours) {
      const row = account.coin.find((one) => one.coin === balance.asset);
      if (theirs[balance.asset] === undefined)
        continue; // CCXT reads no coin of such a payload
      const lent = Number(row.spotBorrow ?? 0);
      if (balance.wallet !== null && lent === 0)
        assert.equal(Number(balance.wallet), theirs[balance.asset].total, `${name} ${balance.asset}`);
      if (lent !== 0)
        assert.notEqual(Number(balance.wallet), theirs[balance.asset].total, `${name} ${balance.asset}`);
      compared++;
    }
  }
  assert(compared >= 8, `${compared} wallets`);
});

test('tickers agree in mark and index', { skip }, () => {
  let compared = 0;
  for (const name of names('tickers')) {
    const ours = decodeFile(name).filter((event) => event.type === 'mark');
    const rows = asList(rowsOf(payload(name)));
    for (const own of ours) {
      const row = rows.find((one) => one.symbol === own.instrument);
      if (row?.markPrice === undefined || own.mark_price === null)
        continue;
      const bybit = client([row.symbol]);
      const theirs = bybit.parseTicker(row, bybit.markets_by_id[row.symbol][0]);
      assert.equal(Number(own.mark_price), theirs.markPrice, `${name} ${row.symbol}`);
      if (own.index_price !== null && theirs.indexPrice !== undefined)
        assert.equal(Number(own.index_price), theirs.indexPrice, `${name} ${row.symbol}`);
      compared++;
    }
  }
  assert(compared > 10, `${compared} tickers`);
});
