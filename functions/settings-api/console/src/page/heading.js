// A view's heading, and the focus on it.

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

/** Puts the focus on the view's heading. */
export function focusHeading() {
  document.querySelector("main h1")?.focus({ preventScroll: true });
}

/** A view's heading; `name` is the page's title where that is not the heading itself, `back` leads to where one came from. */
export function Heading({ children, name = children, back }) {
  useEffect(() => {
    document.title = `${name} · Shipconfirm`;
  }, [name]);
  return html`${back && html`<a class="back" href=${back.href}>${back.text}</a>`}<h1 tabindex="-1">${children}</h1>`;
}
