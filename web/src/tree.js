// tree.js: rows by key, and which of them are visible. The daemon rolls up; this only arranges.

export function parentOf(key) {
	const at = key.lastIndexOf("/");
	return at < 0 ? "" : key.slice(0, at);
}

// nameOf: the last part of a row's path, in words.
export function nameOf(row) {
	if (row.leg) {
		if (row.kind === "collateral") return row.asset + " balance";
		return row.instrument + (row.side === "net" ? "" : " " + row.side);
	}
	const last = row.key.slice(row.key.lastIndexOf("/") + 1);
	const name = last.replaceAll("%2F", "/").replaceAll("%25", "%");
	return name.replace(/^(\d{4}-\d\d-\d\d)T08:00:00Z$/, "$1") || "(none)";
}

function size(row) {
	const value = row.leg ? row.delta_usd : row.gross_usd;
	return value === null ? -1 : Math.abs(value);
}

export class Tree {
	constructor() {
		this.rows = new Map();
		this.children = new Map([["", []]]);
		this.unsorted = new Set();
	}

	clear() {
		this.rows.clear();
		this.children = new Map([["", []]]);
		this.unsorted.clear();
	}

	set(row) {
		const parent = parentOf(row.key);
		if (!this.rows.has(row.key)) {
			if (!this.children.has(parent)) this.children.set(parent, []);
			this.children.get(parent).push(row.key);
			this.unsorted.add(parent);
		}
		this.rows.set(row.key, row);
	}

	remove(key) {
		if (!this.rows.delete(key)) return;
		const siblings = this.children.get(parentOf(key));
		siblings?.splice(siblings.indexOf(key), 1);
		this.forget(key);
	}

	// forget drops what is below a node: the daemon stops sending it when the node is closed.
	forget(key) {
		for (const child of this.children.get(key) ?? []) {
			this.forget(child);
			this.rows.delete(child);
		}
		this.children.delete(key);
	}

	// sort puts the largest first; called for new rows at once, for all only now and then, so that
	// rows do not jump under the pointer.
	sort(all = false) {
		for (const parent of all ? this.children.keys() : this.unsorted) {
			this.children
				.get(parent)
				?.sort((a, b) => size(this.rows.get(b)) - size(this.rows.get(a)) || (a < b ? -1 : 1));
		}
		this.unsorted.clear();
	}

	// visible: rows in reading order under the open nodes. wanted: lower-case text that the row's own
	// path must hold, or "".
	visible(open, wanted) {
		const list = [];
		const walk = (parent, within) => {
			const keys = this.children.get(parent) ?? [];
			let position = 0;
			for (const key of keys) {
				const row = this.rows.get(key);
				const hit = within || wanted === "" || nameOf(row).toLowerCase().includes(wanted);
				const at = list.length;
				position++;
				list.push({ key, row, position, siblings: keys.length });
				if (open.has(key)) walk(key, hit);
				if (!hit && list.length === at + 1) list.length = at;
			}
		};
		walk("", false);
		return list;
	}
}
