// Data that is read again by itself while the page is looked at.

import { useEffect, useRef, useState } from "preact/hooks";

/** How often a view reads its data again while it is looked at. */
const EVERY_MS = 5_000;
/** What was read last, by what it is, so that going back shows it at once. In memory only. */
const remembered = new Map();

/** Forgets what was read, with the session. */
export function forgetRead() {
  remembered.clear();
}

/**
 * Data that is read, and read again by itself while the page is looked at. What was read last stays when reading fails.
 * @param {string} key what it is
 * @param {(signal: AbortSignal) => Promise<object>} load
 * @param {number} [everyMs]
 * @returns {{data: object|null, at: number, error: Error|null, reload: () => Promise<void>, put: (data: object) => void}}
 */
export function useLive(key, load, everyMs = EVERY_MS) {
  const [state, setState] = useState({ key: null });
  const now = useRef({});
  now.current.load = load;
  useEffect(() => keepReading(key, now.current, everyMs, setState), [key, everyMs]);
  return {
    ...(state.key === key ? state : lastRead(key)),
    reload: () => now.current.run(),
    put(data) {
      remembered.set(key, { data, at: Date.now() });
      setState(lastRead(key));
    },
  };
}

function lastRead(key) {
  return { key, data: null, at: 0, error: null, ...remembered.get(key) };
}

/** Reads now and from time to time, until the returned function is called. */
function keepReading(key, now, everyMs, setState) {
  let timer = 0;
  let failures = 0;
  let control = new AbortController();
  const run = async () => {
    clearTimeout(timer);
    control.abort();
    control = new AbortController();
    const { signal } = control;
    try {
      const data = await now.load(signal);
      if (signal.aborted) return;
      failures = 0;
      remembered.set(key, { data, at: Date.now() });
      setState(lastRead(key));
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      setState({ ...lastRead(key), error });
    }
    if (!document.hidden) timer = setTimeout(run, everyMs * Math.min(2 ** failures, 8));
  };
  const onSight = () => (document.hidden ? clearTimeout(timer) : run());
  document.addEventListener("visibilitychange", onSight);
  window.addEventListener("online", run);
  now.run = run;
  run();
  return () => {
    clearTimeout(timer);
    control.abort();
    document.removeEventListener("visibilitychange", onSight);
    window.removeEventListener("online", run);
  };
}
