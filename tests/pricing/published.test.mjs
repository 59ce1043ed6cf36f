// published.test.mjs: `plimsoll price` gives the values that others have printed: Haug's book as QuantLib
// tests it, vollib's table, and Jaeckel's reference implementation. Skipped where the files are not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

const folder = `${process.env.PLM_SHARED_DIR}/data/reference`;

// Rows {forward, strike, years, vol or price, put} to what the program computes for each.
function price(rows, ...words) {
  const known = words.includes('--implied') ? 'price' : 'vol';
  const lines = rows.map((row) =>
    [row.forward, row.strike, row.years, row[known], row.put ? 'P' : 'C'].join(','));
  const output = execFileSync(process.env.PLIMSOLL, ['price', ...words, '-'], {
    input: [`forward,strike,years,${known},type`, ...lines, ''].join('\n'), encoding: 'utf8',
    maxBuffer: 1 << 26,
  }).trim().split('\n').map((line) => line.split(','));
  const names = output.shift();
  return output.map((fields) => Object.fromEntries(names.slice(5).map((name, i) =>
    [name, name === 'status' ? fields[5 + i] : Number(fields[5 + i])])));
}

function csv(name) {
  const [header, ...lines] = readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, i) =>
    [names[i], Number.isNaN(Number(field)) ? field : Number(field)])));
}

// With a rate r and a yield q the forward is S exp((r - q) T) and all is worth exp(-r T) of it.
function onForward(row) {
  return { forward: row.spot * Math.exp((row.r - row.q) * row.t), strike: row.strike, years: row.t,
    vol: row.vol, put: row.type === 'Put' };
}

// The greeks of such an option by its spot, from those by its forward.
function bySpot(row, ours) {
  const discount = Math.exp(-row.r * row.t);
  const growth = Math.exp((row.r - row.q) * row.t);
  const value = discount * ours.price;
  const delta = discount * growth * ours.delta;
  const theta = row.r * value - (row.r - row.q) * row.spot * delta + discount * ours.theta;
  return { value, delta, gamma: discount * growth ** 2 * ours.gamma, vega: discount * ours.vega,
    theta, theta_per_day: theta / 365, elasticity: delta * row.spot / value,
    rho: row.t * (row.spot * delta - value), dividend_rho: -row.t * row.spot * delta };
}

function within(got, expected, most, what) {
  assert.ok(Math.abs(got - expected) <= most, `${what}: ${got}, printed ${expected}`);
}

test('Haug: prices of the book', { skip: !existsSync(folder) }, () => {
  const rows = csv('haug_bsm_values_quantlib.csv');
  price(rows.map(onForward)).forEach((ours, i) =>
    within(bySpot(rows[i], ours).value, rows[i].value, rows[i].tol, `row ${i + 1}`));
  assert.ok(rows.length >= 40);
});

test('Haug: greeks of the book', { skip: !existsSync(folder) }, () => {
  const rows = csv('haug_greeks_quantlib.csv');
  price(rows.map(onForward)).forEach((ours, i) =>
    within(bySpot(rows[i], ours)[rows[i].greek], rows[i].value, 5.1e-5, `row ${i + 1}`));
  assert.ok(rows.length >= 11);
});

test('vollib: its table of calls and puts', { skip: !existsSync(folder) }, () => {
  const table = JSON.parse(readFileSync(`${folder}/vollib_bs_greeks.json`, 'utf8'));
  const rows = table.data.map((row) => Object.fromEntries(row.map((value, i) => [table.columns[i], value])));
  for (const [type, value, letter] of [['Call', 'bs_call', 'C'], ['Put', 'bs_put', 'P']]) {
    const options = rows.map((row) =>
      ({ type, spot: row.S, strike: row.K, r: row.R, q: 0, t: row.t, vol: row.v }));
    price(options.map(onForward)).forEach((ours, i) => {
      const got = bySpot(options[i], ours);
      for (const [name, column] of [['value', value], ['delta', `${letter}D`], ['gamma', `${letter}G`],
        ['vega', `${letter}V`], ['theta', `${letter}T`], ['rho', `${letter}R`]]) {
        const printed = rows[i][column]; // to ten digits or ten places
        within(got[name], printed, 6e-10 * (1 + Math.abs(printed)), `${type} ${i} ${name}`);
      }
    });
  }
  assert.ok(rows.length >= 100);
});

test('Jaeckel: prices, and vols of prices', { skip: !existsSync(folder) }, () => {
  const text = gunzipSync(readFileSync(`${folder}/jaeckel_lets_be_rational_values.json.gz`)).toString();
  const { input, output } = JSON.parse(text.replaceAll(/\bNaN\b/g, 'null'));
  const options = input.map((row, i) => ({ forward: row.F, strike: row.K, years: row.T,
    vol: row.sigma, put: row.q < 0, price: output[i].black }));
  price(options).forEach((ours, i) => {
    const { forward, strike } = options[i];
    within(ours.price, output[i].black, 3e-15 * Math.max(forward, strike), `row ${i}`);
  });
  const found = price(options, '--implied');
  let held = 0;
  found.forEach((ours, i) => {
    held += ours.status === 'ok';
    if (ours.status === 'ok')
      within(ours.vol, options[i].vol, 3e-12, `row ${i}`);
    else
      assert.match(ours.status, options[i].years > 0 ? /no_information/ : /bad_input/);
  });
  assert.ok(held > 0.8 * input.length, `${held} of ${input.length} hold their vol`);
});
