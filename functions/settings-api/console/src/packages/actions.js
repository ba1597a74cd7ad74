// What a person can do about a package, on its order's page.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Dialog } from "../page/dialog.js";
import { ActionForm } from "./action-form.js";

/** A package's actions as buttons. */
export function ActionButtons({ pack, onChoice }) {
  return pack.actions.map((action) => html`<button type="button" key=${action.label} class=${action.sends && "sends"}
    onClick=${() => onChoice(action)}>${action.label}</button>`);
}

/** A package's actions on its order's page, and the dialog of the one that is chosen. */
export function Actions({ order, pack, reload, onDone }) {
  const [chosen, setChosen] = useState(null);
  const close = () => setChosen(null);
  const done = (changed) => {
    onDone(changed);
    close();
  };
  if (pack.actions.length === 0 && !chosen) return null;
  return html`<div class="buttons">
    <${ActionButtons} pack=${pack} onChoice=${setChosen} />
    ${chosen && html`<${Dialog} title=${chosen.label} onClose=${close}>
      <p class="muted">Order ${order.order_id}, package ${pack.package_id}</p>
      <${ActionForm} order=${order} pack=${pack} chosen=${chosen} reload=${reload} onDone=${done} onBack=${close} backWord="Cancel" />
    <//>`}
  </div>`;
}
