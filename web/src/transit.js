// transit.js: coins between accounts, in words.
import { coins, exact } from "./format.js";

const UNDER_WAY = ["pending", "leaving", "in flight", "arriving", "returning"];
const GLYPHS = {
	unexplained: ["▲", "bad"],
	pending: ["◌", "faint"],
	arrived: ["✓", "faint"],
	returned: ["✓", "faint"],
	left: ["→", "faint"],
};

// {current, over}: unexplained first, then the longest under way; what is over, the newest first.
export function arrange(rows) {
	const current = rows.filter((row) => !row.is_over);
	current.sort((a, b) => (b.state === "unexplained") - (a.state === "unexplained") || a.since_ns - b.since_ns);
	return { current, over: rows.filter((row) => row.is_over).sort((a, b) => b.since_ns - a.since_ns) };
}

export function glyph(row) {
	return GLYPHS[row.state] ?? (row.in_doubt === 0 && UNDER_WAY.includes(row.state) ? ["●", "good"] : ["◆", "warn"]);
}

// Every digit where they are few, so that it can be held against what a chain or a venue says.
export function amount(value) {
	const text = exact(value);
	return value === null ? "?" : text.length <= 12 ? text : coins(value);
}

// {from, to}; "?": no account is known; "elsewhere": it is known to be none of ours.
export const ends = (row) => ({ from: row.from ?? "?", to: row.to ?? (row.state === "left" ? "elsewhere" : "?") });

// What there is to say besides: fee, doubt, what makes both sides one.
export function details(row) {
	const parts = [];
	if (row.fee !== 0) parts.push(row.fee === null ? "fee not told" : `fee ${amount(row.fee)}`);
	if (row.in_doubt !== 0) parts.push(`${amount(row.in_doubt)} in doubt`);
	if (row.matched_by !== "none") parts.push(`matched by ${row.matched_by}`);
	return parts.join(" · ");
}

// Every digit, for the title.
export function story(row) {
	const until = UNDER_WAY.includes(row.state) ? `unexplained after ${when(row.until_ns)}` : "";
	return [
		`${exact(row.quantity)} ${row.asset}, fee ${exact(row.fee)}, in doubt ${exact(row.in_doubt)}`,
		`${row.kind}, since ${when(row.since_ns)}`,
		`in the net as in transit: ${exact(row.counted)}`,
		row.reason,
		until,
	]
		.filter(Boolean)
		.join("\n");
}

const when = (time_ns) => (time_ns ? new Date(time_ns / 1e6).toISOString().slice(0, 19) + "Z" : "?");
