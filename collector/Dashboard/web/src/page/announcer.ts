import type { HealthChange } from "../cluster/clusterState.ts";
import { make } from "./dom.ts";

/** Longer lists are announced as a count. */
const NamesMax = 3;

/** Announces losses and recoveries to screen readers, but not readings, which change every second. */
export function healthAnnouncement(changes: readonly HealthChange[]): string {
  const lost = changes.filter((change) => change.after === "lost").map((change) => change.hostname);
  const recovered = changes
    .filter((change) => change.before === "lost" && change.after === "up")
    .map((change) => change.hostname);
  return [sentence(lost, "lost"), sentence(recovered, "recovered")].filter((part) => part !== "").join(" ");
}

function sentence(names: readonly string[], what: string): string {
  if (names.length === 0) return "";
  return names.length > NamesMax ? `${names.length} nodes ${what}.` : `${names.join(", ")} ${what}.`;
}

export class Announcer {
  readonly root = make("div", "visually-hidden announcer");

  constructor() {
    this.root.setAttribute("aria-live", "polite");
    this.root.setAttribute("role", "status");
  }

  announceHealth(changes: readonly HealthChange[]): void {
    this.announce(healthAnnouncement(changes));
  }

  announce(text: string): void {
    if (text !== "") this.root.textContent = text;
  }
}
