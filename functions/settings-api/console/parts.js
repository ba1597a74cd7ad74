// What the views are made of: headings, fields, choices, dialogs, and how loading, emptiness and trouble look.

/** Puts the focus on the view's heading. */
function focusHeading() {
  document.querySelector("main h1")?.focus({ preventScroll: true });
}

/** A view's heading; `name` is the page's title where that is not the heading itself, `back` leads to where one came from. */
function Heading({ children, name = children, back }) {
  useEffect(() => {
    document.title = `${name} · Shipconfirm`;
  }, [name]);
  return html`${back && html`<a class="back" href=${back.href}>${back.text}</a>`}<h1 tabindex="-1">${children}</h1>`;
}

/** A time, with the exact one at hand. */
function Time({ at }) {
  const exact = new Date(at).toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
  return html`<time datetime=${at} title=${exact}>${when(at)}</time>`;
}

/** Something that needs to be read; as an alert it is read out at once. `tone`: info, good, warn or bad. */
function Notice({ tone, isAlert, children }) {
  return html`<div class="notice ${tone}" role=${isAlert && "alert"} tabindex=${isAlert && "-1"}>${children}</div>`;
}

/** A state as a word in a colour. */
function Badge({ state }) {
  const [word, tone] = STATES[state] ?? [title(state), "calm"];
  return html`<span class="badge ${tone}">${word}</span>`;
}

/** A fact of a list of them. */
function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

/** What stands where nothing is. */
function Empty({ title: text, children }) {
  return html`<section class="empty"><h2>${text}</h2>${children}</section>`;
}

/** Data, with what can be the case before it is there, and after it is out of reach. `what` is loaded: "orders". */
function Loaded({ live, what, children }) {
  const isLate = useLate(!live.data && !live.error);
  const { data, error } = live;
  if (data && (!error || error.isPassing)) {
    return html`${error && html`<p class="as-of" role="status">As of ${when(live.at)}. Trying again by itself.</p>`}${children(data)}`;
  }
  if (error) {
    return html`<${Empty} title=${error.isPassing ? `The ${what} cannot be read now` : "That cannot be shown"}>
      <p>${error.message}</p>
      <button type="button" onClick=${live.reload}>Try again</button>
    <//>`;
  }
  return html`<div class="loading" role="status">
    ${isLate && html`<p>Loading the ${what}…</p><i class="bone" /><i class="bone" />`}
  </div>`;
}

/** A labelled field; its hint and what is wrong with it belong to it for screen readers, too. */
function Field({ label, hint, wrong, isFlag, children }) {
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
function TextField({ label, hint, wrong, value, onText, input }) {
  return html`<${Field} label=${label} hint=${hint} wrong=${wrong}>
    ${(attributes) => html`<input type="text" autocomplete="off" spellcheck=${false} ...${attributes} ...${input}
      value=${value} onInput=${(event) => onText(event.target.value)} />`}
  <//>`;
}

/** A field for one of some values: `options` are pairs of a value and its text. */
function SelectField({ label, hint, wrong, value, onText, options }) {
  return html`<${Field} label=${label} hint=${hint} wrong=${wrong}>
    ${(attributes) => html`<select ...${attributes} value=${value} onChange=${(event) => onText(event.target.value)}>
      ${options.map(([one, text]) => html`<option key=${one} value=${one}>${text}</option>`)}
    </select>`}
  <//>`;
}

/** Choices of which one is made: `options` with `value`, `label`, `meaning`, and `warnings` to be read before. */
function Choices({ legend, wrong, name, value, onChoice, options }) {
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
function Submit({ isBusy, kind = "", children }) {
  return html`<button type="submit" class="primary ${kind}" aria-disabled=${isBusy && "true"}>${isBusy ? "Working…" : children}</button>`;
}

/** What a form says of a problem, unless one of its fields does. */
function FormProblem({ problem, fields }) {
  if (!problem || fields.includes(problem.field)) return null;
  return html`<${Notice} tone="bad" isAlert><p>${problem.message}</p><//>`;
}

/** A dialog over the page. Closed, it gives the focus back, to the heading where its opener is gone. */
function Dialog({ title: text, onClose, children }) {
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
