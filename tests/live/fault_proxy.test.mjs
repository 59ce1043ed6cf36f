// fault_proxy.test.mjs: the proxy against a plain echo and an HTTP server: each fault does what its
// name says, and nothing else.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';

import { FaultProxy, SeededRandom } from './fault_proxy.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// An echo server, a proxy before it, and one client; all closed at the end.
async function withEcho(run, seed = 3) {
  const sockets = new Set();
  const echo = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const proxy = await FaultProxy.start(echo.address().port, { seed });
  try {
    await run(proxy, sockets);
  } finally {
    proxy.stop();
    echo.close();
    for (const socket of sockets)
      socket.destroy();
  }
}

async function connect(port) {
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.got = Buffer.alloc(0);
  socket.chunks = [];
  socket.on('data', (chunk) => {
    socket.chunks.push(chunk);
    socket.got = Buffer.concat([socket.got, chunk]);
  });
  socket.on('error', (error) => { socket.failed = error.code; });
  socket.on('end', () => { socket.finished = true; });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function until(check, ms = 5000) {
  for (const end = Date.now() + ms; !check();) {
    assert.ok(Date.now() < end, `not within ${ms} ms: ${check}`);
    await pause(5);
  }
}

const bytes = (size, seed = 11) => {
  const random = new SeededRandom(seed);
  return Buffer.from(Array.from({ length: size }, () => random.below(256)));
};

test('passing hands every byte over, both ways, and the end of the stream', () => withEcho(async (proxy) => {
  const socket = await connect(proxy.port);
  const sent = bytes(600000);
  socket.end(sent);
  await until(() => socket.finished);
  assert.ok(socket.got.equals(sent));
  await until(() => proxy.connections.size === 0);
}));

test('HTTP goes through, kept alive', async () => {
  const server = http.createServer((request, reply) => reply.end(`you asked ${request.url}`));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await FaultProxy.start(server.address().port);
  const reply = await fetch(`http://127.0.0.1:${proxy.port}/a?b=c`);
  assert.equal(await reply.text(), 'you asked /a?b=c');
  proxy.stop();
  server.close();
  server.closeAllConnections();
});

test('a stall is half-open: accepted, silent, open; and what waited comes afterwards', () => withEcho(async (proxy) => {
  const before = await connect(proxy.port);
  proxy.set({ stall: true });
  const during = await connect(proxy.port);
  before.write('one');
  during.write('two');
  await pause(300);
  for (const socket of [before, during]) {
    assert.equal(socket.got.length, 0);
    assert.ok(!socket.finished && !socket.destroyed && !socket.failed);
  }
  proxy.pass();
  await until(() => before.got.toString() === 'one' && during.got.toString() === 'two');
}));

test('one connection alone may stall', () => withEcho(async (proxy) => {
  const [first, second] = [await connect(proxy.port), await connect(proxy.port)];
  await until(() => proxy.connections.size === 2);
  const [stalled] = proxy.connections;
  proxy.set({ stall: true }, stalled);
  first.write('a');
  second.write('b');
  await until(() => second.got.toString() === 'b');
  await pause(50);
  assert.equal(first.got.length, 0);
}));

test('drop ends with FIN, reset with RST', () => withEcho(async (proxy) => {
  const dropped = await connect(proxy.port);
  await until(() => proxy.connections.size === 1);
  proxy.drop();
  await until(() => dropped.finished);
  assert.equal(dropped.failed, undefined);
  const reset = await connect(proxy.port);
  await until(() => proxy.connections.size === 1);
  proxy.reset();
  await until(() => reset.failed === 'ECONNRESET');
}));

test('a reset behind a drop ends too', () => withEcho(async (proxy) => {
  const socket = await connect(proxy.port);
  await until(() => proxy.connections.size === 1);
  const [connection] = proxy.connections;
  connection.client.end();
  connection.server.end();
  proxy.reset();
  await until(() => socket.destroyed || socket.finished || socket.failed);
  await until(() => connection.client.destroyed && connection.server.destroyed);
}));

test('refuse is the kernel\'s refusal; open connections go on; accept listens again', () => withEcho(async (proxy) => {
  const open = await connect(proxy.port);
  proxy.refuse();
  await assert.rejects(connect(proxy.port), { code: 'ECONNREFUSED' });
  open.write('still here');
  await until(() => open.got.toString() === 'still here');
  await proxy.accept();
  const again = await connect(proxy.port);
  again.write('x');
  await until(() => again.got.length === 1);
}));

test('delay and jitter: no sooner than asked, in order', () => withEcho(async (proxy) => {
  proxy.set({ delayMs: 100, jitterMs: 80, direction: 'down' });
  const socket = await connect(proxy.port);
  const began = performance.now();
  for (let i = 0; i < 20; i++) {
    socket.write(`${i};`);
    await pause(5);
  }
  await until(() => socket.got.length > 0);
  assert.ok(performance.now() - began >= 99);
  const want = Array.from({ length: 20 }, (_, i) => `${i};`).join('');
  await until(() => socket.got.toString() === want);
}));

test('bandwidth: no more than so many bytes a second', () => withEcho(async (proxy) => {
  proxy.set({ bytesPerSecond: 100000, direction: 'up' });
  const socket = await connect(proxy.port);
  const began = performance.now();
  const sent = bytes(50000);
  socket.write(sent);
  await until(() => socket.got.length === sent.length, 20000);
  const took = performance.now() - began;
  assert.ok(took >= 490, `50 kB at 100 kB/s took ${took} ms`);
  assert.ok(socket.got.equals(sent));
}));

test('split writes: small pieces, the same bytes', () => withEcho(async (proxy) => {
  proxy.set({ splitBytes: 3, delayMs: 1, direction: 'down' });
  const socket = await connect(proxy.port);
  const sent = bytes(3000);
  socket.write(sent);
  await until(() => socket.got.length === sent.length);
  assert.ok(socket.got.equals(sent));
  const [connection] = proxy.connections;
  assert.equal(connection.down.bytes, sent.length);
}));

test('corruption flips bits at about the asked rate, the same ones for the same seed', async () => {
  const differing = async (seed) => {
    const places = [];
    await withEcho(async (proxy) => {
      proxy.set({ corrupt: 0.01, direction: 'down' });
      const socket = await connect(proxy.port);
      const sent = bytes(20000);
      socket.write(sent);
      await until(() => socket.got.length === sent.length);
      for (let i = 0; i < sent.length; i++)
        if (sent[i] !== socket.got[i])
          places.push(i);
      assert.equal(places.length, proxy.counts.corrupted);
    }, seed);
    return places;
  };
  const places = await differing(5);
  assert.ok(places.length > 120 && places.length < 300, `${places.length} of 20000`);
  assert.deepEqual(await differing(5), places);
  assert.notDeepEqual(await differing(6), places);
});

test('a sender that is faster than the way is not read without bound', () => withEcho(async (proxy) => {
  proxy.set({ bytesPerSecond: 1000 });
  const socket = await connect(proxy.port);
  for (let i = 0; i < 64; i++)
    socket.write(bytes(1 << 17));
  await pause(500);
  const [connection] = proxy.connections;
  assert.ok(connection.up.queuedBytes < 1 << 20, `${connection.up.queuedBytes} bytes wait`);
}));
