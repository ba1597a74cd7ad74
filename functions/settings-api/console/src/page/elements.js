// Small parts of every view: times, notices, badges, facts, and what stands where nothing is.

import { html } from "htm/preact";
import { STATES, title, when } from "../wording.js";

/** A time, with the exact one at hand. */
export function Time({ at }) {
  const exact = new Date(at).toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
  return html`<time datetime=${at} title=${exact}>${when(at)}</time>`;
}

/** A day, as the reader writes it. */
export function Day({ on }) {
  const shown = new Date(`${on}T12:00:00`).toLocaleDateString(undefined, { dateStyle: "medium" });
  return html`<time datetime=${on}>${shown}</time>`;
}

/** Something that needs to be read; as an alert it is read out at once. `tone`: info, good, warn or bad. */
export function Notice({ tone, isAlert, children }) {
  return html`<div class="notice ${tone}" role=${isAlert && "alert"} tabindex=${isAlert && "-1"}>${children}</div>`;
}

/** A state as a word in a colour. */
export function Badge({ state }) {
  const [word, tone] = STATES[state] ?? [title(state), "calm"];
  return html`<span class="badge ${tone}">${word}</span>`;
}

/** A fact of a list of them. */
export function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

/** A transport's own words, folded away beside what they come to. */
export function Raw({ text }) {
  return text && html`<details><summary>In the transport's words</summary>${text}</details>`;
}

/** What stands where nothing is. */
export function Empty({ title: text, children }) {
  return html`<section class="empty"><h2>${text}</h2>${children}</section>`;
}
