// crash.test.mjs: in the demo a seeded crash walks one account to its margin call. The alert comes before the
// simulator's own call and names its price; the simulator liquidates, and the book follows.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;
const ACCOUNT = 'binance-levered';
// A step of the market is a tenth of a second; the walk of 18 % in 40 s moves the mark some 0.05 % a step, and the
// call comes at the first step behind the price.
const STEPS_SHARE = 0.004;

class Demo {
  constructor(args) {
    this.lines = [];
    this.child = spawn(program, ['run', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (bytes) => this.take(bytes));
    this.child.stderr.on('data', (bytes) => this.take(bytes));
  }
  take(bytes) {
    this.lines.push(...String(bytes).split('\n').filter(Boolean));
  }
  // The first line that matches, once there is one.
  async line(pattern, ms) {
    for (const until = Date.now() + ms; Date.now() < until; await pause(50)) {
      const found = this.lines.map((line) => line.match(pattern)).find(Boolean);
      if (found)
        return found;
    }
    throw new Error(`no line ${pattern} in ${ms} ms:\n${this.lines.join('\n')}`);
  }
  async get(path) {
    return (await fetch(this.address + path)).json();
  }
  // Asks until `holds` is true of the answer.
  async until(path, holds, ms) {
    for (const end = Date.now() + ms; Date.now() < end; await pause(100)) {
      const answer = await this.get(path);
      if (holds(answer))
        return answer;
    }
    throw new Error(`${path}: not so in ${ms} ms`);
  }
  async stop() {
    this.child.kill('SIGINT');
    await new Promise((resolve) => this.child.once('exit', resolve));
  }
}

test('the alert precedes the call, names its price, and the book follows the liquidation', async (t) => {
  const demo = new Demo(['--seed', '5', '--crash', 'SOL:-18:40:20']);
  t.after(() => demo.stop());
  [, demo.address] = await demo.line(/^page and API: (http:\S+?)\/?$/, 60000);
  const [, soft, price] = await demo.line(
    new RegExp(`limit near a call, ${ACCOUNT}: soft at ([0-9.]+)%, band 10.0%; called at ([0-9.]+) of SOL`), 90000);
  const alert = (await demo.get('/v1/alerts')).alerts
    .filter((each) => each.scope_name === ACCOUNT && each.measure === 'call_pct').at(-1);
  // The simulator's own word: an independent margin engine.
  const [, calledAt, , mark] = await demo.line(
    new RegExp(`^simulated Binance: (\\S+) ${ACCOUNT}: margin call, ([0-9.]+) SOLUSDT marked at ([0-9.]+)`), 90000);
  assert.ok(alert.time_ns / 1e6 < Date.parse(calledAt), 'the alert comes before the call');
  assert.ok(Number(soft) > 5 && Number(soft) <= 10, `the alert was ${soft} % away`);
  assert.ok(Math.abs(price / mark - 1) < STEPS_SHARE, `alert ${price}, called at ${mark}`);
  t.diagnostic(`alert at ${soft} % named ${price}; called at ${mark}, `
    + `${((Date.parse(calledAt) - alert.time_ns / 1e6) / 1000).toFixed(1)} s later`);

  await demo.line(new RegExp(`^simulated Binance: \\S+ ${ACCOUNT}: liquidation, .* 0 left`), 60000);
  const closed = await demo.until('/v1/positions', ({ positions }) =>
    !positions.some((each) => each.account === ACCOUNT && Number(each.quantity) !== 0), 30000);
  assert.ok(closed.positions.length > 0, 'the others hold on');
  const { actions } = await demo.get('/v1/actions');
  const kinds = actions.filter((each) => each.account === ACCOUNT).map((each) => each.kind).reverse();
  assert.equal(kinds[0], 'margin_call');
  assert.equal(kinds.at(-1), 'liquidation', kinds.join());
  assert.ok(kinds.every((kind) => ['margin_call', 'liquidation'].includes(kind)), kinds.join());
  // Pools are looked at each tenth of a second: its row goes a moment behind its last position.
  await demo.until('/v1/margin', ({ pools }) => !pools.some((each) => each.account === ACCOUNT), 5000);
  await demo.until('/v1/limits', ({ limits }) =>
    limits.some((each) => each.name === 'near a call' && each.scope_name === ACCOUNT && each.level === 'inside'), 15000);
});

test('a crash that cannot be is refused', async () => {
  for (const crash of ['GOLD', 'SOL:-80', 'SOL:-18:0', 'SOL:-18:60:x']) {
    const child = spawn(program, ['run', '--crash', crash], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (bytes) => { words += bytes; });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(code, 64, crash);
    assert.match(words, /is wanted, such as SOL:-18:60:20/);
  }
});
