// full_disk.test.mjs: a disk that is full, that fails to sync, that writes short: the watch goes on,
// /healthz says why within a second, and the journal goes on when the disk does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { runProgram, until } from './daemon.mjs';
import { Rig, pause, seedOfRun, untilTrueNet } from './rig.mjs';

const seed = seedOfRun();
const HEALTH_MS = 1000 * 3;
const WRITTEN_MS = 5000 * 6; // the state is written under sanitizers, beside other tests

// The shim's variables; ASan wants to be told that another library comes first.
const shim = (variables) => ({ env: { LD_PRELOAD: process.env.DISK_SHIM,
  DISK_SHIM_MATCH: 'run.journal', ASAN_OPTIONS: 'verify_asan_link_order=0', ...variables } });

async function health(daemon) {
  const reply = await fetch(`${daemon.api}/healthz`);
  return { ...await reply.json(), code: reply.status };
}

const journalReasons = async (daemon) =>
  (await health(daemon)).reasons.filter((text) => text.startsWith('journal'));

async function untilJournalFails(daemon) {
  const began = performance.now();
  const [text] = await until('a reason of the journal', async () => {
    const reasons = await journalReasons(daemon);
    return reasons.length > 0 && reasons;
  }, HEALTH_MS);
  assert.equal((await health(daemon)).code, 503);
  console.log(`# "${text}" after ${Math.round(performance.now() - began)} ms`);
  return text;
}

// Feeds are live and the net is true: what happens to the disk is not seen there.
async function goesOn(rig) {
  assert.ok(await rig.daemon.allLive());
  await untilTrueNet(rig);
}

async function untilJournalGoesOn(daemon) {
  const began = performance.now();
  await until('a journal that is written again',
    async () => (await journalReasons(daemon)).length === 0, WRITTEN_MS);
  console.log(`# written again after ${Math.round(performance.now() - began)} ms`);
}

// The journal replays to the state that the program had, over so many gaps.
async function endsTrue(rig, gaps) {
  assert.equal(await rig.daemon.stop(), 0, rig.daemon.err);
  const replay = await runProgram(['replay', rig.journal, '--json']);
  assert.equal(replay.code, 0, replay.err);
  const said = JSON.parse(replay.out);
  assert.equal(said.hash, /state hash ([0-9a-f]{16})/.exec(rig.daemon.out)[1]);
  assert.equal(said.gaps, gaps);
  assert.equal(said.events_missing > 0, gaps > 0);
}

// Space runs out in the middle of a record and comes back later.
async function fillsUp(rig, fill, empty) {
  await rig.daemon.untilLive();
  await pause(300);
  fill();
  assert.match(await untilJournalFails(rig.daemon), /no room|full|space/);
  await goesOn(rig);
  empty();
  await untilJournalGoesOn(rig.daemon);
  await goesOn(rig);
  await endsTrue(rig, 1);
}

test('full, failing and short disks', async () => {
  const rig = await Rig.start({ seed, speed: 2 });
  try {
    const flag = join(rig.folder, 'full');
    await rig.run(shim({ DISK_SHIM_FULL: flag }));
    await fillsUp(rig, () => writeFileSync(flag, ''), () => rmSync(flag));

    // A failed sync: what it was to make durable is not trusted. This run also begins a new journal.
    await rig.run(shim({ DISK_SHIM_SYNC: 3 }));
    await rig.daemon.untilLive();
    await untilJournalFails(rig.daemon);
    await untilJournalGoesOn(rig.daemon);
    await goesOn(rig);
    await endsTrue(rig, 1);

    // Short writes are no failure: the rest is written.
    await rig.run(shim({ DISK_SHIM_SHORT: 2 }));
    await rig.daemon.untilLive();
    await pause(1500);
    assert.deepEqual(await journalReasons(rig.daemon), []);
    await goesOn(rig);
    await endsTrue(rig, 0);
  } catch (error) {
    await rig.tell();
    throw error;
  } finally {
    await rig.stop();
  }
});

// The real thing, where a file system may be mounted.
// Empty, it has room for the state that stands behind a gap, about a megabyte.
test('a small file system that fills up', async (t) => {
  const rig = await Rig.start({ seed: seed + 1, speed: 2 });
  const folder = join(rig.folder, 'small');
  mkdirSync(folder);
  let mounted = false;
  try {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'plimsoll-test', folder],
        { stdio: 'ignore' });
      mounted = true;
    } catch {
      t.skip('mounting is not allowed here; the shim has been tried above');
      return;
    }
    rig.journal = join(folder, 'run.journal');
    rig.configure();
    await rig.run();
    const ballast = join(folder, 'ballast');
    await fillsUp(rig, () => {
      try {
        writeFileSync(ballast, Buffer.alloc(8 << 20));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
      }
    }, () => rmSync(ballast));
  } catch (error) {
    await rig.tell();
    throw error;
  } finally {
    await rig.daemon?.stop();
    if (mounted)
      execFileSync('umount', [folder]);
    await rig.stop();
  }
});
