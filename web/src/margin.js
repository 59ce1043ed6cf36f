// margin.js: prices at which margin pools and their legs are called and liquidated, in words.
import { percent, usd } from "./format.js";

// How far a rung is, as a share of the price of now; 0: past.
export const far = (rung) => (rung.pct === null ? 0 : Math.abs(rung.pct) / 100);

// The nearest of a threshold's two sides: {side, pct, price}; null: no price does it.
export function nearest(of, threshold) {
	const rungs = ["down", "up"]
		.map((side) => ({ side, ...of[`${threshold}_${side}`] }))
		.filter((rung) => rung.pct !== null || rung.reason === "already past");
	rungs.sort((a, b) => far(a) - far(b));
	return rungs[0] ?? null;
}

export const signedPct = (pct) => (pct > 0 ? "+" : "\u2212") + percent(Math.abs(pct) / 100);

export const price = (value) => (value === null ? "" : Number(value).toPrecision(6).replace(/\.?0+$/, ""));

// "160.2 (−9.1%)": where a leg's own price, moved alone, has its pool liquidated.
export function legEnd(leg) {
	const rung = nearest(leg, "liquidation");
	if (!rung) return leg.liquidation_down.reason === "no price does that" ? "no price" : "?";
	return rung.pct === null ? "past" : `${price(rung.price)} (${signedPct(rung.pct)})`;
}

// Measures whose alert names, with its one leg, the price at which a pool is called or liquidated.
export const callMeasures = ["margin_usage", "cushion", "call_pct", "liquidation_pct", "residual_pct", "call_sigmas"];

// What an alert's value is made of that is not all ours; "" where it is.
const bases = { venue: "; by the sums of the venue itself", implied: "; its rates are implied by the venue's sums" };
export const basisOf = (alert) => bases[alert.basis] ?? "";

// "; suspected: tier BTCUSDT": the input that explains why ours is off the venue's; "" none.
export const suspected = (of) => (of.suspect ? `; suspected: ${of.suspect}${of.suspect_of ? " " + of.suspect_of : ""}` : "");

// "50607.3 (−15.6%)": where a liquidation of a cascade is; of a joint move the way alone.
export const cascadeAt = (step) => (step.price === null ? signedPct(step.pct) : `${price(step.price)} (${signedPct(step.pct)})`);

// How much of a pool is taken; "~": the venue's own parts are other ones.
export function cascadePart(step) {
	if (step.parts === 5) return "whole";
	return `${step.parts_are_ours ? "~" : ""}${step.parts} of 5 parts${step.parts_left === 0 ? ", the last" : ""}`;
}

export function cascadeStory(step) {
	const lines = [
		`equity ${usd(step.equity_usd)} USD, maintenance ${usd(step.maintenance_usd)} USD (${step.status})`,
		`closed ${usd(step.closed_usd)} USD, fee ${step.fee_usd === null ? "not known in full" : usd(step.fee_usd) + " USD"}`,
		`left at most ${usd(step.left_usd)} USD`,
	];
	if (step.parts_are_ours) lines.push("an estimate: the venue closes in parts of its own");
	if (step.adl_accounts_count > 0)
		lines.push(`${step.adl_accounts_count} of ours win there and may be reduced${step.adl_rank >= 4 ? ", high in the queue" : ""}`);
	return lines.join("\n");
}
