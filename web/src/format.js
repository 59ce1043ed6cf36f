// format.js: numbers for people. What is not known is "?", never 0; minus is a true minus.

const MINUS = "\u2212";
const UNITS = [
	[1e12, "tn"],
	[1e9, "bn"],
	[1e6, "m"],
	[1e3, "k"],
];

function known(value) {
	return value !== null && value !== undefined && Number.isFinite(Number(value));
}

// digits: so many significant digits, fixed point; 9.9996 is "10.0", not "10.00".
function digits(size, significant) {
	const whole = size >= 100 ? 3 : size >= 10 ? 2 : 1;
	const places = Math.max(0, significant - whole);
	const text = size.toFixed(places);
	return places > 0 && text.indexOf(".") > whole ? size.toFixed(places - 1) : text;
}

function scaled(size, significant) {
	for (const [unit, name] of UNITS) {
		// 999,950 must become 1.00m and not 1000k.
		if (Number(digits(size / (unit / 1000), significant)) >= 1000 || size >= unit)
			return digits(size / unit, significant) + name;
	}
	return null;
}

function signed(value, text, plus) {
	if (/^[0.]*$/.test(text.replace(/[a-z]+$/, ""))) return text.replace(/^0[.0]*$/, "0");
	if (value < 0) return MINUS + text;
	return plus ? "+" + text : text;
}

// usd: "+1.44m", "−68.4k", "12.30", "~0" for dust that is not zero.
export function usd(value, { plus = false } = {}) {
	if (!known(value)) return "?";
	const number = Number(value);
	const size = Math.abs(number);
	if (size === 0) return "0";
	if (size < 0.005) return "~0";
	return signed(number, scaled(size, 3) ?? digits(size, size >= 100 ? 3 : 4), plus);
}

// coins: four significant digits, more than that is in the title.
export function coins(value, { plus = false } = {}) {
	if (!known(value)) return "?";
	const number = Number(value);
	const size = Math.abs(number);
	if (size === 0) return "0";
	if (size < 0.00005) return "~0";
	if (size >= 100000) return signed(number, scaled(size, 4), plus);
	let text;
	if (size < 1) text = size.toFixed(4);
	else text = digits(size, 4);
	if (size >= 1000) text = Math.round(size).toLocaleString("en-US");
	return signed(number, text, plus);
}

export function ratio(value, unit = "×") {
	if (!known(value)) return "?";
	const size = Math.abs(Number(value));
	return signed(Number(value), size >= 100 ? size.toFixed(0) : size.toFixed(2), false) + unit;
}

// percent rounds towards doubt: 99.96 % is shown as 99.9 %, only 1 is 100 %.
export function percent(value) {
	if (!known(value)) return "?";
	const number = Number(value) * 100;
	const text = Math.abs(number) === 100 || number === 0 ? number.toFixed(0) : (Math.trunc(number * 10) / 10).toFixed(1);
	return text.replace("-", MINUS) + "%";
}

// age: from seconds.
export function age(seconds) {
	if (!known(seconds)) return "?";
	const s = Math.max(0, Number(seconds));
	if (s < 10) return s.toFixed(1) + " s";
	if (s < 120) return Math.floor(s) + " s";
	if (s < 7200) return Math.floor(s / 60) + " min";
	if (s < 172800) return Math.floor(s / 3600) + " h";
	return Math.floor(s / 86400) + " d";
}

// exact: every digit that there is, grouped, for titles and proofs.
export function exact(value) {
	if (value === null || value === undefined) return "not known";
	const text = typeof value === "number" ? plain(value) : String(value);
	const [whole, fraction] = text.replace("-", "").split(".");
	const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
	return (text.startsWith("-") ? MINUS : "") + grouped + (fraction ? "." + fraction : "");
}

function plain(value) {
	const text = String(value);
	return text.includes("e") ? value.toFixed(18).replace(/0+$/, "").replace(/\.$/, "") : text;
}

// clock: UTC, marked so.
export function clock(time_ns) {
	if (!time_ns) return "?";
	return new Date(time_ns / 1e6).toISOString().slice(11, 19) + "Z";
}

export function sign(value) {
	if (!known(value) || Number(value) === 0) return "flat";
	return Number(value) > 0 ? "long" : "short";
}

// A distance from a call or liquidation that no price brings.
const PCT_NONE = 999900;

// measure: a limit's or alert's value in its own unit.
export function measure(name, value) {
	if (name === "net_usd" || name === "gross_usd") return known(value) ? usd(value) + " USD" : "?";
	if (name === "net_coins") return coins(value);
	if (name === "priced_share" || name === "cushion" || name === "margin_usage") return percent(value);
	if ((name.endsWith("_pct") || name === "call_sigmas") && Number(value) >= PCT_NONE) return "none";
	if (name === "call_sigmas") return known(value) ? `${Number(value).toFixed(2)} σ` : "?";
	if (name.endsWith("_pct")) return known(value) ? percent(value / 100) : "?";
	if (name === "age_s" || name === "skew_s") return age(value);
	if (name === "adl_rank") return known(value) ? `${Number(value)} of 5` : "?";
	return ratio(value);
}
