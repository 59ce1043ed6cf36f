// soak.mjs: the daemon, the simulator and the fault proxy for a long time; faults from a seed.
// usage: tools/soak [SECONDS] [SEED]
//
// All venues at once, Binance in each of its markets. Every 20 s one fault by chance at one of them;
// after each the venues are paused and what is shown must settle to the truth: legs, wallets, net;
// in between every row that says LIVE is held against the simulator. Prints resident memory and
// descriptors every half minute and their drift at the end. Fails on a lie, on a leg that is lost or
// shown twice, on a crash, on a feed that does not come back, and on growth behind the warm-up.
import { ALL_VENUES, Rig, Watch, pause, quantile, resources, untilTrueBook } from './rig.mjs';
import { SeededRandom } from './fault_proxy.mjs';

const seconds = Number(process.argv[2] ?? 300);
const seed = Number(process.argv[3] ?? process.env.SEED ?? Date.now() % 1000000);
const WARM_SHARE = 0.3; // memory that is taken as it is first used
const GROWTH_KIB_MAX = 16 * 1024;
const DESCRIPTORS_MAX = 4;
const BOUND_MS = 15000; // a silent link is noticed within 10 s
const LOST_MS = 45000; // what is never sent is found by the next full reading, every 30 s
const ROUND_MS = 20000, SAMPLE_MS = 1000, PRINT_MS = 30000;

const conditions = [
  ['drop', (proxy) => proxy.drop()],
  ['reset', (proxy) => proxy.reset()],
  ['refuse', async (proxy, ms) => {
    proxy.refuse();
    proxy.drop();
    await pause(ms / 2);
    await proxy.accept();
  }],
  ...[['stall', { stall: true }], ['delay', { delayMs: 200, jitterMs: 200 }],
    ['narrow', { bytesPerSecond: 20000, direction: 'down' }], ['split', { splitBytes: 100 }],
  ].map(([name, condition]) => [name, async (proxy, ms) => {
    proxy.set(condition);
    await pause(ms);
    proxy.pass();
  }]),
];
const simulated = ['drop', 'stall', 'gap', 'duplicate', 'reorder', 'garbage', 'slow', '429', 'partial', 'empty',
  'torn', 'maintenance'];
const simulatedAt = { binance: [...simulated, 'listenkey', 'listenkey-silent'] };
const losing = ['gap', 'reorder', 'listenkey-silent'];

// A fault by chance: what it is, when to call for it, and how long a lie may live behind it.
function chooseFault(rig, random) {
  const site = random.pick(Object.keys(rig.proxies));
  const venue = site.replace(/-.*/, '');
  const ms = 1000 + random.below(11000);
  if (random.below(2) === 0) {
    const name = random.pick(simulatedAt[venue] ?? simulated);
    const once = ['gap', 'duplicate', 'reorder', 'garbage', 'partial', 'empty', 'torn', 'drop',
      'listenkey', 'listenkey-silent'].includes(name);
    const strike = () => rig.sim.fault(venue, name, once ? 0 : ms);
    return { text: `${venue} ${name}`, strike, boundMs: losing.includes(name) ? LOST_MS : BOUND_MS };
  }
  const [name, apply] = random.pick(conditions);
  return { text: `${site} proxy ${name} ${ms} ms`, boundMs: BOUND_MS,
    strike: () => apply(rig.proxies[site], ms) };
}

class Drift {
  constructor(daemon) {
    this.daemon = daemon;
    this.began = Date.now();
    this.rows = [];
  }

  take() {
    const { residentKiB, descriptors } = resources(this.daemon.child.pid);
    this.rows.push({ ms: Date.now() - this.began, residentKiB, descriptors });
    return this.rows.at(-1);
  }

  // From the end of the warm-up to the end, by a third of the rows on either side: of memory the least,
  // since buffers come and go; of descriptors the median, since a fault takes links away for a while.
  result() {
    const warm = this.rows.filter((row) => row.ms >= seconds * 1000 * WARM_SHARE);
    const third = Math.max(1, Math.floor(warm.length / 3));
    const of = (rows, name, share) => quantile(rows.map((row) => row[name]), share);
    const grown = (name, share) => of(warm.slice(-third), name, share) - of(warm.slice(0, third), name, share);
    return { rows: warm.length, residentKiB: grown('residentKiB', 0), descriptors: grown('descriptors', 0.5) };
  }
}

// tally: what was looked at since the beginning, for the last line.
async function round(rig, random, tally) {
  const fault = chooseFault(rig, random);
  const { text, strike } = fault;
  // What was to lose messages does so for 30 s: in the round that follows too.
  const boundMs = Math.max(fault.boundMs, tally.boundMs);
  tally.boundMs = fault.boundMs;
  const watch = new Watch(rig, { boundMs }).start();
  const began = Date.now();
  try {
    console.log(`  ${text}`);
    await strike();
    await pause(Math.max(0, ROUND_MS - (Date.now() - began)));
    await rig.daemon.untilLive(90000);
    const { ms, legs } = await untilTrueBook(rig, 90000);
    tally.points++;
    tally.legs += legs;
    tally.settleMs = Math.max(tally.settleMs, ms);
  } finally {
    await watch.stop();
  }
  tally.samples += watch.samples;
  tally.lagMs = Math.max(tally.lagMs, watch.worstMs);
  if (watch.lies.length > 0)
    throw new Error(watch.lies[0]);
  if (rig.daemon.doubled.size > 0)
    throw new Error(`shown twice at once: ${[...rig.daemon.doubled].join('; ')}`);
}

async function soak(rig, random) {
  const daemon = await rig.run();
  await daemon.untilLive();
  const drift = new Drift(daemon);
  const tally = { points: 0, legs: 0, samples: 0, settleMs: 0, lagMs: 0, boundMs: 0 };
  let printedMs = 0;
  const timer = setInterval(() => {
    const { ms, residentKiB, descriptors } = drift.take();
    if (ms - printedMs < PRINT_MS)
      return;
    printedMs = ms;
    console.log(`${Math.round(ms / 1000)} s: resident ${residentKiB} KiB, ${descriptors} descriptors, ` +
      `${tally.points} quiescent points, ${tally.legs} legs`);
  }, SAMPLE_MS);
  const began = Date.now();
  try {
    while (Date.now() - began < seconds * 1000)
      await Promise.race([round(rig, random, tally),
        daemon.ended.then((code) => { throw new Error(`the daemon ended with ${code}`); })]);
    drift.take();
  } finally {
    clearInterval(timer);
  }
  const { rows, residentKiB, descriptors } = drift.result();
  const { points, legs, samples, settleMs, lagMs } = tally;
  console.log(`${points} faults in ${Math.round((Date.now() - began) / 1000)} s; behind each the book was the ` +
    `venues' own within ${settleMs} ms at most: ${legs} legs looked at, 0 lost, 0 doubled; in between ${samples} ` +
    `samples, longest that a live row lagged ${Math.round(lagMs)} ms; drift behind the ` +
    `warm-up: resident ${residentKiB} KiB, descriptors ${descriptors} (${rows} samples)`);
  if (residentKiB > GROWTH_KIB_MAX || descriptors > DESCRIPTORS_MAX)
    throw new Error(`grows: at most ${GROWTH_KIB_MAX} KiB and ${DESCRIPTORS_MAX} descriptors are allowed`);
}

console.log(`soak of ${seconds} s, seed ${seed}: ${ALL_VENUES.join(', ')}, Binance's other markets`);
const rig = await Rig.start({ seed, speed: 4, venues: ALL_VENUES, markets: true });
try {
  await soak(rig, new SeededRandom(seed));
} catch (error) {
  console.log(`FAILED: ${error.message}`);
  await rig.tell();
  console.log(`the journal is kept: ${rig.journal}`);
  process.exitCode = 1;
}
await rig.stop({ keep: process.exitCode === 1 });
process.exit();
