// The form of one action on a package: what cannot be taken back is said before, and a reason is demanded.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { unfit } from "../api/problem.js";
import { notify } from "../page/announcements.js";
import { Notice } from "../page/elements.js";
import { FormProblem, Submit } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";
import { STATES } from "../wording.js";
import { State, Tracking } from "./parts.js";
import { haveDone, ShortField } from "./persons-word.js";

/** What a person agrees to when they act on a package: where any of it is otherwise, they look again. */
function agreement(pack, action) {
  const { state, detail, tracking_number: number, label, sent } = pack;
  return JSON.stringify([action?.warning ?? null, state, detail.reason ?? detail.for ?? null, detail.found ?? detail.former ?? null,
    number ?? label?.tracking_number ?? null, sent?.tracking_number ?? null]);
}

/** The word on the button that does it. */
function sendWord({ detail }, { resolution, label }) {
  if (resolution !== "nothing_there") return label;
  return detail.former ? "Send ours" : "Send again";
}

/** The same action among those that are possible now. */
function sameAction(pack, { action, resolution, label_id: label, event_id: event }) {
  return pack?.actions.find((other) => other.action === action && other.resolution === resolution && other.label_id === label
    && other.event_id === event);
}

/**
 * The form of an action on the order as it is now: the warning, then why, then the button that names what it does. What is sent
 * names the version that is shown; where that says something else than when the dialog was opened, the person looks again first.
 */
export function ActionForm({ order, pack, chosen, reload, onDone, onBack, backWord }) {
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const action = sameAction(pack, chosen);
  const shown = agreement(pack, action);
  const [agreed, setAgreed] = useState(shown);
  const needsEvidence = chosen.action === "resolve";
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (needsEvidence && !evidence.trim()) throw unfit("evidence", "Say what you saw there.");
    if (!reason.trim()) throw unfit("reason", "Say why, in a few words.");
    const resolving = needsEvidence ? { resolution: chosen.resolution, evidence: evidence.trim() } : {};
    const choosing = chosen.action === "use_label" ? { label_id: chosen.label_id, event_id: chosen.event_id } : {};
    const path = pathOf("partners", order.partner_id, "orders", order.order_id, "actions");
    const changed = await act(path, { package_id: pack.package_id, action: chosen.action, reason: reason.trim(), ...resolving, ...choosing });
    await onDone(changed);
    const now = changed.packages.find(({ package_id: id }) => id === pack.package_id);
    notify(`Done: ${chosen.label}. Package ${pack.package_id} is now: ${STATES[now.state][0]}.`);
  });
  const act = async (path, body) => {
    try {
      return await haveDone(path, body, { "if-match": `"${order.version}"` });
    } catch (refused) {
      if (refused.status !== 412) throw refused;
      await reload();
      throw unfit(null, "Changed: look again. Nothing was done; what is shown here is how it is now.");
    }
  };
  const wrong = (field) => problem?.field === field && problem.message;
  const isChanged = shown !== agreed;
  const back = html`<button type="button" onClick=${onBack} disabled=${isBusy}>${backWord}</button>`;
  if (!action) {
    return html`<${Notice} tone="warn" isAlert><p><strong>Changed: look again.</strong> This is not possible any more.</p><//>
      <p><${State} pack=${pack} /></p><div class="buttons">${back}</div>`;
  }
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <p><${State} pack=${pack} /> <${Tracking} number=${pack.tracking_number ?? pack.label?.tracking_number} /></p>
    ${action.warning && html`<${Notice} tone="warn"><p><strong>${action.warning}</strong></p><//>`}
    <${FormProblem} problem=${problem} fields=${["reason", "evidence"]} />
    ${needsEvidence && html`<${ShortField} label="Evidence" hint="What you saw at the marketplace" text=${evidence}
      onText=${setEvidence} wrong=${wrong("evidence")} />`}
    <${ShortField} label="Reason" hint="Why" text=${reason} onText=${setReason} wrong=${wrong("reason")} />
    ${isChanged && html`<${Notice} tone="bad" isAlert><p><strong>Changed: look again.</strong> What is shown here is how it is now.</p><//>`}
    <div class="buttons">
      ${isChanged && !isBusy
        ? html`<button type="button" onClick=${() => setAgreed(shown)}>I have looked</button>`
        : html`<${Submit} isBusy=${isBusy} kind=${action.sends && "grave"}>${sendWord(pack, action)}<//>`}
      ${back}
    </div>
  </form>`;
}
