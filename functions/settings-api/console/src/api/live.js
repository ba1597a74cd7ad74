// Data that is read again by itself while the page is looked at.

import { useEffect, useRef, useState } from "preact/hooks";

/** How often a view reads its data again while something happens. */
const EVERY_MS = 5_000;
/** How much longer each wait is than the one before, while nothing changes and nobody does anything; and how many times the first at most. */
const LONGER = 1.5;
const LONGEST = 6;
/** The longest of these waits, unless the first one is longer. */
const WAIT_MAX_MS = 60_000;
/** By what a person shows that they are there. */
const ACTS = ["pointerdown", "pointermove", "keydown"];
/** What was read last, by what it is, so that going back shows it at once. In memory only. */
const remembered = new Map();
/** Who reads what: parts of the page that show the same share one reader. */
const readers = new Map();

/** Forgets what was read, with the session. */
export function forgetRead() {
  remembered.clear();
}

/**
 * Data that is read, and read again by itself while the page is looked at: often while it changes or the person does something, and
 * seldom else, for many pages stay open all day. What was read last stays when reading fails.
 * @param {string} key what it is
 * @param {(signal: AbortSignal) => Promise<object>} load
 * @param {number} [everyMs]
 * @returns {{data: object|null, at: number, error: Error|null, reload: () => Promise<void>, put: (data: object) => void}}
 */
export function useLive(key, load, everyMs = EVERY_MS) {
  const [state, setState] = useState({ key: null });
  const own = useRef({});
  own.current.load = load;
  own.current.show = setState;
  useEffect(() => join(key, own.current, everyMs), [key, everyMs]);
  return {
    ...(state.key === key ? state : lastRead(key)),
    reload: () => readers.get(key)?.run(),
    put(data) {
      remembered.set(key, { data, at: Date.now() });
      showAll(readers.get(key), lastRead(key));
    },
  };
}

function lastRead(key) {
  return { key, data: null, at: 0, error: null, ...remembered.get(key) };
}

function showAll(reader, state) {
  for (const { show } of reader?.parts ?? []) show(state);
}

/** Lets a part of the page share the reader of a key, until the returned function is called. The last part to leave ends it. */
function join(key, part, everyMs) {
  const reader = readers.get(key) ?? newReader(key, everyMs);
  readers.set(key, reader);
  reader.parts.add(part);
  if (reader.parts.size === 1) reader.run();
  else part.show(lastRead(key));
  return () => {
    reader.parts.delete(part);
    if (reader.parts.size > 0) return;
    reader.end();
    if (readers.get(key) === reader) readers.delete(key);
  };
}

/** Reads when it is told to, and from then on from time to time, until it is ended. */
function newReader(key, everyMs) {
  const parts = new Set();
  const longestMs = Math.max(everyMs, Math.min(everyMs * LONGEST, WAIT_MAX_MS));
  let timer = 0;
  let failures = 0;
  let control = new AbortController();
  let isReading = false;
  let [waitMs, text, readAt] = [everyMs, null, 0];
  const run = async () => {
    clearTimeout(timer);
    control.abort();
    control = new AbortController();
    const { signal } = control;
    let nextMs = 0;
    isReading = true;
    try {
      const data = await [...parts].at(-1).load(signal);
      if (signal.aborted) return;
      const before = text;
      text = JSON.stringify(data);
      waitMs = text === before ? Math.min(waitMs * LONGER, longestMs) : everyMs;
      [failures, readAt, nextMs] = [0, Date.now(), waitMs];
      remembered.set(key, { data, at: readAt });
      showAll({ parts }, lastRead(key));
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      nextMs = Math.max(everyMs * Math.min(2 ** failures, 8), error.waitMs ?? 0);
      showAll({ parts }, { ...lastRead(key), error });
    }
    isReading = false;
    if (!document.hidden) timer = setTimeout(run, nextMs);
  };
  // Whoever does something sees what is.
  const onAct = () => {
    if (waitMs === everyMs || isReading || failures > 0) return;
    waitMs = everyMs;
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(0, readAt + everyMs - Date.now()));
  };
  const onSight = () => (document.hidden ? clearTimeout(timer) : run());
  document.addEventListener("visibilitychange", onSight);
  window.addEventListener("online", run);
  for (const act of ACTS) window.addEventListener(act, onAct, { capture: true, passive: true });
  return {
    parts,
    run,
    end() {
      clearTimeout(timer);
      control.abort();
      document.removeEventListener("visibilitychange", onSight);
      window.removeEventListener("online", run);
      for (const act of ACTS) window.removeEventListener(act, onAct, { capture: true });
    },
  };
}
