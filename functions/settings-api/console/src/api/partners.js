// The seller's partners and what each channel offers, for whichever view needs them.

import { read } from "./ask.js";
import { useLive } from "./live.js";

/** The seller's partners. */
export function usePartners() {
  return useLive("partners", (signal) => read("/partners", signal), 30_000);
}

/** What each channel offers; it does not change while the page is open. */
export function useChannels() {
  return useLive("channels", (signal) => read("/channels", signal), 600_000);
}

/** A channel's name, as people know it; empty until that is read. */
export function useChannelName(channel) {
  return useChannels().data?.channels.find((one) => one.channel === channel)?.name ?? "";
}

/** The partners' names, by id. */
export function namesOf(partners) {
  return new Map(partners.map(({ partner_id: id, name }) => [id, name]));
}
