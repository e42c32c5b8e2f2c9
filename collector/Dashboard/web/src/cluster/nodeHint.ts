import type { NodeStatus } from "../api/contract.ts";

/** What the reader should know of a node besides its state: in a sentence, or nothing. */
export function nodeHint(status: NodeStatus): string | undefined {
  const { conflict } = status;
  const where = conflict?.otherAddress === undefined ? "" : ` at ${conflict.otherAddress}`;
  switch (conflict?.kind) {
    case "duplicate-node":
      return `This id is sent by another machine too, last seen${where}: give each its own.`;
    case "duplicate-hostname":
      return `Another node${where} has this host name: a cloned SD card, or a name that was never changed.`;
    case "identity-changed":
      return `This machine had the id ${conflict.otherNode ?? "of another node"} before.`;
    case undefined:
      break;
  }
  if (status.multicastLost === true) {
    return "Its multicast does not arrive, so it is asked for every sample: IGMP snooping without a querier, or Wi-Fi.";
  }
  return undefined;
}
