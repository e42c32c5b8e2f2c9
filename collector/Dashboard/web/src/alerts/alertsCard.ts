import type { AlertChannel, ClusterAlert, CollectorStatus } from "../api/contract.ts";
import { fetchAlerts } from "../api/requests.ts";
import type { Problem } from "../cluster/problems.ts";
import { formatSpan } from "../format/times.ts";
import { make, setText } from "../page/dom.ts";
import { nodeAddress } from "../page/route.ts";

/** More rows would hide the nodes; the heading counts all alerts. */
const ShownAlertsMax = 12;

/** Maximum age of displayed values while nothing else changes. */
const RefreshMilliseconds = 10_000;

/** The rule whose alerts repeat a problem that is shown above with the names of the nodes. */
const RuleOfProblem: Record<Problem["kind"], string> = {
  outage: "network",
  lost: "node-lost",
  conflict: "duplicate-identity",
  openSearch: "opensearch",
  database: "database",
};

/** Firing alerts, most urgent first, and failing channels. Hidden while there are none. */
export class AlertsCard {
  readonly root: HTMLElement;
  private readonly heading = make("h2", "");
  private readonly list = make("ul", "alerts-list");
  private alerts: readonly ClusterAlert[] = [];
  private listedAbove: ReadonlySet<string> = new Set();
  private revision = -1;
  private loadedAt = -RefreshMilliseconds;
  private loading = false;

  constructor() {
    this.root = make("section", "alerts", this.heading, this.list);
    this.root.setAttribute("aria-label", "Alerts");
    this.root.hidden = true;
  }

  /** The status arrives every two seconds and shows whether the alerts need a refresh. */
  onStatus(status: CollectorStatus): void {
    const summary = status.alerts;
    const count = summary === undefined ? 0 : summary.firing + summary.silenced;
    if (summary === undefined || count === 0) {
      this.alerts = [];
      this.revision = -1;
    } else if (summary.revision !== this.revision || performance.now() - this.loadedAt >= RefreshMilliseconds) {
      void this.load(status);
    }
    this.draw(status);
  }

  /** Alerts that repeat one of these problems are left out from the next draw on. */
  onProblems(problems: readonly Problem[]): void {
    this.listedAbove = new Set(problems.map((problem) => RuleOfProblem[problem.kind]));
  }

  private async load(status: CollectorStatus): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      const answer = await fetchAlerts();
      this.alerts = answer.alerts.filter((alert) => alert.state === "firing");
      this.revision = answer.revision;
      this.loadedAt = performance.now();
    } catch (error) {
      // Retried with the next status; the displayed alerts stay.
      console.warn("The alerts could not be read:", error);
    } finally {
      this.loading = false;
    }
    this.draw(status);
  }

  private draw(status: CollectorStatus): void {
    const failing = (status.alerts?.channels ?? []).filter((channel) => channel.problem !== undefined);
    // Silenced alerts stay: nothing else shows that they are silenced.
    const listed = this.alerts.filter((alert) => alert.silencedBy !== undefined || !this.listedAbove.has(alert.rule));
    this.root.hidden = listed.length === 0 && failing.length === 0;
    const silenced = this.alerts.filter((alert) => alert.silencedBy !== undefined).length;
    setText(this.heading, heading(this.alerts.length - silenced, this.alerts.length - listed.length, silenced));
    const shown = listed.slice(0, ShownAlertsMax);
    const rows = shown.map((alert) => alertRow(alert, status.time));
    if (listed.length > shown.length) {
      rows.push(make("li", "alert alert-more", `and ${listed.length - shown.length} more`));
    }
    rows.push(...failing.map(channelRow));
    // Rebuilt only when its text differs, so that updates do not blur a focused link.
    const next = make("ul", "", ...rows);
    if (next.innerHTML !== this.list.innerHTML) this.list.replaceChildren(...Array.from(next.children));
  }
}

function heading(firing: number, above: number, silenced: number): string {
  const counts = [];
  if (firing > 0) counts.push(above > 0 ? `${firing} firing (${above} of them above)` : `${firing} firing`);
  if (silenced > 0) counts.push(`${silenced} silenced`);
  return counts.length === 0 ? "Alerts" : `Alerts: ${counts.join(", ")}`;
}

function alertRow(alert: ClusterAlert, now: number): HTMLElement {
  const severity = make("span", "alert-severity", alert.severity);
  const text = make("span", "alert-text", alert.summary);
  text.dir = "auto";
  const since = make("span", "alert-since", `for ${formatSpan(now - alert.since)}`);
  since.title = `since ${new Date(alert.since).toLocaleString()}`;
  const row = make("li", "alert", severity, text, since);
  row.dataset["severity"] = alert.severity;
  row.dataset["rule"] = alert.rule;
  if (alert.node !== undefined) {
    const link = make("a", "alert-node", "node");
    link.href = nodeAddress(alert.node);
    link.setAttribute("aria-label", `Node ${alert.hostname ?? alert.node}`);
    row.append(link);
  }
  if (alert.silencedBy !== undefined) {
    row.dataset["silenced"] = "true";
    row.append(make("span", "alert-silenced", "silenced"));
  }
  return row;
}

function channelRow(channel: AlertChannel): HTMLElement {
  const text = `Alerts are not delivered by ${channel.name} (${channel.type}): ${channel.problem ?? ""}`;
  const row = make("li", "alert", make("span", "alert-severity", "channel"), make("span", "alert-text", text));
  row.dataset["severity"] = "warning";
  row.dataset["channel"] = channel.name;
  return row;
}
