// margin.test.mjs: the words for prices at which pools end.
import assert from "node:assert/strict";
import { test } from "node:test";

import { far, legEnd, nearest, price, signedPct, suspected } from "../src/margin.js";

const none = { pct: null, price: null, reason: "no price does that" };
const past = { pct: null, price: null, reason: "already past" };
const unknown = { pct: null, price: null, reason: "a number is not known" };
const at = (pct, price) => ({ pct, price, reason: null });

test("the nearest side counts in per cent of now", () => {
	const pool = { call_down: at(-9.5, 130.5), call_up: at(8.44, 157.583) };
	assert.equal(nearest(pool, "call").side, "up");
	assert.ok(Math.abs(far(nearest(pool, "call")) - 0.0844) < 1e-12);
	assert.equal(nearest({ call_down: none, call_up: none }, "call"), null);
});

test("a leg's end in words", () => {
	assert.equal(legEnd({ liquidation_down: at(-9.06, 160.25), liquidation_up: none }), "160.25 (\u22129.0%)");
	assert.equal(legEnd({ liquidation_down: none, liquidation_up: none }), "no price");
	assert.equal(legEnd({ liquidation_down: past, liquidation_up: past }), "past");
	assert.equal(legEnd({ liquidation_down: unknown, liquidation_up: unknown }), "?");
});

test("prices have six digits and no tail", () => {
	assert.equal(price(158.305), "158.305");
	assert.equal(price(60000), "60000");
	assert.equal(price(null), "");
	assert.equal(signedPct(8.9), "+8.9%");
});

test("what is suspected, and of which contract", () => {
	assert.equal(suspected({ suspect: "tier", suspect_of: "BTCUSDT" }), "; suspected: tier BTCUSDT");
	assert.equal(suspected({ suspect: "position", suspect_of: null }), "; suspected: position");
	assert.equal(suspected({ suspect: null, suspect_of: null }), "");
});
