// browser.mjs: starts hub_demo and Chromium for the page's tests.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chromium } from "playwright-core";

const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

export function launch() {
	return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

// startDemo runs the daemon's views over a scripted book; order() writes a line to it.
export async function startDemo(extraAccounts = 0) {
	const child = spawn(process.env.HUB_DEMO, ["0", String(extraAccounts)], { stdio: ["pipe", "pipe", "inherit"] });
	const [line] = await once(child.stdout, "data");
	return {
		url: line.toString().trim(),
		order: (text) => child.stdin.write(text + "\n"),
		stop: async () => {
			child.kill("SIGTERM");
			await once(child, "exit");
		},
	};
}

// openPage watches for what must never happen: policy violations, errors, failed requests.
export async function openPage(browser, url, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1400, height: 860 }, ...options });
	const page = await context.newPage();
	const problems = [];
	page.on("pageerror", (error) => problems.push("error: " + error.message));
	page.on("console", (message) => message.type() === "error" && problems.push("console: " + message.text()));
	await page.addInitScript(() => {
		window.violations = [];
		document.addEventListener("securitypolicyviolation", (event) =>
			window.violations.push(event.violatedDirective + " " + event.blockedURI),
		);
	});
	await page.goto(url);
	await page.waitForSelector('[role="row"][aria-level="1"]');
	return { page, problems, close: () => context.close() };
}
