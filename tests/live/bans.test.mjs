// bans.test.mjs: a ban of the REST host holds over kill -9 and restart: no request until it ends.
import assert from 'node:assert/strict';
import test from 'node:test';

import { until } from './daemon.mjs';
import { Rig, pause, seedOfRun, untilTrueNet } from './rig.mjs';

// Requests that the simulated Binance answered with 418 so far.
async function refused(rig) {
  const { faults } = await rig.sim.document('binance');
  return faults.find((fault) => fault.name === '418')?.befell ?? 0;
}

const binanceFeeds = async (rig) =>
  [...(await rig.daemon.feeds()).values()].filter((feed) => feed.venue === 'binance');

test('no REST request during a ban, over kill -9 and restart; live after it', async () => {
  const rig = await Rig.start({ seed: seedOfRun() });
  try {
    const began = Date.now();
    await rig.run();
    await rig.daemon.untilLive(120000);
    const banMs = 12000 + 5 * (Date.now() - began); // room for two restarts on this machine
    const banned = Date.now();
    await rig.sim.fault('binance', '418', banMs);
    rig.proxies.binance.drop(); // beginning anew asks by REST
    await until('told of the ban', async () => (await binanceFeeds(rig))
      .every((feed) => /^banned until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/.test(feed.text)));
    const [{ text, status }] = await binanceFeeds(rig);
    assert.notEqual(status, 'live');
    await pause(300); // answers to what was under way
    const before = await refused(rig);
    assert.ok(before > 0);
    for (let kill = 0; kill < 2; kill++) {
      rig.daemon.child.kill('SIGKILL');
      await rig.daemon.ended;
      await rig.run();
      await pause(500);
    }
    assert.ok(Date.now() - banned < banMs - 2000, 'two restarts took longer than five starts');
    for (const feed of await binanceFeeds(rig))
      assert.match(feed.text, /^banned until /, `${feed.account}: ${feed.status} ${feed.text}`);
    await pause(banned + banMs - 1500 - Date.now());
    assert.equal(await refused(rig), before, 'requests went out during the ban');
    await rig.daemon.untilLive(30000);
    console.log(`# "${text}"; ${before} requests answered 418 before it was known, 0 after; ` +
      `live ${Date.now() - banned - banMs} ms after its end`);
    await untilTrueNet(rig);
  } catch (error) {
    await rig.tell();
    throw error;
  } finally {
    await rig.stop();
  }
});
