// What a person can do about a package, on its order's page.

import { html } from "htm/preact";
import { Dialog } from "../page/dialog.js";
import { ActionForm } from "./action-form.js";
import { isAboutLabels } from "./labels.js";

/** A package's actions as buttons. The label that would be used is named, for there is a button for each. */
export function ActionButtons({ pack, actions = pack.actions, onChoice }) {
  return actions.map((action) => html`<button type="button" key=${`${action.label} ${action.label_id} ${action.event_id}`}
    class=${action.sends && "sends"} onClick=${() => onChoice(action)}>${action.label}${action.action === "use_label"
      && `: ${numberOf(pack, action)}`}</button>`);
}

/** The number of the telling that would count. */
function numberOf({ label, other_labels: others }, { label_id: id, event_id: event }) {
  const found = [label, ...others].find(({ label_id: one }) => one === id);
  const told = found?.disputed?.event_id === event ? found.disputed : found;
  return `${told?.tracking_number}, ${told?.carrier}`;
}

/** A package's actions on its order's page but those beside its labels, and the dialog of the one that is chosen. */
export function Actions({ order, pack, chosen, onChoice, reload, onDone }) {
  const close = () => onChoice(null);
  const done = (changed) => {
    onDone(changed);
    close();
  };
  const actions = pack.actions.filter((action) => !isAboutLabels(pack, action));
  if (actions.length === 0 && !chosen) return null;
  return html`<div class="buttons">
    <${ActionButtons} pack=${pack} actions=${actions} onChoice=${onChoice} />
    ${chosen && html`<${Dialog} title=${chosen.label} onClose=${close}>
      <p class="muted">Order ${order.order_id}, package ${pack.package_id}</p>
      <${ActionForm} order=${order} pack=${pack} chosen=${chosen} reload=${reload} onDone=${done} onBack=${close} backWord="Cancel" />
    <//>`}
  </div>`;
}
