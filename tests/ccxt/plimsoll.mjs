// plimsoll.mjs: starts `plimsoll run` on the simulated venues and asks its API.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const program = process.env.PLIMSOLL ?? new URL('../../build/plimsoll', import.meta.url).pathname;

export async function configure(folder, simulator) {
  let text = `listen: {port: 0}\njournal: {path: ${join(folder, 'test.journal')}}\naccounts:\n`;
  for (const venue of simulator.venues)
    for (const account of simulator.accounts(venue)) {
      const { key, secret, passphrase } = simulator.key(account);
      const third = passphrase ? `passphrase: ${passphrase}\n` : '';
      await writeFile(join(folder, account), `key: ${key}\nsecret: ${secret}\n${third}`, { mode: 0o600 });
      const base = simulator.base(venue);
      const credential = secret === '' ? `address: "${key}"` : `key_file: ${account}`;
      text += `  - {name: ${account}, venue: ${venue}, ${credential},`
        + ` stream_url: "${base.replace('http', 'ws')}", rest_url: "${base}"}\n`;
    }
  await writeFile(join(folder, 'config.yaml'), text);
  return join(folder, 'config.yaml');
}

export class Plimsoll {
  static async start(simulator) {
    const plimsoll = new Plimsoll();
    plimsoll.folder = await mkdtemp(join(tmpdir(), 'plimsoll-ccxt-'));
    const config = await configure(plimsoll.folder, simulator);
    plimsoll.child = spawn(program, ['run', '-c', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    plimsoll.base = await new Promise((resolve, reject) => {
      const listen = (line) => {
        said += `${line}\n`;
        const found = line.match(/http:\/\/127\.0\.0\.1:\d+/);
        if (found)
          resolve(found[0]);
      };
      createInterface({ input: plimsoll.child.stdout }).on('line', listen);
      createInterface({ input: plimsoll.child.stderr }).on('line', listen);
      plimsoll.child.once('exit', (code) => reject(new Error(`plimsoll run ended with ${code}: ${said}`)));
    });
    return plimsoll;
  }

  async get(path) {
    const reply = await fetch(this.base + path);
    if (!reply.ok)
      throw new Error(`${path}: ${reply.status}`);
    return reply.json();
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)));
    this.child.kill('SIGINT');
    const code = await ended;
    await rm(this.folder, { recursive: true, force: true });
    return code;
  }
}
