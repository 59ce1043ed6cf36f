// decode_peer.mjs: CCXT's parseTicker over the payload of decode_bench, and how many times longer it
// takes. Prints a note and ends well when ccxt is not installed.
//
// usage: node decode_peer.mjs DECODE_BENCH PAYLOAD [--json]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const RUNS = 21;
const LOOPS = 20000;
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
if (exchange.parseTicker(data, market).markPrice !== 0.0702)
	throw new Error('ccxt reads another price');
const parsed = median(() => exchange.parseTicker(data, market));
const whole = median(() => exchange.parseTicker(JSON.parse(text).params.data, market));
const ours = JSON.parse(execFileSync(program, [payload, '--json'], { encoding: 'utf8' })).ns;
if (flag === '--json')
	console.log(JSON.stringify({ bench: 'decode_peer', peer: `ccxt ${ccxt.version}`, ns: ours,
		peer_ns: whole, peer_parse_ticker_ns: parsed, ratio: whole / ours }));
else
	console.log(`decode: ${ours.toFixed(0)} ns; ccxt ${ccxt.version} JSON.parse + parseTicker `
		+ `${whole.toFixed(0)} ns (${(whole / ours).toFixed(1)} x), parseTicker alone `
		+ `${parsed.toFixed(0)} ns (${(parsed / ours).toFixed(1)} x)`);
