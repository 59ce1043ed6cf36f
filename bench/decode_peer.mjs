// decode_peer.mjs: what a user of CCXT does with the payload of decode_bench, JSON.parse, parseTicker
// and, for the greeks that our event carries too, parseGreeks; and how many times longer it takes.
// Prints a note and ends well when ccxt is not installed.
//
// usage: node decode_peer.mjs DECODE_BENCH PAYLOAD [--json]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// Runs are short, so that the median is of those that nothing interrupted.
const RUNS = 2100;
const LOOPS = 100;
const [program, payload, flag] = process.argv.slice(2);

let ccxt;
try {
	ccxt = (await import('ccxt')).default;
} catch {
	console.log('decode: # SKIP no ccxt in bench/node_modules (tools/npm_ci bench)');
	process.exit(0);
}

const text = readFileSync(payload, 'utf8');
const name = JSON.parse(text).params.data.instrument_name;
const exchange = new ccxt.deribit();
const market = {
	id: name, symbol: 'BTC/USD:BTC-261225-90000-C', base: 'BTC', quote: 'USD', settle: 'BTC',
	type: 'option', option: true, contract: true, inverse: true, linear: false,
	precision: { amount: 0.1, price: 0.0001 }, limits: {},
};
exchange.setMarkets([market]);

function median(work) {
	const times = [];
	for (let run = 0; run < RUNS; run++) {
		const start = process.hrtime.bigint();
		for (let i = 0; i < LOOPS; i++)
			work();
		times.push(Number(process.hrtime.bigint() - start) / LOOPS);
	}
	return times.sort((a, b) => a - b)[RUNS >> 1];
}

const data = JSON.parse(text).params.data;
const ticker = exchange.parseTicker(data, market);
const greeks = exchange.parseGreeks(data, market);
if (ticker.markPrice !== 0.0702 || greeks.delta !== 0.55231 || greeks.rho !== 40.11207)
	throw new Error('ccxt reads other values');
const count = (object) => Object.entries(object)
	.filter(([key, value]) => key !== 'info' && value !== undefined && value !== null).length;
const fields = new Set([...Object.entries(ticker), ...Object.entries(greeks)]
	.filter(([key, value]) => key !== 'info' && value !== undefined && value !== null)
	.map(([key]) => key)).size;
const tickerOnly = median(() => exchange.parseTicker(JSON.parse(text).params.data, market));
const whole = median(() => {
	const payload = JSON.parse(text).params.data;
	return [exchange.parseTicker(payload, market), exchange.parseGreeks(payload, market)];
});
const { ns: ours, fields: ourFields } = JSON.parse(
	execFileSync(program, [payload, '--json'], { encoding: 'utf8' }));
if (flag === '--json') {
	console.log(JSON.stringify({ bench: 'decode_peer', peer: `ccxt ${ccxt.version}`, ns: ours,
		fields: ourFields, peer_ns: whole, peer_fields: fields, ratio: whole / ours,
		peer_ticker_ns: tickerOnly, peer_ticker_fields: count(ticker),
		ratio_ticker: tickerOnly / ours }));
} else {
	console.log(`decode: bytes to one event of ${ourFields} fields, greeks included,`
		+ ` ${ours.toFixed(0)} ns`);
	console.log(`  ccxt ${ccxt.version}, JSON.parse + parseTicker + parseGreeks, ${fields} fields:`
		+ ` ${whole.toFixed(0)} ns (${(whole / ours).toFixed(1)} x)`);
	console.log(`  without the greeks, JSON.parse + parseTicker, ${count(ticker)} fields:`
		+ ` ${tickerOnly.toFixed(0)} ns (${(tickerOnly / ours).toFixed(1)} x)`);
}
