// daemon.test.mjs: the whole program on real sockets: the demo, its page, its journal, and what it
// does when the simulated venues misbehave.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import test from 'node:test';

import { Daemon, runProgram, until } from './daemon.mjs';

const sanitized = process.env.PLIMSOLL_SANITIZED === '1';

test('the demo is live, true, and replays to the state it stopped in', async () => {
  const daemon = await Daemon.start();
  try {
    await daemon.untilLive();
    const health = await fetch(`${daemon.api}/healthz`);
    assert.equal(health.status, 200);
    const page = await fetch(`${daemon.api}/`);
    assert.match(page.headers.get('content-type'), /text\/html/);
    assert.match(await page.text(), /<html/i);
    const { rows, total } = await daemon.get('/v1/exposure?by=underlying&tier=book');
    assert.ok(rows.some((row) => row.underlying === 'BTC' && row.net_usd !== null));
    assert.equal(total.legs_unpriced, 0);
    const before = rows.find((row) => row.underlying === 'BTC').net_usd;
    await until('the net moves', async () => {
      const now = await daemon.get('/v1/exposure?by=underlying&tier=book');
      return now.rows.find((row) => row.underlying === 'BTC').net_usd !== before;
    });
    await daemon.untilTrue();
  } finally {
    assert.equal(await daemon.stop(), 0);
  }
  const hash = /state hash ([0-9a-f]{16})/.exec(daemon.out)[1];
  const replay = await runProgram(['replay', daemon.journal, '--hash']);
  assert.equal(replay.code, 0, replay.err);
  assert.equal(replay.out.trim(), hash);
  rmSync(dirname(daemon.journal), { recursive: true });
});

test('proof legs re-add to the row, and the net is the same at every tier', async () => {
  const daemon = await Daemon.start(['--seed', '5']);
  try {
    await daemon.untilLive();
    await daemon.pause();
    const netOf = async () => (await daemon.get('/v1/exposure?by=underlying')).rows
      .find((r) => r.underlying === 'ETH').net_coins;
    let last, same = 0;
    await until('nothing moves for a second and more', async () => {
      const before = last;
      last = await netOf();
      same = before === last ? same + 1 : 0;
      return same > 30;
    });
    let gross = Infinity, net;
    for (const tier of ['leg', 'pool', 'account', 'venue', 'book']) {
      const { rows } = await daemon.get(`/v1/exposure?by=underlying&tier=${tier}`);
      const row = rows.find((r) => r.underlying === 'ETH');
      net ??= row.net_coins;
      assert.ok(Math.abs(row.net_coins - net) < 1e-9, tier);
      assert.ok(row.gross_usd <= gross * (1 + 1e-6), tier);
      gross = row.gross_usd;
    }
    const proof = await daemon.get('/v1/exposure/ETH/proof');
    assert.equal(proof.readds, true);
    assert.ok(proof.legs.length > 2);
  } finally {
    await daemon.stop();
    rmSync(dirname(daemon.journal), { recursive: true });
  }
});

test('dropped and stalled links are stale in time, and the net is true again', async () => {
  const daemon = await Daemon.start(['--seed', '7']);
  try {
    await daemon.untilLive();
    for (const [venue, account] of [['deribit', 'deribit-main'], ['binance', 'binance-main']]) {
      const dropped = Date.now();
      await daemon.fault(venue, 'drop');
      await until('stale after a drop', async () =>
        (await daemon.feeds()).get(account).status === 'stale' ||
        (await daemon.feeds()).get(account).reconnects > 0, 2000);
      assert.ok(Date.now() - dropped < (sanitized ? 2000 : 1000));
      await daemon.untilLive();
      await daemon.untilTrue();
      await daemon.fault(venue, 'stall', 30000);
      const began = Date.now();
      await until('stale after a stall', async () =>
        (await daemon.feeds()).get(account).status !== 'live', 15000);
      assert.ok(Date.now() - began <= 11000, `stale after ${Date.now() - began} ms`);
      await daemon.untilLive(90000);
      await daemon.untilTrue();
    }
  } finally {
    await daemon.stop();
    rmSync(dirname(daemon.journal), { recursive: true });
  }
});

test('a minute of garbage changes no number and takes no memory', async () => {
  const daemon = await Daemon.start(['--seed', '9']);
  try {
    await daemon.untilLive();
    await daemon.untilTrue();
    const before = daemon.residentKiB();
    const end = Date.now() + 60000;
    while (Date.now() < end) {
      await daemon.fault('deribit', 'garbage');
      await daemon.fault('binance', 'garbage');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await daemon.untilLive(120000);
    await daemon.untilTrue();
    const grown = daemon.residentKiB() - before;
    assert.ok(grown < (sanitized ? 64 : 16) * 1024, `resident memory grew by ${grown} KiB`);
  } finally {
    await daemon.stop();
    rmSync(dirname(daemon.journal), { recursive: true });
  }
});

test('what is wrong is said in a sentence, with an exit code', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-wrong-'));
  try {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, 'listen: {address: 0.0.0.0}\n');
    const exposed = await runProgram(['run', '--config', file]);
    assert.notEqual(exposed.code, 0);
    assert.match(exposed.err, /c\.yaml:1:\d+.*loopback/s);
    writeFileSync(file, 'accounts:\n  - {name: a, venue: deribbit}\n');
    const unknown = await runProgram(['run', '--config', file]);
    assert.equal(unknown.code, 78);
    assert.match(unknown.err, /c\.yaml:2:.*deribit/s);
    const absent = await runProgram(['run', '--config', join(folder, 'none.yaml')]);
    assert.notEqual(absent.code, 0);
    assert.match(absent.err, /none\.yaml/);
    writeFileSync(file, 'accounts:\n  - {name: a, venue: deribit, key_env: NO_SUCH_KEY, secret_env: NO_SUCH_SECRET}\n');
    const keyless = await runProgram(['run', '--config', file]);
    assert.notEqual(keyless.code, 0);
    assert.match(keyless.err, /NO_SUCH_KEY/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a key that can trade is refused by name, or warned of for ever when allowed', async () => {
  const demo = await Daemon.start(['--seed', '11']);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-keys-'));
  const file = join(folder, 'c.yaml');
  const config = (allow) => `accounts:
  - name: trader
    venue: deribit
    key_env: TRADE_KEY
    secret_env: TRADE_SECRET
    allow_trading_keys: ${allow}
    stream_url: ws://127.0.0.1:${demo.ports.deribit}
    rest_url: http://127.0.0.1:${demo.ports.deribit}
`;
  const env = { TRADE_KEY: 'deribit-main-trade', TRADE_SECRET: 'simulated-deribit-main-trade' };
  try {
    writeFileSync(file, config(false));
    let daemon = await Daemon.start(['--config', file], env);
    try {
      const feed = await until('refused', async () => {
        const row = (await daemon.feeds()).get('trader');
        return row?.status === 'down' && row;
      });
      assert.match(feed.text, /read_write.*allow_trading_keys/);
      assert.equal((await daemon.get('/v1/positions')).positions.length, 0);
    } finally {
      await daemon.stop();
    }
    writeFileSync(file, config(true));
    daemon = await Daemon.start(['--config', file], env);
    try {
      await daemon.untilLive();
      assert.match((await daemon.feeds()).get('trader').text, /trade|read_write/);
      assert.doesNotMatch(daemon.out + daemon.err, /simulated-deribit/);
    } finally {
      await daemon.stop();
    }
  } finally {
    await demo.stop();
    rmSync(folder, { recursive: true });
    if (existsSync(dirname(demo.journal)))
      rmSync(dirname(demo.journal), { recursive: true });
  }
});
