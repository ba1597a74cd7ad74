// Resolving a package from the attention list.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { Dialog } from "../page/dialog.js";
import { Loaded } from "../page/loaded.js";
import { ActionForm } from "./action-form.js";
import { ActionButtons } from "./actions.js";
import { Reasons, State } from "./parts.js";

/** Resolves a package from the attention list: reads its order for what can be done, and does it. */
export function ResolveDialog({ line, packageId, onClose, onDone }) {
  const [chosen, setChosen] = useState(null);
  const path = pathOf("partners", line.partner_id, "orders", line.order_id);
  const live = useLive(path, (signal) => read(path, signal));
  const done = async () => {
    await onDone();
    onClose();
  };
  const choose = (order) => {
    const pack = order.packages.find(({ package_id: id }) => id === packageId);
    if (chosen) {
      return html`<${ActionForm} order=${order} pack=${pack} chosen=${chosen} reload=${live.reload} onDone=${done}
        onBack=${() => setChosen(null)} backWord="Back" />`;
    }
    return html`<p><${State} pack=${pack} /></p>
      <${Reasons} reasons=${pack.attention} />
      ${pack.actions.length === 0 && html`<p>Nothing can be done about it here now.</p>`}
      <div class="stack"><${ActionButtons} pack=${pack} onChoice=${setChosen} /></div>
      <div class="buttons"><button type="button" onClick=${onClose}>Cancel</button></div>`;
  };
  return html`<${Dialog} title=${chosen?.label ?? "Resolve"} onClose=${onClose}>
    <p class="muted">Order ${line.order_id}, package ${packageId}</p>
    <${Loaded} live=${live} what="order">${choose}<//>
  <//>`;
}
