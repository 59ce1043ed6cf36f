// netting_duckdb.mjs: the roll-up of netting_bench in DuckDB on one thread, over the same legs, and
// how many times longer it takes. Prints a note and ends well when DuckDB is not installed.
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
		columns = {account: 'INTEGER', underlying: 'INTEGER', coins: 'DOUBLE', price: 'DOUBLE'})`);
	const query = `SELECT account, underlying, sum(coins), sum(coins * price),
		abs(sum(coins * price)) AS gross, sum(abs(coins * price)), count(*) FROM legs
		GROUP BY account, underlying ORDER BY gross DESC LIMIT 1000`;
	const times = [];
	let sum = 0;
	for (let run = 0; run < RUNS; run++) {
		const start = process.hrtime.bigint();
		const rows = (await connection.runAndReadAll(query)).getRows();
		times.push(Number(process.hrtime.bigint() - start) / 1e6);
		sum = rows.reduce((total, row) => total + row[4], 0);
	}
	if (Math.abs(sum - ours.sum) > 1e-9 * ours.sum)
		throw new Error(`DuckDB says ${sum}, we say ${ours.sum}`);
	const median = times.sort((a, b) => a - b)[RUNS >> 1];
	const ratio = median / ours.rollup_ms;
	if (flags.includes('--json'))
		console.log(JSON.stringify({ ...ours, bench: 'netting_duckdb', duckdb_ms: median,
			duckdb_ratio: ratio }));
	else
		console.log(`netting: roll-up of ${ours.positions} positions ${ours.rollup_ms.toFixed(2)} ms;`
			+ ` DuckDB, one thread ${median.toFixed(1)} ms (${ratio.toFixed(0)} x); SQLite`
			+ ` ${ours.sqlite_ms.toFixed(0)} ms (${(ours.sqlite_ms / ours.rollup_ms).toFixed(0)} x)`);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
