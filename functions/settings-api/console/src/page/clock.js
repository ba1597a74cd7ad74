// Time passing, for components.

import { useEffect, useState } from "preact/hooks";

/** How long something may take before the page says that it is being loaded. */
const LATE_MS = 300;

/** Whether something goes on for so long that it should be shown. */
export function useLate(isGoingOn) {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    setIsLate(false);
    const timer = setTimeout(() => setIsLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [isGoingOn]);
  return isLate && isGoingOn;
}

/** The time now, each second. */
export function useClock() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
