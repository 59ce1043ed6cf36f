// The page is static and carries no inline script or style: the daemon's content policy forbids them.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
	logLevel: "warn",
	plugins: [svelte({ compilerOptions: { runes: true }, emitCss: true })],
	build: {
		assetsInlineLimit: 0,
		cssCodeSplit: false,
		modulePreload: { polyfill: false },
		target: "es2022",
		reportCompressedSize: false,
	},
	server: { proxy: { "/v1": { target: "http://127.0.0.1:8470", ws: true } } },
});
