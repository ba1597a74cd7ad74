// What a marketplace needs to know of an account, as fields of a form.

import { html } from "htm/preact";
import { Field, SelectField, TextField, wrongOf } from "../page/form-fields.js";
import { title } from "../wording.js";

/** The names of a channel's fields, as the API's problems name them. */
export function fieldNames({ settings, credentials }) {
  return [...settings.map(({ name }) => `settings.${name}`), ...credentials.map(({ name }) => `credentials.${name}`)];
}

/** A channel's settings. `onValue` is told the name and the value of what changes. */
export function SettingFields({ channel, values, onValue, problem }) {
  return channel.settings.map(({ name, meaning, kind, allowed }) => {
    const shared = { key: name, label: title(name), hint: meaning, wrong: wrongOf(problem, `settings.${name}`) };
    const value = values[name];
    if (kind === "flag") {
      return html`<${Field} ...${shared} isFlag>${(attributes) => html`<input type="checkbox" ...${attributes}
        checked=${value === true} onChange=${(event) => onValue(name, event.target.checked)} />`}<//>`;
    }
    const options = allowed.includes(value) ? allowed : ["", ...allowed];
    const Kind = allowed.length > 0 ? SelectField : TextField;
    return html`<${Kind} ...${shared} value=${value ?? ""} onText=${(text) => onValue(name, text)}
      options=${options.map((one) => [one, one || "Choose…"])} />`;
  });
}

/** A channel's credentials: never shown, and written only where something is typed. */
export function CredentialFields({ channel, kept, values, onValue, problem }) {
  return html`<fieldset>
    <legend>Credentials</legend>
    <p class="hint">${kept
      ? "Kept, and never shown. Type only to replace them; all of them are needed then."
      : "Kept as secrets, and never shown again."}</p>
    ${channel.credentials.map(({ name, meaning }) => html`<${TextField} key=${name} label=${title(name)} hint=${meaning}
      wrong=${wrongOf(problem, `credentials.${name}`)} value=${values[name] ?? ""} onText=${(text) => onValue(name, text)}
      input=${{ type: "password", autocomplete: "new-password", placeholder: kept?.[name] }} />`)}
  </fieldset>`;
}

/** The credentials that were typed, for a request; none where none was. */
export function typedCredentials(values) {
  const typed = Object.entries(values).filter(([, text]) => text.trim());
  return typed.length > 0 ? { credentials: Object.fromEntries(typed) } : {};
}
