// A form on its way to the API.

import { useEffect, useRef, useState } from "preact/hooks";

/**
 * A form that is sent: once at a time, and where it fails the focus goes to the field that is wrong, or to what is said.
 * @param {(...given: any[]) => Promise<void>|void} send throws a `Problem` where it fails
 */
export function useSending(send) {
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
