import type { NodeStatus } from "../api/contract.ts";

/** A sentence about a problem that the node's state does not show, or undefined. */
export function nodeHint(status: NodeStatus): string | undefined {
  const { conflict } = status;
  if (conflict?.text !== undefined) return conflict.text;
  const where = conflict?.otherAddress === undefined ? "" : ` at ${conflict.otherAddress}`;
  switch (conflict?.kind) {
    case "duplicate-node":
      return `Another machine sends the same id, last seen${where}: give each a unique id.`;
    case "duplicate-hostname":
      return `Another node${where} has this host name: a cloned SD card, or an unchanged default name.`;
    case "identity-changed":
      return `This machine previously had the id ${conflict.otherNode ?? "of another node"}.`;
    case undefined:
      break;
  }
  if (status.multicastLost === true) {
    return "Its multicast does not arrive, so each sample is probed for: IGMP snooping without a querier, or Wi-Fi.";
  }
  return undefined;
}
