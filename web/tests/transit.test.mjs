// transit.test.mjs: the words for coins between accounts, and which of them are over.
import assert from "node:assert/strict";
import { test } from "node:test";

import { amount, arrange, details, ends, glyph, story } from "../src/transit.js";

const row = (state, more = {}) => ({
	state, kind: "withdrawal", asset: "BTC", quantity: 2, fee: 0, from: "desk", to: null, counted: 0, in_doubt: 0,
	matched_by: "none", reason: "", is_over: false, since_ns: 1795000000e9, until_ns: 1795086400e9, ...more,
});

test("unexplained first, then the longest under way; over, the newest first", () => {
	const rows = [
		row("in flight", { since_ns: 30 }),
		row("arrived", { since_ns: 5, is_over: true }),
		row("leaving", { since_ns: 20 }),
		row("unexplained", { since_ns: 25 }),
		row("left", { since_ns: 8, is_over: true }),
	];
	const { current, over } = arrange(rows);
	assert.deepEqual(current.map(({ since_ns }) => since_ns), [25, 20, 30]);
	assert.deepEqual(over.map(({ since_ns }) => since_ns), [8, 5]);
});

test("an account that is not known is ?, and what left the book went elsewhere", () => {
	assert.deepEqual(ends(row("in flight")), { from: "desk", to: "?" });
	assert.deepEqual(ends(row("left")), { from: "desk", to: "elsewhere" });
	assert.deepEqual(ends(row("received", { from: null, to: "vault" })), { from: "?", to: "vault" });
});

test("amounts have every digit where they are few; unknown is never 0", () => {
	assert.equal(amount(0.00020001), "0.00020001");
	assert.equal(amount(50000), "50,000");
	assert.equal(amount(123.456789012345), "123.5");
	assert.equal(amount(null), "?");
	assert.equal(details(row("in flight", { fee: null, in_doubt: 2 })), "fee not told · 2 in doubt");
	assert.equal(details(row("arriving", { fee: 0.0005, matched_by: "amount" })), "fee 0.0005 · matched by amount");
	assert.equal(details(row("arrived")), "");
	assert.match(story(row("in flight", { fee: null })), /^2 BTC, fee not known, in doubt 0\n.*since 2026-11-18T11:06:40Z/);
});

test("doubt and loss are said by glyph, not by colour alone", () => {
	assert.deepEqual(glyph(row("unexplained")), ["▲", "bad"]);
	assert.deepEqual(glyph(row("in flight")), ["●", "good"]);
	assert.deepEqual(glyph(row("pending")), ["◌", "faint"]);
	assert.deepEqual(glyph(row("in flight", { in_doubt: 2 })), ["◆", "warn"]);
	assert.deepEqual(glyph(row("lost in space")), ["◆", "warn"]);
});
