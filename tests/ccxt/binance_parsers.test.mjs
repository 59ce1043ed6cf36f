// binance_parsers.test.mjs: stored payloads of Binance's, read by CCXT and by `plimsoll decode`: where
// the two agree, and the places where they do not (docs/reference/venues/binance.md says who is right).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import ccxt from 'ccxt';

const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;
const folder = new URL('../../../shared/fixtures/binance/', import.meta.url).pathname;
const skip = existsSync(folder) ? false : `no folder ${folder}`;

const payload = (name) => JSON.parse(readFileSync(folder + name));

function decode(name, type) {
  const text = execFileSync(program, ['decode', 'binance', folder + name], { encoding: 'utf8' });
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line))
    .filter((event) => event.type === type);
}

const coinm = 'dapi-v1-exchangeInfo--gct.json';
const options = 'eapi-v1-exchangeInfo--connector.json';

function client() {
  const binance = new ccxt.binance();
  binance.setMarkets([...payload(coinm).symbols, ...payload(options).optionSymbols]
    .map((row) => binance.parseMarket(row)));
  return binance;
}

test('contract sizes agree', { skip }, () => {
  const binance = client();
  for (const name of [coinm, options]) {
    const specs = decode(name, 'instrument');
    assert(specs.length > 0);
    for (const spec of specs) {
      const market = binance.markets_by_id[spec.instrument][0];
      assert.equal(Number(spec.multiplier), market.contractSize, spec.instrument);
      assert.equal(spec.symbol, market.symbol);
      assert.equal(spec.inverse, market.inverse === true, spec.instrument);
    }
  }
});

test('option positions agree', { skip }, () => {
  for (const name of ['eapi-v1-position-ETH-230426--ccxt-src.json', 'eapi-v1-position-short--connector.json'])
    for (const [index, row] of payload(name).entries()) {
      const theirs = client().parseOptionPosition(row);
      const ours = decode(name, 'position')[index];
      assert.equal(ours.symbol, theirs.symbol);
      assert.equal(ours.side, theirs.side);
      assert.equal(Math.abs(Number(ours.quantity)), theirs.contracts);
      assert.equal(Number(ours.entry_price), theirs.entryPrice);
      assert.equal(Number(ours.unrealised_pnl), theirs.unrealizedPnl);
    }
});

test('spot: total is the wallet; CCXT renames some coins', { skip }, () => {
  const name = 'api-v3-account--gct.json';
  const binance = client();
  const theirs = binance.parseBalanceCustom(payload(name), 'spot');
  const ours = decode(name, 'balance');
  assert(ours.length > 0);
  for (const balance of ours)
    assert.equal(Number(balance.wallet), theirs[binance.safeCurrencyCode(balance.asset)].total,
      balance.asset);
});

test('cross margin: CCXT keeps the debt beside the total, here it is in the wallet', { skip }, () => {
  const name = 'sapi-v1-margin-account--jkorf.json';
  const theirs = client().parseBalanceCustom(payload(name), 'margin');
  const ours = decode(name, 'balance');
  assert(ours.some((balance) => Number(balance.borrowed) > 0));
  for (const balance of ours) {
    const { total, debt } = theirs[balance.asset];
    assert.equal(Number(balance.borrowed), debt);
    assert(Math.abs(Number(balance.wallet) - (total - debt)) < 1e-8, balance.asset);
  }
});

test('portfolio margin: CCXT leaves loans out of the total', { skip }, () => {
  const name = 'papi-v1-balance-ccxt--ccxt-src.json';
  const [ours] = decode(name, 'balance');
  const theirs = client().parseBalanceCustom(payload(name), undefined, undefined, true);
  assert.equal(Number(ours.equity), theirs[ours.asset].total); // nothing is owed in this one
  const row = payload('papi-v1-balance--connector.json')[0];
  const [indebted] = decode('papi-v1-balance--connector.json', 'balance');
  const owed = Number(row.crossMarginBorrowed) + Number(row.crossMarginInterest);
  assert.equal(Number(indebted.borrowed), owed);
  assert(Math.abs(Number(indebted.wallet) - (Number(row.totalWalletBalance) - owed)) < 1e-8);
});

test('COIN-M: total is the equity', { skip }, () => {
  const name = 'dapi-v1-account-docs--jkorf.json';
  const theirs = client().parseBalanceCustom(payload(name), 'inverse');
  for (const balance of decode(name, 'balance')) {
    assert.equal(Number(balance.equity), theirs[balance.asset].total);
    assert.equal(Number(balance.available), theirs[balance.asset].free);
  }
});
