// Saving one IMEI or serial number, whatever else happens to its order meanwhile.

import { pathOf } from "../api/addresses.js";
import { ask, read } from "../api/ask.js";
import { Problem } from "../api/problem.js";
import { session, whoIs } from "../session/session.js";
import { endingOf, enteredOf, kindOf, named } from "./kinds.js";
import { endingsOf, imeisPath, isClaimed } from "./lines.js";

/** How often a save is tried where the API is out of reach, and how long is waited between two tries. */
const SAVE_TRIES = 4;
const SAVE_AGAIN_MS = 1_000;
/** How often an order may change under a save by what does not touch the phone. */
const SAVE_RACES = 8;

/**
 * Saves one on the version the person saw. Where the order is of another by now it is read again: what does not touch the
 * phone is gone over, everything else is the person's to decide.
 * @returns {Promise<{order: object, by: string|null}>} the order as it is then; `by` who had saved the same before
 * @throws {Problem}
 */
export async function saveImei(order, line, digits, isMeant) {
  const { field, entry } = kindOf(line);
  const body = { [field]: [entry(digits)], ...(isMeant && { is_meant: true }) };
  let seen = order;
  let [tries, races] = [1, 1];
  for (;;) {
    try {
      const changed = await ask("PUT", imeisPath(order, line), { body, headers: { "if-match": `"${seen.version}"` } });
      return { order: changed, by: null };
    } catch (problem) {
      if (problem.status === 412 && races < SAVE_RACES) {
        races += 1;
        seen = await readAgain(order);
        const found = sameEntry(seen, line, digits);
        if (found) return { order: seen, by: found.by };
      } else if (problem.isPassing && tries < SAVE_TRIES) {
        await new Promise((resolve) => setTimeout(resolve, SAVE_AGAIN_MS * 2 ** tries));
        tries += 1;
      } else throw problem;
    }
  }
}

/** Reads an order, also where that takes some tries. */
async function readAgain(order) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read(pathOf("partners", order.partner_id, "orders", order.order_id));
    } catch (problem) {
      if (!problem.isPassing || tries === SAVE_TRIES) throw problem;
      await new Promise((resolve) => setTimeout(resolve, SAVE_AGAIN_MS * 2 ** tries));
    }
  }
}

/**
 * The same, where it is there already: saved by another person meanwhile, or by ourselves, whose answer was lost (`by` is null);
 * nothing where the phone is as the person saw it.
 * @throws {Problem} where it is otherwise, with the order as it is `now`
 */
function sameEntry(now, line, digits) {
  const changed = (detail) => Object.assign(new Problem(412, { detail: `Changed: look again. ${detail}` }), { now });
  const its = now.lines.find(({ item_id: item }) => item === line.item_id);
  if (!its) throw changed("The order has no such line any more.");
  const found = { ...its, kind: line.kind };
  const { field, name } = kindOf(line);
  const by = now[field].find(({ item_id: item }) => item === line.item_id)?.updated_by ?? "Somebody";
  const [has, had] = [enteredOf(found), enteredOf(line)];
  const isSame = has.length === 1 && has[0].endsWith(endingOf(digits));
  if (isSame && has[0] !== had[0]) return { by: isMe(by) ? null : by };
  if (isClaimed(now)) throw changed(`The order was sent meanwhile, so this ${name} does not go with it.`);
  if (has.join() === had.join()) return null;
  const did = has.length > 0 ? `entered ${endingsOf(found)}` : "cleared the entry";
  throw Object.assign(changed(`${by} ${did} meanwhile; yours is the ${named(line, digits)}.`), { line: found });
}

/** Whether this is the name of who is signed in; the API keeps as much of it as fits. */
function isMe(name) {
  return Boolean(name) && (whoIs(session.get().token).name ?? "").trim().startsWith(name);
}
