// Where a scan goes that is for no phone's field.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { orderHref } from "../api/addresses.js";
import { Notice, Time } from "../page/elements.js";
import { TextField } from "../page/form-fields.js";
import { judgeImei } from "./digits.js";
import { SAVED_MAX } from "./entries.js";
import { catchField, leadTo } from "./scan-focus.js";
import { sound } from "./sound.js";

/** A number as scanners and people write it alike. */
function plainNumber(text) {
  return (text ?? "").replace(/[^0-9a-z]/gi, "").toUpperCase();
}

/**
 * Where a scan goes that is for no field: an order's or a tracking number leads to its phone, and an IMEI is not swallowed, but
 * said to be nobody's.
 */
export function CatchField({ shown }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState(null);
  const [stray, setStray] = useState([]);
  const field = useRef(null);
  const onSubmit = (event) => {
    event.preventDefault();
    const asked = plainNumber(field.current.value);
    if (!asked) return;
    const found = shown.find(({ order }) => [order.order_id, ...order.packages.map((pack) => pack.tracking_number)].map(plainNumber).includes(asked));
    const target = found && [...document.querySelectorAll("[data-order]")].find((part) => part.dataset.order === orderHref(found.order));
    const its = target && [...target.querySelectorAll("input[data-imei]")].find((one) => one.value === "");
    if (its) {
      leadTo(its);
      setText("");
      setProblem(null);
    } else if (/^\d+$/.test(asked) && judgeImei(asked).tone === "right") {
      setStray((was) => [{ ending: asked.slice(-4), at: new Date().toISOString() }, ...was].slice(0, SAVED_MAX));
      setText("");
      sound();
    } else {
      setProblem("No order shown here that lacks an IMEI has this number.");
      sound();
      field.current.select();
    }
  };
  return html`<form role="search" class="catch" novalidate onSubmit=${onSubmit}>
      <${TextField} label="Order or tracking number" hint="Scan it to go to its phone." value=${text} wrong=${problem}
        onText=${(typed) => { setText(typed); setProblem(null); }} input=${{ ref: field, "data-catch": true }} />
    </form>
    ${stray.length > 0 && html`<${Notice} tone="bad" isAlert><p><strong>NOT saved: scanned while no phone's field was chosen.</strong></p>
      <ul>${stray.map(({ ending, at }) => html`<li key=${at}>IMEI ending in ${ending}, <${Time} at=${at} /></li>`)}</ul>
      <div class="buttons"><button type="button" onClick=${() => setStray([])}>I have seen it</button></div><//>`}`;
}

/** What is typed while the cursor is nowhere goes where scans are caught. */
export function useCaughtKeys() {
  useEffect(() => {
    const onKey = (event) => {
      const isText = /^[0-9a-z]$/i.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isText && !event.target.closest?.("input, select, textarea, dialog")) catchField()?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
