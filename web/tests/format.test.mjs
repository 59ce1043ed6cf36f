// format.test.mjs: how numbers look.
import assert from "node:assert/strict";
import test from "node:test";
import { age, clock, coins, exact, measure, percent, ratio, sign, usd } from "../src/format.js";

test("unknown is a question mark and never zero", () => {
	for (const format of [usd, coins, percent, age, ratio]) {
		assert.equal(format(null), "?");
		assert.equal(format(undefined), "?");
		assert.equal(format(NaN), "?");
	}
	assert.equal(exact(null), "not known");
	assert.equal(sign(null), "flat");
});

test("USD is compact, with a true minus and no minus zero", () => {
	const cases = [
		[0, "0"],
		[-0, "0"],
		[0.0001, "~0"],
		[-0.0049, "~0"],
		[12.3, "12.30"],
		[999.4, "999"],
		[-68437.2, "\u221268.4k"],
		[999949, "1.00m"],
		[999999999, "1.00bn"],
		[1440000, "1.44m"],
		[-2.5e9, "\u22122.50bn"],
		[7.123e12, "7.12tn"],
		[-9.9996e9, "\u221210.0bn"],
	];
	for (const [value, text] of cases) assert.equal(usd(value), text, String(value));
	assert.equal(usd(1440000, { plus: true }), "+1.44m");
	assert.equal(usd(0, { plus: true }), "0");
});

test("coins keep four digits", () => {
	const cases = [
		[0.00001, "~0"],
		[0.0945, "0.0945"],
		[-6.25, "\u22126.250"],
		[12.3456, "12.35"],
		[25000, "25,000"],
		[412345.6, "412.3k"],
		[-1.5e12, "\u22121.500tn"],
	];
	for (const [value, text] of cases) assert.equal(coins(value), text, String(value));
});

test("no text is long: a column of nine figures holds every number", () => {
	for (let power = -6; power < 15; power++)
		for (const lead of [1, 1.0004, 3.14159, 9.9994, 9.9999]) {
			const value = -lead * 10 ** power;
			assert.ok(usd(value).length <= 9, usd(value));
			assert.ok(coins(value).length <= 9, coins(value));
		}
});

test("a share is 100 % only when it is", () => {
	assert.equal(percent(1), "100%");
	assert.equal(percent(0.9999), "99.9%");
	assert.equal(percent(0), "0%");
	assert.equal(percent(0.5), "50.0%");
});

test("ages, times, exact numbers, measures", () => {
	assert.equal(age(0.04), "0.0 s");
	assert.equal(age(-3), "0.0 s");
	assert.equal(age(59.9), "59 s");
	assert.equal(age(600), "10 min");
	assert.equal(age(1e6), "11 d");
	assert.equal(clock(1795000000e9), "11:06:40Z");
	assert.equal(exact("-1234567.000000000000000001"), "\u22121,234,567.000000000000000001");
	assert.equal(exact(1e-7), "0.0000001");
	assert.equal(measure("age_s", 12), "12 s");
	assert.equal(measure("call_pct", 7.8), "7.8%");
	assert.equal(measure("call_pct", 999900), "none");
	assert.equal(measure("call_sigmas", 2.345), "2.35 σ");
	assert.equal(measure("call_sigmas", null), "?");
	assert.equal(measure("leverage_gross", 2.225), "2.23×");
	assert.equal(measure("net_usd", -250000), "\u2212250k USD");
});
