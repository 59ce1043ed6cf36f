// clients.test.mjs: clients of the API that harm: a stream that nobody reads, more connections than
// there are descriptors; and a process that is given too little.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { runProgram, until } from './daemon.mjs';
import { Rig, pause, resources, sanitized, seedOfRun, untilTrueNet } from './rig.mjs';

const seed = seedOfRun();
const SLOW_CLIENTS = 8;
const BACKLOG_KIB = 256; // docs: HUB_BACKLOG_BYTES_MAX, a client's bound
const script = fileURLToPath(new URL('slow_client.py', import.meta.url));
const tree = '/v1/stream?by=underlying,venue,account,expiry&levels=all&open=all&legs=true&offsets=true';

// Starts slow_client.py; `open` and `ends` are what it prints.
function slowClients(port, seconds) {
  const child = spawn('python3', [script, String(port), String(seconds), String(SLOW_CLIENTS), tree]);
  let out = '', err = '';
  child.stdout.on('data', (text) => { out += text; });
  child.stderr.on('data', (text) => { err += text; });
  const last = () => {
    assert.ok(out.includes('['), `slow_client.py: ${err}`);
    return JSON.parse(out.trim().split('\n').at(-1));
  };
  return {
    open: () => until('slow clients are let in', () => out.includes('open'), 60000),
    ends: () => until('slow clients are done', () => child.exitCode !== null && last(), 60000),
  };
}

async function answersWithin(daemon, ms, times) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await daemon.get('/v1/exposure?by=underlying');
    took.push(performance.now() - began);
    await pause(ms);
  }
  return took.sort((a, b) => a - b);
}

test('streams that nobody reads: cut after ten seconds, memory flat, others served', async () => {
  const rig = await Rig.start({ seed, speed: 10, journal: false });
  await rig.withDaemon(async (daemon) => {
    const port = Number(new URL(daemon.api).port);
    await untilTrueNet(rig);
    const alone = await answersWithin(daemon, 20, 50);
    const before = resources(daemon.child.pid);
    const clients = slowClients(port, 30);
    await clients.open();
    const beside = [];
    let mostKiB = 0;
    for (const end = Date.now() + 29000; Date.now() < end;) {
      beside.push(...await answersWithin(daemon, 100, 10));
      mostKiB = Math.max(mostKiB, resources(daemon.child.pid).residentKiB);
    }
    await untilTrueNet(rig);
    const ends = await clients.ends();
    beside.sort((a, b) => a - b);
    const after = resources(daemon.child.pid);
    const grown = mostKiB - before.residentKiB;
    const p99 = (rows) => rows[Math.floor(rows.length * 0.99)].toFixed(1);
    console.log(`# ${SLOW_CLIENTS} slow clients: resident ${before.residentKiB} -> at most ` +
      `${mostKiB} KiB; answers to others p99 ${p99(alone)} -> ${p99(beside)} ms; ends ` +
      JSON.stringify(ends[0]));
    assert.ok(grown < SLOW_CLIENTS * (BACKLOG_KIB + 1024) + (sanitized ? 49152 : 8192),
      `resident memory grew by ${grown} KiB`);
    for (const end of ends)
      assert.ok(end.closed, 'a client that reads nothing is closed');
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, new RegExp(`slow\\S* ${SLOW_CLIENTS}\\b`));
    assert.ok(after.descriptors <= before.descriptors + 2);
    assert.ok(beside[Math.floor(beside.length / 2)] < 1000);
  });
});

function hold(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

test('more clients than descriptors: newcomers are refused, the watch goes on', async () => {
  const rig = await Rig.start({ seed: seed + 1, speed: 2, journal: false });
  await rig.withDaemon(async (daemon) => {
    const port = Number(new URL(daemon.api).port);
    const before = resources(daemon.child.pid);
    const held = await Promise.all(Array.from({ length: 150 }, () => hold(port)));
    await pause(1000);
    const during = resources(daemon.child.pid).descriptors;
    assert.equal(daemon.child.exitCode, null, daemon.err);
    // Venue links go while no descriptor is free; they come back afterwards at the latest.
    for (const proxy of Object.values(rig.proxies))
      proxy.drop();
    await pause(2000);
    assert.equal(daemon.child.exitCode, null, daemon.err);
    const open = held.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
    console.log(`# 150 clients at 72 descriptors: ${open} held, descriptors ` +
      `${before.descriptors} -> ${during}`);
    assert.ok(open < 150, 'some had to be refused');
    for (const socket of held)
      socket.destroy();
    const began = performance.now();
    await daemon.untilLive(60000);
    console.log(`# live ${Math.round(performance.now() - began)} ms after they left`);
    await untilTrueNet(rig);
  }, { limits: 'ulimit -n 72' });
});

// Says in one sentence what is missing, with an exit code of the list; never by a signal.
function refusesClearly(result, words) {
  assert.notEqual(result.code, null, `ended by a signal: ${result.err}`);
  assert.ok([71, 74, 73].includes(result.code), `exit ${result.code}: ${result.err}`);
  assert.match(result.err, words);
}

test('too few descriptors, too little memory: a sentence and an exit code', async () => {
  const rig = await Rig.start({ seed: seed + 2, journal: false });
  try {
    for (const count of [4, 10, 26, 40])
      refusesClearly(await runProgram(['run', '--port', '0', '--config', rig.config], rig.env,
        `ulimit -n ${count}`), /descriptor/);
    // Address space cannot be limited under ASan: there it is told to refuse large blocks.
    const [limits, env] = sanitized
      ? ['true', { ASAN_OPTIONS: 'allocator_may_return_null=1:max_allocation_size_mb=16' }]
      : ['ulimit -v 262144', {}];
    refusesClearly(await runProgram(['run', '--port', '0', '--config', rig.config],
      { ...rig.env, ...env }, limits), /memory/);
  } finally {
    await rig.stop();
  }
});
