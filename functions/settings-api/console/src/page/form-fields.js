// Fields of forms, their choices and buttons, and what is said where something is wrong with one.

import { html } from "htm/preact";
import { useId } from "preact/hooks";
import { Notice } from "./elements.js";

/** A labelled field; its hint and what is wrong with it belong to it for screen readers, too. */
export function Field({ label, hint, wrong, isFlag, children }) {
  const id = useId();
  const about = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  const input = children({ id, "aria-describedby": about || null, "aria-invalid": wrong ? "true" : null });
  return html`<div class=${isFlag ? "field flag" : "field"}>
    ${isFlag && input}
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${!isFlag && input}
    ${wrong && html`<p class="wrong" id="${id}-wrong">${wrong}</p>`}
  </div>`;
}

/** A field for text; `input` are more attributes of it. */
export function TextField({ label, hint, wrong, value, onText, input }) {
  return html`<${Field} label=${label} hint=${hint} wrong=${wrong}>
    ${(attributes) => html`<input type="text" autocomplete="off" spellcheck=${false} ...${attributes} ...${input}
      value=${value} onInput=${(event) => onText(event.target.value)} />`}
  <//>`;
}

/** A field for one of some values: `options` are pairs of a value and its text. */
export function SelectField({ label, hint, wrong, value, onText, options }) {
  return html`<${Field} label=${label} hint=${hint} wrong=${wrong}>
    ${(attributes) => html`<select ...${attributes} value=${value} onChange=${(event) => onText(event.target.value)}>
      ${options.map(([one, text]) => html`<option key=${one} value=${one}>${text}</option>`)}
    </select>`}
  <//>`;
}

/** Choices of which one is made: `options` with `value`, `label`, `meaning`, and `warnings` to be read before. */
export function Choices({ legend, wrong, name, value, onChoice, options }) {
  const id = useId();
  return html`<fieldset>
    <legend>${legend}</legend>
    ${wrong && html`<p class="wrong" role="alert" tabindex="-1">${wrong}</p>`}
    ${options.map((option) => {
      const own = `${id}-${option.value}`;
      return html`<div class="choice" key=${option.value}>
        <input type="radio" id=${own} name=${name} value=${option.value} checked=${value === option.value}
          aria-describedby="${own}-about" onChange=${() => onChoice(option.value)} />
        <label for=${own}>${option.label}</label>
        <div class="about" id="${own}-about">
          <p>${option.meaning}</p>
          ${option.warnings?.map((warning) => html`<p class="warning">${warning}</p>`)}
        </div>
      </div>`;
    })}
  </fieldset>`;
}

/** A form's button, which says when it is at work. */
export function Submit({ isBusy, kind = "", children }) {
  return html`<button type="submit" class="primary ${kind}" aria-disabled=${isBusy && "true"}>${isBusy ? "Working…" : children}</button>`;
}

/** What a form says of a problem, unless one of its fields does. */
export function FormProblem({ problem, fields }) {
  if (!problem || fields.includes(problem.field)) return null;
  return html`<${Notice} tone="bad" isAlert><p>${problem.message}</p><//>`;
}

/** What a problem says of a field. */
export function wrongOf(problem, field) {
  return problem?.field === field ? problem.message : null;
}
