// live.svelte.js: the link to the daemon: one stream for the numbers, short requests for the rest.
import { Tree } from "./tree.js";

const SILENCE_MS = 3500;
const TRANSITS_MS = 5000;

export class Live {
	tree = new Tree();
	version = $state(0);
	link = $state("connecting");
	total = $state.raw(null);
	head = $state.raw({ sequence: 0, as_of_ns: 0, breaches: {}, feeds: {} });
	feeds = $state.raw([]);
	limits = $state.raw([]);
	alerts = $state.raw([]);
	pools = $state.raw([]);
	actions = $state.raw([]);
	transits = $state.raw([]);
	notIncluded = $state.raw([]);
	underlyings = $state.raw([]);
	now_ns = $state(0);
	reason = $state("");

	#socket = null;
	#open = new Set();
	#query = "";
	#tries = 0;
	#heard_ms = 0;
	#as_of_local_ms = 0;
	#stateVersion = -1;
	#frame = 0;
	#retry = 0;
	#timers = [];

	start() {
		this.#timers = [
			setInterval(() => this.#tick(), 250),
			setInterval(() => this.#sortAll(), 10000),
			setInterval(() => this.#fetchState(), 2000),
			setInterval(() => this.#fetchTransits(), TRANSITS_MS),
		];
	}

	stop() {
		this.#timers.forEach(clearInterval);
		clearTimeout(this.#retry);
		this.#close();
	}

	// watch asks for a shape: {by, tier, scope, derivatives}.
	watch(shape) {
		const query = new URLSearchParams({ by: shape.by, tier: "leg", levels: "all", legs: "true", offsets: "true" });
		if (shape.scope) query.set("scope", shape.scope);
		if (shape.derivatives) query.set("derivatives_only", "true");
		this.#query = query.toString();
		this.#open.clear();
		this.#connect();
	}

	open(keys) {
		keys.forEach((key) => this.#open.add(key));
		this.#send({ type: "open", keys });
	}

	close(keys) {
		for (const key of keys) {
			this.#open.delete(key);
			this.tree.forget(key);
		}
		this.#send({ type: "close", keys });
		this.version++;
	}

	async acknowledge(alert) {
		const reply = await fetch("/v1/alerts/ack", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({
				limit_id: alert.limit_id,
				scope_name: alert.scope_name,
				transition: alert.transition,
				who: "page",
			}),
		});
		if (!reply.ok) throw new Error((await reply.json()).error.message);
		setTimeout(() => this.#fetchState(true), 300);
	}

	#send(message) {
		if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
	}

	#close() {
		const socket = this.#socket;
		this.#socket = null;
		socket?.close();
	}

	#connect() {
		this.#close();
		clearTimeout(this.#retry);
		const socket = new WebSocket(`ws://${location.host}/v1/stream?${this.#query}`);
		this.#socket = socket;
		this.#heard_ms = performance.now();
		if (this.link !== "live") this.link = "connecting";
		socket.onopen = () => {
			this.#tries = 0;
			if (this.#open.size > 0) this.#send({ type: "open", keys: [...this.#open] });
			this.#fetchState(true);
			this.#fetchTransits();
		};
		socket.onmessage = (event) => {
			if (socket === this.#socket) this.#take(JSON.parse(event.data));
		};
		socket.onclose = () => {
			if (socket === this.#socket) this.#lost();
		};
	}

	#lost() {
		this.#socket = null;
		this.link = "lost";
		const wait = Math.min(15000, 500 * 2 ** this.#tries++) * (0.5 + Math.random());
		this.#retry = setTimeout(() => this.#connect(), wait);
	}

	#take(message) {
		this.#heard_ms = performance.now();
		if (message.type === "alert") {
			this.#fetchState(true);
			return;
		}
		if (message.type === "closed") {
			this.reason = message.reason;
			return;
		}
		if (message.type === "snapshot") this.tree.clear();
		message.rows.forEach((row) => this.tree.set(row));
		message.removed.forEach((key) => this.tree.remove(key));
		this.link = "live";
		this.reason = "";
		this.total = message.total;
		this.head = message;
		this.now_ns = message.as_of_ns;
		this.#as_of_local_ms = performance.now();
		if (message.state_version !== this.#stateVersion) {
			this.#stateVersion = message.state_version;
			this.#fetchState(true);
		}
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.tree.sort();
			this.version++;
		});
	}

	// Ages go on between messages and through a dead link: what is old must look old.
	#tick() {
		if (this.head.as_of_ns > 0)
			this.now_ns = this.head.as_of_ns + (performance.now() - this.#as_of_local_ms) * 1e6;
		if (this.link === "live" && performance.now() - this.#heard_ms > SILENCE_MS) this.link = "silent";
	}

	#sortAll() {
		this.tree.sort(true);
		this.version++;
	}

	#fetching = false;
	async #fetchState() {
		if (this.#fetching || document.hidden) return;
		this.#fetching = true;
		try {
			const get = async (path) => (await fetch(path)).json();
			const [feeds, limits, alerts, actions, margin, exposure] = await Promise.all([
				get("/v1/feeds"),
				get("/v1/limits"),
				get("/v1/alerts"),
				get("/v1/actions"),
				get("/v1/margin"),
				get("/v1/exposure?by=underlying&tier=book"),
			]);
			this.feeds = feeds.feeds;
			this.limits = limits.limits;
			this.alerts = alerts.alerts;
			this.pools = margin.pools;
			this.actions = actions.actions;
			this.notIncluded = exposure.not_included;
			this.underlyings = exposure.rows.map((row) => row.underlying);
		} catch {
			// The link state already says that the daemon cannot be reached.
		} finally {
			this.#fetching = false;
		}
	}

	// Movements may be two thousand, so they are asked for more seldom than the rest.
	#fetchingTransits = false;
	async #fetchTransits() {
		if (this.#fetchingTransits || document.hidden) return;
		this.#fetchingTransits = true;
		try {
			this.transits = (await (await fetch("/v1/transits")).json()).transits;
		} catch {
			// The link state already says that the daemon cannot be reached.
		} finally {
			this.#fetchingTransits = false;
		}
	}
}

// accountPools asks for an account's margin pools, each leg with the prices of its own that kill the pool.
export async function accountPools(account) {
	const reply = await fetch(`/v1/margin/${encodeURIComponent(account)}`);
	const answer = await reply.json();
	if (!reply.ok) throw new Error(answer.error.message);
	return answer.pools;
}

// cascade asks who is liquidated while the price of an asset, or of "all", moves by so many per cent.
export async function cascade(asset, pct) {
	const reply = await fetch("/v1/cascade?" + new URLSearchParams({ move: `${asset}=${pct}%` }));
	const answer = await reply.json();
	if (!reply.ok) throw new Error(answer.error.message);
	return answer;
}

// proof asks for the legs behind one row, keeping each number's own digits.
export async function proof(row, scope) {
	const parts = scope ? [scope] : [];
	for (const dimension of ["venue", "account", "portfolio", "strategy"])
		if (row[dimension]) parts.push(`${dimension}:${row[dimension]}`);
	const query = new URLSearchParams({ tier: "leg" });
	if (parts.length > 0) query.set("scope", parts.join(","));
	const name = encodeURIComponent(row.underlying || "-");
	const reply = await fetch(`/v1/exposure/${name}/proof?${query}`);
	const text = await reply.text();
	if (!reply.ok) throw new Error(JSON.parse(text).error.message);
	return JSON.parse(text, (key, value, context) =>
		typeof value === "number" && context?.source && !key.endsWith("_ns") ? { value, text: context.source } : value,
	);
}
