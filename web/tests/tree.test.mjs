// tree.test.mjs: rows by key, order, opening, filtering.
import assert from "node:assert/strict";
import test from "node:test";
import { nameOf, parentOf, Tree } from "../src/tree.js";

const row = (key, gross_usd, more = {}) => ({ key, gross_usd, level: key.split("/").length - 1, leg: false, ...more });

function filled() {
	const tree = new Tree();
	for (const [key, gross] of [
		["ETH", 10],
		["BTC", 30],
		["MYST", null],
		["BTC/deribit", 20],
		["BTC/binance", 10],
		["BTC/deribit/a%2Fb", 20],
	])
		tree.set(row(key, gross));
	tree.sort();
	return tree;
}
const keys = (tree, open, wanted = "") => tree.visible(new Set(open), wanted).map((item) => item.key);

test("largest first, unknown last, children only under open nodes", () => {
	const tree = filled();
	assert.deepEqual(keys(tree, []), ["BTC", "ETH", "MYST"]);
	assert.deepEqual(keys(tree, ["BTC"]), ["BTC", "BTC/deribit", "BTC/binance", "ETH", "MYST"]);
	assert.deepEqual(keys(tree, ["BTC/deribit"]), ["BTC", "ETH", "MYST"]);
});

test("a filter keeps the way to what it finds", () => {
	const tree = filled();
	assert.deepEqual(keys(tree, ["BTC"], "deri"), ["BTC", "BTC/deribit"]);
	assert.deepEqual(keys(tree, ["BTC"], "btc"), ["BTC", "BTC/deribit", "BTC/binance"]);
	assert.deepEqual(keys(tree, ["BTC"], "zzz"), []);
});

test("a removed or closed node takes along what is below it", () => {
	const tree = filled();
	tree.remove("BTC");
	assert.equal(tree.rows.has("BTC/deribit/a%2Fb"), false);
	assert.deepEqual(keys(tree, ["BTC"]), ["ETH", "MYST"]);
	tree.remove("nobody");
	tree.set(row("BTC", 1));
	tree.sort();
	assert.deepEqual(keys(tree, ["BTC"]), ["ETH", "BTC", "MYST"]);
});

test("rows keep their place when only numbers change", () => {
	const tree = filled();
	tree.set(row("ETH", 99));
	tree.sort();
	assert.deepEqual(keys(tree, []), ["BTC", "ETH", "MYST"]);
	tree.sort(true);
	assert.deepEqual(keys(tree, []), ["ETH", "BTC", "MYST"]);
});

test("names", () => {
	assert.equal(nameOf(row("BTC/deribit/a%2Fb", 1)), "a/b");
	assert.equal(parentOf("BTC/deribit/a%2Fb"), "BTC/deribit");
	assert.equal(parentOf("BTC"), "");
	assert.equal(nameOf({ key: "x", leg: true, kind: "collateral", asset: "BTC" }), "BTC balance");
	assert.equal(nameOf({ key: "x", leg: true, kind: "perpetual", instrument: "BTCUSDT", side: "short" }), "BTCUSDT short");
});
