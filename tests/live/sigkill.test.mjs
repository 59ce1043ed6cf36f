// sigkill.test.mjs: kill -9 at random moments under load, again and again, on one configuration and
// one journal path. The simulator stays up for 60 of them. KILLS=1000 for the long run; SEED repeats
// the moments.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { runProgram } from './daemon.mjs';
import { SeededRandom } from './fault_proxy.mjs';
import { Rig, pause, quantile, sanitized, seedOfRun, untilTrueNet } from './rig.mjs';

const kills = Number(process.env.KILLS ?? 15);
// Binance lets an address open 300 links in five minutes, four a start: then the next simulator.
const KILLS_IN_ONE = 60;
const seed = seedOfRun();

// The journal a killed run left is readable up to its torn tail; returns its state hash.
async function replayed(path) {
  const replay = await runProgram(['replay', path, '--hash']);
  assert.equal(replay.code, 0, `${path}: ${replay.err}`);
  assert.match(replay.out, /^[0-9a-f]{16}\n$/);
  return replay.out.trim();
}

// Journals of runs before: the daemon gave them the time of their last change as a name.
const older = (rig) => readdirSync(rig.folder).filter((name) => /^run\.journal\.\d/.test(name));

// One start, its death, and what its journal says: the ms from start to live, null where it died before.
async function killed(rig, random, label) {
  const began = performance.now();
  // One in three dies while it starts, the others once they were live and true.
  const early = random.below(3) === 0;
  const daemon = early ? rig.launch() : await rig.run();
  let ms = null;
  if (!early) {
    await daemon.untilLive(120000);
    ms = performance.now() - began;
    await untilTrueNet(rig, 60000);
  }
  const moment = random.below(early ? 1500 : 700);
  await pause(moment);
  daemon.child.kill('SIGKILL');
  await daemon.ended;
  assert.equal(daemon.child.signalCode, 'SIGKILL', `ended by itself: ${daemon.err}`);
  for (const name of older(rig))
    rmSync(join(rig.folder, name));
  const hash = existsSync(rig.journal) ? await replayed(rig.journal) : null;
  if (kills <= 20 && hash !== null)
    console.log(`# ${label}: ${early ? 'while starting' : 'at work'} +${moment} ms, ` +
      `replay exit 0, state hash ${hash}`);
  return { ms, empty: hash === null };
}

// Kills in one simulator, numbered from `first`, and the start behind the last of them.
async function killsInOne(random, first, count, tally) {
  const rig = await Rig.start({ seed: seed + first, speed: 5 });
  try {
    for (let kill = first; kill < first + count; kill++) {
      const { ms, empty } = await killed(rig, random, `kill ${kill + 1}`);
      if (ms !== null)
        tally.liveMs.push(ms);
      tally.empty += empty ? 1 : 0;
      if (kills > 20 && (kill + 1) % 10 === 0)
        process.stderr.write(`${kill + 1} kills, ${tally.liveMs.length} of them live before\n`);
    }
    const daemon = await rig.run();
    await daemon.untilLive(120000);
    await untilTrueNet(rig, 60000);
    assert.equal(older(rig).length, 1, 'the journal of the run before is kept under another name');
  } finally {
    await rig.stop();
  }
}

test(`${kills} kills: starts again, reads what was left, live, true`, async () => {
  const random = new SeededRandom(seed);
  const tally = { liveMs: [], empty: 0 };
  for (let first = 0; first < kills; first += KILLS_IN_ONE)
    await killsInOne(random, first, Math.min(KILLS_IN_ONE, kills - first), tally);
  const liveMs = (share) => Math.round(quantile(tally.liveMs, share));
  console.log(`# ${kills} kills, ${kills - tally.liveMs.length} of them while starting, ${tally.empty} before ` +
    `there was a journal; from start to live: p50 ${liveMs(0.5)} ms, ` +
    `p99 ${liveMs(0.99)} ms, max ${liveMs(1)} ms${sanitized ? ' (sanitized)' : ''}`);
});
