// thousand_accounts.mjs: ACCOUNTS (1000) keys of one venue under one rate budget: from the start of
// `plimsoll run` until every account's legs are shown as the simulator holds them, and a loop over the
// same accounts with CCXT, each against a simulator of its own that refuses what Binance USD-M would
// (weight 2,400 a minute). Then until every account is live: its user stream needs a link, of which an
// address may open 300 in 5 minutes.
//
// The keys are copies: each reads one of the simulator's three books, which stand still meanwhile, so
// that what is shown can be held against the simulator's own state, leg for leg.
//
// usage: node thousand_accounts.mjs PLIMSOLL [ACCOUNTS] [--json] [--no-peer] [--no-live]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const program = words[0];
const accounts = Number(words[1] ?? 1000);
const own = ['binance-main', 'binance-hedge', 'binance-multi'];
const bookOf = (number) => own[(number - 1) % own.length];
const numbers = Array.from({ length: accounts }, (_, i) => i + 1);
const seconds = (began) => (performance.now() - began) / 1000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const json = async (url, options = {}) => (await fetch(url, options)).json();

class Child {
	constructor(args, env = {}) {
		this.process = spawn(args[0], args.slice(1), { env: { ...process.env, ...env } });
		this.text = '';
		this.err = '';
		this.process.stdout.on('data', (text) => { this.text += text; });
		this.process.stderr.on('data', (text) => { this.err += text; });
		this.ended = new Promise((resolve) => this.process.once('close', resolve));
		this.ended.then((code) => { this.code = code; });
	}

	// The first match in what it printed.
	async says(pattern) {
		for (;;) {
			const found = pattern.exec(this.text);
			if (found)
				return found;
			if (this.code !== undefined)
				throw new Error(`${this.process.spawnargs.join(' ')} ended with ${this.code}: ${this.err}`);
			await pause(20);
		}
	}

	residentMiB() {
		return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8'))[1]) / 1024;
	}

	// Seconds of CPU so far; the kernel counts in hundredths.
	cpuSeconds() {
		const fields = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
		return (Number(fields[11]) + Number(fields[12])) / 100;
	}

	async stop() {
		this.process.kill('SIGINT');
		await this.ended;
	}
}

async function simulator() {
	const sim = new Child([program, 'sim', '--json', '--seed', '5', '--deribit-port', '0', '--binance-port', '0',
		'--binance-copies', String(accounts)]);
	const said = JSON.parse((await sim.says(/^(\{.*\})\n/))[1]);
	sim.base = `http://127.0.0.1:${said.binance_port}`;
	await fetch(`${sim.base}/sim/pause`, { method: 'POST' });
	return sim;
}

// Legs of each book by what they are called: instrument and side, to the signed size.
async function books(sim) {
	const truth = await json(`${sim.base}/sim/truth`);
	const legs = (account) => new Map(account.positions.map((row) => [`${row.instrument} ${row.side}`, Number(row.size)]));
	return { requests: truth.requests, refusals: truth.refusals, paths: truth.paths,
		books: new Map(truth.accounts.map((account) => [account.account, legs(account)])) };
}

const same = (one, other) => one.size === other.size && [...one].every(([key, size]) => other.get(key) === size);

// How many accounts are what the simulator holds, and what the venue counted.
async function compare(sim, legsOf) {
	const { requests, refusals, paths, books: held } = await books(sim);
	const right = numbers.filter((number) => same(legsOf(number), held.get(bookOf(number)))).length;
	return { requests, refusals, paths, right, legs: numbers.reduce((sum, number) => sum + held.get(bookOf(number)).size, 0) };
}

function configure(folder, base) {
	const rows = numbers.map((number) => `  - {name: a${number}, venue: binance, key_env: K${number}, secret_env: S${number},`
		+ ` rest_url: "${base}", stream_url: "${base.replace('http', 'ws')}"}\n`);
	const file = join(folder, 'plimsoll.yaml');
	writeFileSync(file, `listen: {port: 0}\njournal: {path: ${join(folder, 'run.journal')}}\naccounts:\n${rows.join('')}`);
	const env = {};
	for (const number of numbers) {
		env[`K${number}`] = `${bookOf(number)}-read-${number}`;
		env[`S${number}`] = `simulated-${bookOf(number)}-read-${number}`;
	}
	return { file, env };
}

// Until count() says all of them; each tenth is told.
async function untilAll(what, daemon, began, count) {
	for (let tenths = 0, done = 0; done < accounts; await pause(500)) {
		if (daemon.code !== undefined)
			throw new Error(`the daemon ended with ${daemon.code}: ${daemon.err}`);
		done = await count();
		if (done * 10 >= (tenths + 1) * accounts) {
			tenths = Math.floor(done * 10 / accounts);
			process.stderr.write(`plimsoll: ${done} accounts ${what} after ${seconds(began).toFixed(0)} s\n`);
		}
	}
	return seconds(began);
}

async function liveCount(api) {
	return (await json(`${api}/v1/feeds`)).feeds.filter((feed) => feed.status === 'live').length;
}

async function shownLegs(api) {
	const legs = new Map(numbers.map((number) => [`a${number}`, new Map()]));
	for (const row of (await json(`${api}/v1/positions`)).positions)
		if (row.quantity !== 0)
			legs.get(row.account).set(`${row.instrument} ${row.side}`, row.quantity);
	return (number) => legs.get(`a${number}`);
}

async function plimsoll(folder) {
	const sim = await simulator();
	const { file, env } = configure(folder, sim.base);
	const began = performance.now();
	const daemon = new Child([program, 'run', '--config', file], env);
	try {
		const api = (await daemon.says(/page and API: (http:\S+)\//))[1];
		const serves = seconds(began);
		const truth = await books(sim);
		const picture = await untilAll('shown', daemon, began, async () => {
			const legs = await shownLegs(api);
			return numbers.filter((number) => same(legs(number), truth.books.get(bookOf(number)))).length;
		});
		const cpu = daemon.cpuSeconds(), first = await books(sim);
		const lived = options.includes('--no-live') ? null
			: await untilAll('live', daemon, began, () => liveCount(api));
		const legsOf = await shownLegs(api);
		const asked = performance.now();
		await (await fetch(`${api}/v1/exposure?by=underlying&tier=book`)).text();
		const report = seconds(asked);
		const live = await liveCount(api);
		const idleFrom = daemon.cpuSeconds(), idleBegan = performance.now();
		await pause(20000);
		return { ...await compare(sim, legsOf), requests: first.requests, refusals: first.refusals,
			paths: first.paths, serves, picture, lived, live, cpu, report,
			idle: (daemon.cpuSeconds() - idleFrom) / seconds(idleBegan), resident: daemon.residentMiB() };
	} finally {
		await daemon.stop();
		await sim.stop();
	}
}

// The peer: one client for each key, as CCXT wants it, with one list of markets and one throttle for all,
// since the limit is of the address. A refusal stops all for as long as the venue says.
async function ccxtLoop(base) {
	const ccxt = (await import('ccxt')).default;
	const began = performance.now();
	const make = (number) => {
		const client = new ccxt.binanceusdm({ apiKey: `${bookOf(number)}-read-${number}`,
			secret: `simulated-${bookOf(number)}-read-${number}` });
		for (const [name, url] of Object.entries(client.urls.api))
			if (typeof url === 'string' && url.startsWith('http'))
				client.urls.api[name] = base + new URL(url).pathname.replace(/\/$/, '');
		return client;
	};
	const first = make(1);
	await first.loadMarkets();
	let stopped = Promise.resolve();
	const patiently = async (client, work) => {
		for (;;) {
			await stopped;
			try {
				return await work();
			} catch (error) {
				if (!(error instanceof ccxt.NetworkError))
					throw error;
				const wait = Number(client.last_response_headers?.['Retry-After'] ?? 1);
				stopped = pause(wait * 1000);
			}
		}
	};
	const legs = await Promise.all(numbers.map(async (number) => {
		const client = number === 1 ? first : make(number);
		if (client !== first) {
			client.setMarkets(first.markets, first.currencies);
			client.throttler = first.throttler;
		}
		await patiently(client, () => client.fetchBalance());
		const rows = await patiently(client, () => client.fetchPositions());
		return rows.filter((row) => row.contracts !== 0).map((row) =>
			[`${row.info.symbol} ${{ BOTH: 'net', LONG: 'long', SHORT: 'short' }[row.info.positionSide]}`,
				Number(row.info.positionAmt)]);
	}));
	console.log(JSON.stringify({ picture: seconds(began), legs,
		resident: process.memoryUsage().rss / 2 ** 20, cpu: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 }));
}

async function peer() {
	const sim = await simulator();
	const child = new Child([process.execPath, process.argv[1], '--loop', sim.base, String(accounts)]);
	try {
		const told = JSON.parse((await child.says(/^(\{.*\})\n/))[1]);
		return { ...await compare(sim, (number) => new Map(told.legs[number - 1])), picture: told.picture,
			resident: told.resident, cpu: told.cpu };
	} finally {
		await sim.stop();
	}
}

function print(name, row) {
	const { picture, right, legs, requests, refusals, resident, cpu } = row;
	console.log(`${name.padEnd(9)} ${picture.toFixed(1).padStart(8)} s  ${right} of ${accounts} accounts right (${legs} legs)  `
		+ `${requests} requests, ${refusals} refused  ${cpu.toFixed(1)} s of CPU  ${resident.toFixed(0)} MiB resident`);
	const byWeight = row.paths.toSorted((one, other) => other.weight - one.weight);
	console.log(byWeight.map((of) => `    ${of.requests} x ${of.method} ${of.path} (weight ${of.weight})`).join('\n'));
}

async function main() {
	const folder = mkdtempSync(join(tmpdir(), 'plimsoll-thousand-'));
	try {
		const ours = await plimsoll(folder);
		let theirs = null;
		try {
			theirs = options.includes('--no-peer') ? null : await peer();
		} catch (error) {
			process.stderr.write(`no peer: ${error.message.slice(0, 400)}\n`);
		}
		if (options.includes('--json')) {
			console.log(JSON.stringify({ accounts, plimsoll: ours, ccxt: theirs }));
		} else {
			console.log(`first full picture of ${accounts} accounts on simulated Binance USD-M, one address, weight 2,400 a minute`);
			print('plimsoll', ours);
			if (theirs)
				print('CCXT loop', theirs);
			console.log(`plimsoll: serves after ${ours.serves.toFixed(1)} s; `
				+ `${ours.lived === null ? '' : `all live after ${ours.lived.toFixed(1)} s; `}${ours.live} feeds live at the end; net in `
				+ `${(ours.report * 1000).toFixed(0)} ms; then ${(ours.idle * 100).toFixed(1)} % of a core`);
		}
		if (ours.right !== accounts || (theirs && theirs.right !== accounts))
			process.exitCode = 1;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

if (options.includes('--loop'))
	await ccxtLoop(words[0]);
else
	await main();
