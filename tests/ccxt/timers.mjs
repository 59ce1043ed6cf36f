// timers.mjs: CCXT's keep-alive timers of twenty minutes outlive its clients; they may not keep the
// process of a test. Imported before CCXT, which takes its own copy of setTimeout.
const original = globalThis.setTimeout;
const LONG_MS = 60000;

globalThis.setTimeout = (callback, ms, ...rest) => {
  const timer = original(callback, ms, ...rest);
  if (ms >= LONG_MS)
    timer.unref();
  return timer;
};
