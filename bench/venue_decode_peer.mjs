// venue_decode_peer.mjs: what a user of CCXT does with the messages of venue_decode_bench, JSON.parse and
// CCXT's parser of such a row, and how many times longer it takes. Each reading is held against what the
// message says, so that it is the work and not a refusal that is timed. Prints a note and ends well
// when ccxt is not installed.
//
// usage: node venue_decode_peer.mjs VENUE_DECODE_BENCH MESSAGES [--json]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const RUNS = 501;
const LOOPS = 100;
const [program, file, flag] = process.argv.slice(2);

let ccxt;
try {
	ccxt = (await import('ccxt')).default;
} catch {
	console.log('venue_decode: # SKIP no ccxt in bench/node_modules (tools/npm_ci bench)');
	process.exit(0);
}

function market(id, quote, settle, contractSize, more = {}) {
	return { id, symbol: `BTC/${quote}:${settle}`, base: 'BTC', quote, settle, baseId: 'BTC', quoteId: quote,
		settleId: settle, type: 'swap', spot: false, swap: true, contract: true, linear: settle !== 'BTC',
		inverse: settle === 'BTC', contractSize, precision: { amount: 0.001, price: 0.1 }, limits: {}, ...more };
}

// By venue: the client, its market, and the parsers of rows as they lie in the message.
const peers = {
	deribit: [new ccxt.deribit(), market('BTC-PERPETUAL', 'USD', 'BTC', 10), {
		position: (client, m, p) => client.parsePosition(p.params.data.positions[0], m),
		ticker: (client, m, p) => client.parseTicker(p.params.data, m) }],
	binance: [new ccxt.pro.binanceusdm(), market('BTCUSDT', 'USDT', 'USDT', 1), {
		position: (client, m, p) => client.parseWsPosition(p.a.P[0], m),
		ticker: (client, m, p) => client.parseWsTicker(p, 'swap') }],
	okx: [new ccxt.okx(), market('BTC-USDT-SWAP', 'USDT', 'USDT', 0.01), {
		position: (client, m, p) => client.parsePosition(p.data[0], m),
		ticker: (client, m, p) => client.parseTicker(p.data[0], m) }],
	bybit: [new ccxt.bybit(), market('BTCUSDT', 'USDT', 'USDT', 1), {
		position: (client, m, p) => client.parsePosition(p.data[0], m),
		ticker: (client, m, p) => client.parseTicker(p.data, m) }],
	hyperliquid: [new ccxt.hyperliquid(), market('BTC', 'USDC', 'USDC', 1, { baseName: 'BTC', id: '0' }), {
		position: (client, m, p) => client.parsePosition(p.data.clearinghouseState.assetPositions[0], m),
		ticker: (client, m, p) => client.parseTicker(p.data.ctx, m) }],
	dydx: [new ccxt.dydx(), market('BTC-USD', 'USDC', 'USDC', 1), {
		position: (client, m, p) => client.parsePosition(p.subaccount.openPerpetualPositions['BTC-USD'], m),
		ticker: (client, m, p) => client.parseMarket(p.markets['BTC-USD']) }], // it has no parser of tickers
	'binance-coinm': [new ccxt.pro.binancecoinm(), market('BTCUSD_PERP', 'USD', 'BTC', 100), {
		position: (client, m, p) => client.parseWsPosition(p.a.P[0], m),
		ticker: (client, m, p) => client.parseWsTicker(p, 'swap') }],
	'binance-spot': [new ccxt.binance(), market('BTCUSDT', 'USDT', 'USDT', 1), {
		balance: (client, m, p) => client.parseBalanceCustom(p, 'spot') }],
	'binance-margin': [new ccxt.binance(), market('BTCUSDT', 'USDT', 'USDT', 1), {
		balance: (client, m, p) => client.parseBalanceCustom(p, 'margin', 'cross') }],
	'binance-pm': [new ccxt.binanceusdm(), market('BTCUSDT', 'USDT', 'USDT', 1), {
		position: (client, m, p) => client.parsePositionRisk(p[0], m) }],
	'binance-options': [new ccxt.binance(), market('BTC-261225-90000-C', 'USDT', 'USDT', 1, { option: true, swap: false }), {
		position: (client, m, p) => client.parseOptionPosition(p[0], m),
		ticker: (client, m, p) => client.parseTicker(p[0], m) }],
};

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

// As CCXT counts them.
const sizes = { deribit: 30000, binance: 0.75, okx: 3, bybit: 0.75, hyperliquid: 0.5, dydx: 0.75, 'binance-coinm': 300,
	'binance-pm': 0.75, 'binance-options': 0.1 };
const wallets = { 'binance-spot': 4.8230846, 'binance-margin': 0.104995 };
const printed = ({ venue, what, ns }) => `${venue.padEnd(15)} ${what.padEnd(9)} ${ns.toFixed(0).padStart(6)} ns`;
const known = (object) => Object.entries(object)
	.filter(([key, value]) => key !== 'info' && value !== undefined && value !== null).length;
const ours = execFileSync(program, [file, '--json'], { encoding: 'utf8' })
	.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const messages = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

messages.forEach(({ venue, what, text }, i) => {
	if (peers[venue] === undefined) { // CCXT has left BitMEX out
		console.log(flag === '--json' ? JSON.stringify({ ...ours[i], peer: null })
			: `${printed(ours[i])}  ccxt has no such venue`);
		return;
	}
	const [client, row, parsers] = peers[venue];
	client.setMarkets([row]);
	const parse = () => parsers[what](client, row, JSON.parse(text));
	const read = parse();
	if (what === 'position' && Math.abs(read.contracts) !== sizes[venue])
		throw new Error(`ccxt reads ${read.contracts} contracts at ${venue}, not ${sizes[venue]}`);
	if (what === 'balance' && Math.abs(read.BTC.total - wallets[venue]) > 1e-9)
		throw new Error(`ccxt reads ${read.BTC.total} BTC at ${venue}, not ${wallets[venue]}`);
	const peerNs = median(parse);
	const answer = { bench: 'venue_decode_peer', venue, what, peer: `ccxt ${ccxt.version}`, bytes: text.length,
		ns: ours[i].ns, peer_ns: peerNs, peer_fields: known(read), ratio: peerNs / ours[i].ns };
	console.log(flag === '--json' ? JSON.stringify(answer)
		: `${printed(ours[i])}  ccxt ${peerNs.toFixed(0).padStart(6)} ns`
			+ ` of ${known(read)} fields (${answer.ratio.toFixed(1)} x)`);
});
