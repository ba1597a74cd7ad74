// What keeps the page live: data that is read again by itself, a clock, and what is said to people while they look on.

const { h, render } = preact;
const { useState, useEffect, useLayoutEffect, useRef, useId } = preactHooks;
const html = htm.bind(h);

/** How often a view reads its data again while it is looked at. */
const EVERY_MS = 5_000;
/** How long something may take before the page says that it is being loaded. */
const LATE_MS = 300;
/** How long what was said stays in sight. */
const SAID_MS = 8_000;

/** What was read last, by what it is, so that going back shows it at once. In memory only. */
const remembered = new Map();
/** What the page says: its text, and whether it is shown, or for screen readers alone. */
const said = makeStore({ text: "", isShown: false });

let saidTimer = 0;

function say(text, isShown) {
  clearTimeout(saidTimer);
  // Emptied first, for a screen reader says nothing where a text is replaced by the same.
  said.set({ text: "", isShown: false });
  saidTimer = setTimeout(() => {
    said.set({ text, isShown });
    saidTimer = setTimeout(() => said.set({ text: "", isShown: false }), SAID_MS);
  }, 50);
}

/** Says to screen readers what is in sight anyway. */
function announce(text) {
  say(text, false);
}

/** Says something to everybody. */
function notify(text) {
  say(text, true);
}

/** A store's value, and again when it changes. */
function useStore(store) {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(store.get());
    return store.watch(setValue);
  }, [store]);
  return value;
}

/**
 * Data that is read, and read again by itself while the page is looked at. What was read last stays when reading fails.
 * @param {string} key what it is
 * @param {(signal: AbortSignal) => Promise<object>} load
 * @param {number} [everyMs]
 * @returns {{data: object|null, at: number, error: Error|null, reload: () => Promise<void>, put: (data: object) => void}}
 */
function useLive(key, load, everyMs = EVERY_MS) {
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

/** Whether something goes on for so long that it should be shown. */
function useLate(isGoingOn) {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    setIsLate(false);
    const timer = setTimeout(() => setIsLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [isGoingOn]);
  return isLate && isGoingOn;
}

/** The time now, each second. */
function useClock() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/**
 * A form that is sent: once at a time, and where it fails the focus goes to the field that is wrong, or to what is said.
 * @param {(...given: any[]) => Promise<void>|void} send throws a `Problem` where it fails
 */
function useSending(send) {
  const [state, setState] = useState({ isBusy: false, problem: null });
  const form = useRef(null);
  useEffect(() => {
    if (state.problem) form.current?.querySelector("[aria-invalid=true], [role=alert]")?.focus();
  }, [state.problem]);
  const submit = async (...given) => {
    if (state.isBusy) return;
    setState({ isBusy: true, problem: null });
    try {
      await send(...given);
      setState({ isBusy: false, problem: null });
    } catch (problem) {
      setState({ isBusy: false, problem });
    }
  };
  const onSubmit = (event) => {
    event.preventDefault();
    submit();
  };
  return { ...state, form, submit, onSubmit, clear: () => setState({ isBusy: false, problem: null }) };
}

/** A problem that is seen without the API: of a field that is not filled in well, or of the whole. */
function unfit(field, detail) {
  return new Problem(400, { field, detail });
}
