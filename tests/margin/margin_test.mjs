// margin_test.mjs: worked cases of the venues' margin rules, answered by `plimsoll margin`.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;
const file = new URL('../../../shared/reference/margin_cases.json', import.meta.url).pathname;
const skip = existsSync(file) ? false : `no file ${file}`;

const cases = skip ? [] : JSON.parse(readFileSync(file));
const answers = new Map(skip ? [] : execFileSync(program, ['margin', '--cases', file, '--json'],
  { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n').filter(Boolean)
  .map((line) => JSON.parse(line)).map((answer) => [answer.id, answer]));

function isNear(got, expected, { abs = -1, rel = -1 }) {
  if (Array.isArray(expected))
    return Array.isArray(got) && got.length === expected.length &&
      expected.every((each, i) => isNear(got[i], each, { abs, rel }));
  if (typeof expected !== 'number' || typeof got !== 'number')
    return got === expected;
  const off = Math.abs(got - expected);
  return off <= abs || off <= rel * Math.abs(expected);
}

for (const venue of new Set(cases.map((one) => one.venue))) {
  const own = cases.filter((one) => one.venue === venue);
  test(`${venue}: ${own.length} cases within their tolerance`, { skip }, () => {
    for (const { id, model, expected, tolerance } of own) {
      const { got, error } = answers.get(id);
      assert.equal(error, undefined, `${id} (${model}): ${error}`);
      for (const [key, value] of Object.entries(expected))
        assert.ok(isNear(got[key], value, tolerance.keys?.[key] ?? tolerance),
          `${id} (${model}): ${key} is ${got[key]}, not ${value}`);
    }
  });
}

test('each case is answered, in order', { skip }, () => {
  assert.deepEqual([...answers.keys()], cases.map(({ id }) => id));
});

const ask = (input) => spawnSync(program, ['margin', '--cases', '-', '--json'],
  { input, encoding: 'utf8' });

test('a model that is not there and an input that is not there are told, the rest is answered', () => {
  const { status, stdout } = ask(JSON.stringify([
    { id: 'a', model: 'binance.usdm.gone', inputs: {} },
    { id: 'b', model: 'binance.usdm.maint_margin', inputs: { notional: 1000, mmr: 0.01, cum: 'x' } },
    { id: 'c', model: 'binance.usdm.maint_margin', inputs: { notional: 1000 } },
    { id: 'd', model: 'binance.usdm.maint_margin', inputs: { notional: 1000, mmr: 0.01, cum: 2 } },
  ]));
  assert.equal(status, 0);
  assert.deepEqual(stdout.trim().split('\n').map((line) => JSON.parse(line)), [
    { id: 'a', error: 'no such model' },
    { id: 'b', error: 'inputs: "cum" is no number' },
    { id: 'c', error: 'inputs: "mmr" is missing' },
    { id: 'd', got: { maint_margin: 8 } },
  ]);
});

// Each input of each case in turn is left out, or is something else: an answer or a reason, never a crash.
test('a case with an input that is wrong is answered or refused', { skip }, () => {
  const wrong = [null, 'x', -1, 0, 1e300, [], {}];
  const mutants = [];
  for (const { id, model, inputs } of cases)
    Object.keys(inputs).forEach((key, i) => {
      const { [key]: gone, ...rest } = inputs;
      mutants.push({ id: `${id} without ${key}`, model, inputs: rest },
        { id: `${id} with ${key} wrong`, model, inputs: { ...inputs, [key]: wrong[i % wrong.length] } });
    });
  const { status, stdout } = ask(JSON.stringify(mutants));
  assert.equal(status, 0);
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ id }) => id), mutants.map(({ id }) => id));
  assert(lines.every(({ got, error }) => (got === undefined) !== (error === undefined)));
  assert(lines.filter(({ error }) => error !== undefined).length > cases.length);
});

// Without --json: what passed, what failed, and by venue.
const table = (input) => spawnSync(program, ['margin', '--cases', '-'], { input, encoding: 'utf8' });

test('the table says of every case whether it passed, and counts them', { skip }, () => {
  const { status, stdout } = table(JSON.stringify(cases));
  assert.equal(status, 0, stdout);
  const [rows, counts] = stdout.split('\n\n').map((part) => part.trim().split('\n').slice(1));
  assert.equal(rows.length, cases.length);
  assert(rows.every((row) => / passed +\d+ values?$/.test(row)), rows.find((row) => !/ passed /.test(row)));
  for (const row of counts) {
    const [venue, all, passed, failed] = row.trim().split(/ +/);
    const own = venue === 'all' ? cases : cases.filter((one) => one.venue === venue);
    assert.deepEqual([+all, +passed, +failed], [own.length, own.length, 0], row);
  }
  assert.equal(counts.length, new Set(cases.map(({ venue }) => venue)).size + 1);
});

test('a case that fails, or cannot be answered, is named and is the exit', () => {
  const inputs = { notional: 1000, mmr: 0.01, cum: 2 }, model = 'binance.usdm.maint_margin';
  const { status, stdout } = table(JSON.stringify([
    { id: 'a', venue: 'binance', model, inputs, expected: { maint_margin: 8 } },
    { id: 'b', venue: 'binance', model, inputs, expected: { maint_margin: 9 }, tolerance: { abs: 0.5 } },
    { id: 'c', venue: 'binance', model: 'gone', inputs, expected: { maint_margin: 8 } },
    { id: 'd', venue: 'okx', model, inputs },
  ]));
  assert.equal(status, 4);
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(lines.slice(1, 5), [
    ['binance', 'a', 'passed', '1 value'],
    ['binance', 'b', 'failed', 'maint_margin is 8, not 9'],
    ['binance', 'c', 'failed', 'no such model'],
    ['okx', 'd', '-', 'nothing is expected'],
  ]);
  assert.deepEqual(lines.slice(7, 10),
    [['binance', '3', '1', '2'], ['okx', '1', '0', '0'], ['all', '4', '1', '2']]);
});

test('what is no array of cases is refused with its place', () => {
  for (const [input, what] of [['{"id": 1}', /an array of cases/], ['[1, ', /:1:\d+: error/], ['', /error/]]) {
    const { status, stderr, stdout } = ask(input);
    assert.equal(status, 2, input);
    assert.match(stderr, what);
    assert.equal(stdout, '');
  }
});
