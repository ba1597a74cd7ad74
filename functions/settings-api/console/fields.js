// What a marketplace needs to know of an account, as fields of a form, and what is done when two people change the same.

/**
 * What a problem says of a field of a group: the API names it `settings.url`.
 * @param {Problem|null} problem
 * @param {string} group
 * @param {string} name
 */
function wrongIn(problem, group, name) {
  return problem && problem.field === `${group}.${name}` ? problem.message : null;
}

/**
 * The names of all fields of a form for a channel, as the API names them.
 * @param {object} channel
 */
function fieldNames(channel) {
  return [
    ...channel.settings.map(({ name }) => `settings.${name}`),
    ...channel.credentials.map(({ name }) => `credentials.${name}`),
  ];
}

/**
 * A channel's settings.
 * @param {{channel: object, values: Record<string, string|boolean>, onValue: (name: string, value: string|boolean) => void,
 *   problem: Problem|null}} props
 */
function SettingFields({ channel, values, onValue, problem }) {
  return channel.settings.map((field) => {
    const shared = { key: field.name, label: title(field.name), hint: field.meaning, wrong: wrongIn(problem, "settings", field.name) };
    const value = values[field.name];
    if (field.kind === "flag") {
      return html`<${FlagField} ...${shared} value=${value === true} onValue=${(is) => onValue(field.name, is)} />`;
    }
    if (field.allowed.length === 0) {
      return html`<${TextField} ...${shared} value=${value ?? ""} onText=${(text) => onValue(field.name, text)} input=${{ required: true }} />`;
    }
    return html`<${Field} ...${shared}>${(attributes) => html`<select ...${attributes} value=${value ?? ""}
      onChange=${(event) => onValue(field.name, event.target.value)}>
      ${!field.allowed.includes(value) && html`<option value="">Choose…</option>`}
      ${field.allowed.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
    </select>`}<//>`;
  });
}

/** @param {{label: string, hint: string, wrong: string|null, value: boolean, onValue: (value: boolean) => void}} props */
function FlagField({ label, hint, wrong, value, onValue }) {
  const id = useId();
  return html`<div class="field flag">
    <input type="checkbox" id=${id} checked=${value} aria-describedby="${id}-hint${wrong ? ` ${id}-wrong` : ""}"
      aria-invalid=${wrong ? "true" : undefined} onChange=${(event) => onValue(event.target.checked)} />
    <label for=${id}>${label}</label>
    <p class="hint" id="${id}-hint">${hint}</p>
    ${wrong && html`<p class="wrong" id="${id}-wrong">${wrong}</p>`}
  </div>`;
}

/**
 * A channel's credentials: they are never shown, and only written where something is typed.
 * @param {{channel: object, kept: Record<string, string>, values: Record<string, string>,
 *   onValue: (name: string, value: string) => void, problem: Problem|null}} props
 */
function CredentialFields({ channel, kept, values, onValue, problem }) {
  const isKept = Object.keys(kept).length > 0;
  return html`<fieldset>
    <legend>Credentials</legend>
    <p class="hint">${isKept
      ? "Kept, and never shown. Type only to replace them; all of them are needed then."
      : "Kept as secrets, and never shown again."}</p>
    ${channel.credentials.map((field) => html`<${TextField} key=${field.name} label=${title(field.name)} hint=${field.meaning}
      wrong=${wrongIn(problem, "credentials", field.name)} value=${values[field.name] ?? ""}
      onText=${(text) => onValue(field.name, text)}
      input=${{ type: "password", autocomplete: "new-password", placeholder: kept[field.name] ?? "" }} />`)}
  </fieldset>`;
}

/**
 * The credentials that were typed, or nothing where none was.
 * @param {Record<string, string>} values
 */
function typedCredentials(values) {
  const typed = Object.entries(values).filter(([, text]) => text.trim() !== "");
  return typed.length > 0 ? { credentials: Object.fromEntries(typed.map(([name, text]) => [name, text.trim()])) } : {};
}

/**
 * What is said when somebody else has changed the same meanwhile: who, when, to what; and what can be done.
 * @param {{theirs: {changed_by: string, changed_at: string}, children: any, isBusy: boolean, onOverwrite: () => void,
 *   onTakeTheirs: () => void}} props
 */
function Conflict({ theirs, children, isBusy, onOverwrite, onTakeTheirs }) {
  return html`<${Notice} tone="warn" isAlert>
    <p><strong>${theirs.changed_by} changed this meanwhile, <${Time} at=${theirs.changed_at} />.</strong></p>
    ${children}
    <p>What you chose is still here, and not saved.</p>
    <div class="buttons">
      <button type="button" class="primary" aria-disabled=${isBusy} onClick=${onOverwrite}>Save mine over it</button>
      <button type="button" disabled=${isBusy} onClick=${onTakeTheirs}>Take theirs</button>
    </div>
  <//>`;
}

/**
 * What a person is changing, beside what is read again meanwhile: it remembers on which version they began.
 * @param {{version: number, etag: string}|null} read
 * @template T
 */
function useDraft(read) {
  const [draft, setDraft] = useState(null);
  const base = draft?.base ?? read;
  return {
    /** What was changed so far; empty while nothing was. */
    changes: draft?.changes ?? {},
    isBegun: draft !== null,
    /** Whether somebody else saved since it was begun. */
    isOvertaken: draft !== null && read !== null && draft.base.version !== read.version,
    /** The version to save on. */
    etag: base?.etag ?? null,
    change: (changes) => setDraft((was) => ({
      base: was?.base ?? { version: read.version, etag: read.etag },
      changes: { ...was?.changes, ...changes },
    })),
    discard: () => setDraft(null),
  };
}
