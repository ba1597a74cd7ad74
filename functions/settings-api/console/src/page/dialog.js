// A dialog over the page.

import { html } from "htm/preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { focusHeading } from "./heading.js";

/** A dialog over the page. Closed, it gives the focus back, to the heading where its opener is gone. */
export function Dialog({ title: text, onClose, children }) {
  const element = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog.showModal();
    return () => {
      dialog.close();
      setTimeout(() => document.activeElement === document.body && focusHeading());
    };
  }, []);
  const close = (event) => {
    event.preventDefault();
    // Not while its form is at work: that cannot be called off.
    if (!element.current.querySelector("[aria-disabled=true]")) onClose();
  };
  return html`<dialog ref=${element} aria-labelledby=${id} onCancel=${close}>
    <h2 id=${id} tabindex="-1" autofocus>${text}</h2>
    ${children}
  </dialog>`;
}
