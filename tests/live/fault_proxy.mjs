// fault_proxy.mjs: a TCP relay on loopback that misbehaves on demand: HTTP and WebSocket go through
// it alike, since it knows bytes only. What it does by chance comes from a seed.
//
//   const proxy = await FaultProxy.start(targetPort, { seed: 7 });
//   proxy.set({ stall: true });              all connections, open ones and coming ones
//   proxy.set({ delayMs: 200 }, connection); one connection of proxy.connections
//   proxy.drop(); proxy.reset();             what is open ends now, by FIN or by RST
//   await proxy.refuse(); await proxy.accept();
//
// A condition holds until the next set(); {} passes. Its members:
//   stall           nothing moves, nothing is read, sockets stay open; new ones are accepted
//   delayMs         each piece waits so long; jitterMs adds 0..jitterMs by chance, in order still
//   bytesPerSecond  most that a direction of a connection carries
//   corrupt         probability of each byte to get one of its bits flipped
//   splitBytes      pieces of 1..splitBytes bytes, each written by itself
//   direction       'down' (from the target), 'up', or 'both' (default): whom all but stall befalls
import net from 'node:net';

const QUEUE_BYTES_MAX = 256 * 1024; // then the sender is not read any more
const PACED_PIECE_MAX = 4096;

// splitmix32: the same seed gives the same faults on the same bytes.
export class SeededRandom {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  unit() {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let mixed = this.state ^ (this.state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  below(count) {
    return Math.floor(this.unit() * count);
  }

  pick(rows) {
    return rows[this.below(rows.length)];
  }
}

// One direction of one connection: pieces that wait for their time.
class Lane {
  constructor(connection, name, source, target) {
    Object.assign(this, { connection, name, source, target });
    const { seed, counts } = connection.proxy;
    this.random = new SeededRandom(seed * 65537 + counts.accepted * 2 + (name === 'up' ? 1 : 0));
    this.queue = [];
    this.queuedBytes = 0;
    this.bytes = 0;
    this.dueLast = 0;
    this.ended = false;
    source.on('data', (chunk) => this.take(chunk));
    source.on('end', () => { this.ended = true; this.pump(); });
    target.on('drain', () => this.pump());
  }

  condition() {
    const condition = this.connection.condition;
    const direction = condition.direction ?? 'both';
    return direction === 'both' || direction === this.name ? condition : {};
  }

  take(chunk) {
    const { delayMs = 0, jitterMs = 0, bytesPerSecond = 0, splitBytes = 0 } = this.condition();
    const now = performance.now();
    for (let at = 0; at < chunk.length;) {
      let size = chunk.length - at;
      if (splitBytes > 0)
        size = Math.min(size, 1 + this.random.below(splitBytes));
      if (bytesPerSecond > 0)
        size = Math.min(size, PACED_PIECE_MAX);
      const jitter = jitterMs > 0 ? this.random.unit() * jitterMs : 0;
      const pace = bytesPerSecond > 0 ? size / bytesPerSecond * 1000 : 0;
      this.dueLast = Math.max(now + delayMs + jitter, this.dueLast) + pace;
      this.queue.push({ bytes: this.spoil(chunk.subarray(at, at + size)), due: this.dueLast });
      at += size;
    }
    this.queuedBytes += chunk.length;
    this.pump();
  }

  // Flips bits. The distance to the next flip is drawn and kept from piece to piece, so that a rare
  // fault costs nothing a byte and the same bytes get the same flips however they were cut.
  spoil(piece) {
    const { corrupt = 0 } = this.condition();
    if (corrupt <= 0)
      return piece;
    const step = () => corrupt >= 1 ? 0
      : Math.floor(Math.log(1 - this.random.unit()) / Math.log(1 - corrupt));
    let at = this.flipIn ?? step();
    if (at < piece.length)
      piece = Buffer.from(piece);
    for (; at < piece.length; at += 1 + step()) {
      piece[at] ^= 1 << this.random.below(8);
      this.connection.proxy.counts.corrupted++;
    }
    this.flipIn = at - piece.length;
    return piece;
  }

  pump() {
    clearTimeout(this.timer);
    if (this.target.destroyed)
      return;
    const now = performance.now();
    while (!this.connection.condition.stall && this.queue.length > 0 &&
           this.queue[0].due <= now && !this.target.writableNeedDrain) {
      const { bytes } = this.queue.shift();
      this.queuedBytes -= bytes.length;
      this.bytes += bytes.length;
      this.target.write(bytes);
    }
    this.readOrNot();
    if (this.connection.condition.stall)
      return;
    if (this.queue.length > 0)
      this.timer = setTimeout(() => this.pump(), Math.max(1, Math.ceil(this.queue[0].due - now)));
    else if (this.ended && !this.target.writableEnded)
      this.target.end();
  }

  readOrNot() {
    if (this.connection.condition.stall || this.queuedBytes > QUEUE_BYTES_MAX)
      this.source.pause();
    else
      this.source.resume();
  }
}

class Connection {
  constructor(proxy, client) {
    this.proxy = proxy;
    this.client = client;
    this.condition = proxy.condition;
    this.server = net.connect({ port: proxy.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, this.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.reset());
      socket.on('close', () => this.closed());
    }
    this.up = new Lane(this, 'up', client, this.server);
    this.down = new Lane(this, 'down', this.server, client);
    this.set(this.condition);
  }

  set(condition) {
    this.condition = condition;
    this.up.pump();
    this.down.pump();
  }

  drop() {
    this.end((socket) => { socket.end(); socket.destroySoon(); });
  }

  // A socket that was ended already is destroyed: libuv cannot reset it, and Node then spins at exit.
  reset() {
    this.end((socket) => socket.writableEnded ? socket.destroy() : socket.resetAndDestroy());
  }

  end(how) {
    for (const socket of [this.client, this.server])
      if (!socket.destroyed)
        how(socket);
    this.proxy.connections.delete(this);
  }

  closed() {
    for (const lane of [this.up, this.down])
      clearTimeout(lane.timer);
    if (this.client.destroyed && this.server.destroyed)
      this.proxy.connections.delete(this);
    else if (this.client.destroyed)
      this.server.destroySoon();
    else if (this.down.queue.length === 0)
      this.client.destroySoon();
  }
}

export class FaultProxy {
  static async start(targetPort, { seed = 1, port = 0 } = {}) {
    const proxy = new FaultProxy();
    Object.assign(proxy, { targetPort, seed });
    proxy.condition = {};
    proxy.connections = new Set();
    proxy.counts = { accepted: 0, corrupted: 0 };
    proxy.port = port;
    await proxy.accept();
    return proxy;
  }

  // Listens (again) on the same port; somebody else may hold it for a moment.
  async accept() {
    for (let attempt = 0; !this.listener; attempt++) {
      const listener = net.createServer({ allowHalfOpen: true }, (client) => {
        this.counts.accepted++;
        this.connections.add(new Connection(this, client));
      });
      try {
        await new Promise((resolve, reject) => {
          listener.once('error', reject);
          listener.listen(this.port, '127.0.0.1', resolve);
        });
        this.listener = listener;
      } catch (error) {
        if (error.code !== 'EADDRINUSE' || attempt === 50)
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    this.port = this.listener.address().port;
  }

  // New connections are refused by the kernel (ECONNREFUSED); open ones go on.
  refuse() {
    this.listener?.close();
    this.listener = null;
  }

  set(condition, connection = null) {
    if (connection) {
      connection.set(condition);
      return;
    }
    this.condition = condition;
    for (const each of this.connections)
      each.set(condition);
  }

  pass() {
    this.set({});
  }

  drop() {
    for (const connection of [...this.connections])
      connection.drop();
  }

  reset() {
    for (const connection of [...this.connections])
      connection.reset();
  }

  stop() {
    this.refuse();
    this.reset();
  }
}
