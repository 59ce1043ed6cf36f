// margin.test.mjs: the words for prices at which pools end.
import assert from "node:assert/strict";
import { test } from "node:test";

import { basisOf, cascadeAt, cascadePart, cascadeStory, far, legEnd, nearest, price, signedPct, suspected } from "../src/margin.js";

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

test("what an alert's value is made of", () => {
	assert.equal(basisOf({ basis: "venue" }), "; by the sums of the venue itself");
	assert.equal(basisOf({ basis: "implied" }), "; its rates are implied by the venue's sums");
	assert.equal(basisOf({ basis: null }), "");
});

test("a liquidation of a cascade in words", () => {
	const step = { price: 50607.3, pct: -15.65, parts: 1, parts_left: 4, parts_are_ours: true, fee_usd: null, closed_usd: 12000,
		left_usd: 900, equity_usd: 1000, maintenance_usd: 1000, status: "verified", adl_accounts_count: 2, adl_rank: 4 };
	assert.equal(cascadeAt(step), "50607.3 (\u221215.6%)");
	assert.equal(cascadeAt({ ...step, price: null }), "\u221215.6%");
	assert.equal(cascadePart(step), "~1 of 5 parts");
	assert.equal(cascadePart({ ...step, parts_are_ours: false, parts_left: 0 }), "1 of 5 parts, the last");
	assert.equal(cascadePart({ ...step, parts: 5 }), "whole");
	const story = cascadeStory(step);
	for (const said of ["fee not known", "an estimate", "2 of ours", "high in the queue"]) assert.ok(story.includes(said), story);
	assert.ok(cascadeStory({ ...step, fee_usd: 12 }).includes("fee 12.00 USD"));
});
