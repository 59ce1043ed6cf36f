// netting_duckdb.mjs: the roll-ups of netting_bench in DuckDB on one thread, over the same legs with
// the same keys, and how many times longer they take. Prints a note and ends well when DuckDB is not installed.
//
// usage: node netting_duckdb.mjs NETTING_BENCH [--small] [--json]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = 11;
const [program, ...flags] = process.argv.slice(2);

let duckdb;
try {
	duckdb = await import('@duckdb/node-api');
} catch {
	console.log('netting: # SKIP no @duckdb/node-api in bench/node_modules (tools/npm_ci bench)');
	process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-netting-'));
const legs = join(folder, 'legs.csv');
try {
	const size = flags.includes('--small') ? ['--small'] : [];
	const ours = JSON.parse(execFileSync(program, ['--json', '--legs', legs, ...size],
		{ encoding: 'utf8' }));
	const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' });
	const connection = await instance.connect();
	await connection.run(`CREATE TABLE legs AS SELECT * FROM read_csv('${legs}', header = true,
		columns = {account: 'INTEGER', underlying: 'INTEGER', expiry: 'BIGINT', coins: 'DOUBLE', price: 'DOUBLE'})`);
	const rollup = async (keys, wanted) => {
		const query = `SELECT sum(coins), sum(coins * price), abs(sum(coins * price)) AS gross,
			sum(abs(coins * price)), count(*), ${keys} FROM legs
			GROUP BY ${keys} ORDER BY gross DESC LIMIT 1000`;
		const times = [];
		let sum = 0;
		for (let run = 0; run < RUNS; run++) {
			const start = process.hrtime.bigint();
			const rows = (await connection.runAndReadAll(query)).getRows();
			times.push(Number(process.hrtime.bigint() - start) / 1e6);
			sum = rows.reduce((total, row) => total + row[2], 0);
		}
		if (Math.abs(sum - wanted) > 1e-9 * wanted)
			throw new Error(`DuckDB says ${sum}, we say ${wanted}`);
		return times.sort((a, b) => a - b)[RUNS >> 1];
	};
	const nodes = await rollup('account, underlying', ours.sum);
	const parts = await rollup('account, underlying, expiry', ours.sum_legs);
	const line = (title, own, duckdb, sqlite) => console.log(`netting: ${title} of ${ours.positions}`
		+ ` positions ${own.toFixed(2)} ms; DuckDB, one thread ${duckdb.toFixed(1)} ms`
		+ ` (${(duckdb / own).toFixed(1)} x); SQLite ${sqlite.toFixed(0)} ms`
		+ ` (${(sqlite / own).toFixed(0)} x)`);
	if (flags.includes('--json')) {
		console.log(JSON.stringify({ ...ours, bench: 'netting_duckdb', duckdb_ms: nodes,
			duckdb_ratio: nodes / ours.rollup_ms, duckdb_legs_ms: parts,
			duckdb_legs_ratio: parts / ours.rollup_legs_ms }));
	} else {
		line('account x underlying, running sums,', ours.rollup_ms, nodes, ours.sqlite_ms);
		line('account x underlying x expiry, every leg,', ours.rollup_legs_ms, parts,
			ours.sqlite_legs_ms);
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
