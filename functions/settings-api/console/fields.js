// What a marketplace needs to know of an account, as fields of a form, and what is done when two people change the same.

/** What a problem says of a field. */
function wrongOf(problem, field) {
  return problem?.field === field ? problem.message : null;
}

/** The names of a channel's fields, as the API's problems name them. */
function fieldNames({ settings, credentials }) {
  return [...settings.map(({ name }) => `settings.${name}`), ...credentials.map(({ name }) => `credentials.${name}`)];
}

/** A channel's settings. `onValue` is told the name and the value of what changes. */
function SettingFields({ channel, values, onValue, problem }) {
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
function CredentialFields({ channel, kept, values, onValue, problem }) {
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
function typedCredentials(values) {
  const typed = Object.entries(values).filter(([, text]) => text.trim());
  return typed.length > 0 ? { credentials: Object.fromEntries(typed) } : {};
}

/**
 * A form for what others can change, too: what a person changes stays, on the version they began with, until it is saved.
 * @param {string} path
 * @param {object} current as it was read last, with its `etag`
 * @param {{put: Function, reload: Function}} live
 * @param {(changes: object) => object} toBody
 */
function useVersioned(path, current, live, toBody) {
  const [draft, setDraft] = useState(null);
  const [saved, setSaved] = useState(null);
  const sending = useSending(async (etag) => {
    setSaved(null);
    try {
      const answer = await ask("PUT", path, { body: await toBody(draft?.changes ?? {}), headers: { "if-match": etag } });
      live.put(answer);
      setDraft(null);
      setSaved(answer);
      announce("Saved.");
    } catch (problem) {
      if (problem.status === 412) await live.reload();
      throw problem;
    }
  });
  return {
    ...sending,
    changes: draft?.changes ?? {},
    /** What was answered to the last save, until something else is changed. */
    saved,
    change(changes) {
      setSaved(null);
      setDraft({ version: current.version, etag: current.etag, ...draft, changes: { ...draft?.changes, ...changes } });
    },
    save(event) {
      event.preventDefault();
      if (draft) sending.submit(draft.etag);
      else setSaved(current);
    },
    saveOver: () => sending.submit(current.etag),
    takeTheirs() {
      setDraft(null);
      sending.clear();
      focusHeading();
    },
    /** Whether somebody else saved since the person began. */
    isOvertaken: draft !== null && draft.version !== current.version,
  };
}

/** What is said when somebody else changed the same meanwhile: who, when, to what; and what can be done. */
function Overtaken({ current, versioned, children }) {
  return html`<${Notice} tone="warn" isAlert>
    <p><strong>${current.changed_by} changed this meanwhile, <${Time} at=${current.changed_at} />.</strong></p>
    <p>It is now: ${children}</p>
    <p>What you chose is still here, and not saved.</p>
    <div class="buttons">
      <button type="button" class="primary" onClick=${versioned.saveOver}>Save mine over it</button>
      <button type="button" onClick=${versioned.takeTheirs}>Take theirs</button>
    </div>
  <//>`;
}
