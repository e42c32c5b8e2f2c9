import type { AlertsAnswer, CollectorStatus, EventsAnswer, NodeHistory, ReadingHistory, SectionsHistory } from "./contract.ts";

/** The collector refused a request; the message is the collector's if it sent one. */
export class RequestRefused extends Error {
  readonly httpStatus: number;

  constructor(httpStatus: number, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }
}

// Addresses are relative, so that the page also works below a path of a reverse proxy.
async function getJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(address, { headers: { accept: "application/json" }, signal: signal ?? null });
  if (!response.ok) {
    const answer = (await response.json().catch(() => ({}))) as { error?: string };
    throw new RequestRefused(response.status, answer.error ?? `the collector responded with ${response.status}`);
  }
  return (await response.json()) as T;
}

export function fetchNodeHistory(id: string, from: number, to: number, points: number, signal: AbortSignal) {
  const query = `from=${Math.round(from)}&to=${Math.round(to)}&points=${points}`;
  const history = `api/nodes/${encodeURIComponent(id)}/history`;
  return Promise.all([
    getJson<NodeHistory>(`${history}?${query}`, signal),
    getJson<SectionsHistory>(`${history}/sections?${query}`, signal),
  ]);
}

/** The last ten minutes of one reading, for the sparklines of all nodes. */
export function fetchReadingHistory(reading: string) {
  // Ten minutes may touch 61 ten-second buckets; a request for exactly 60 would get a coarser tier.
  return getJson<ReadingHistory>(`api/history?reading=${encodeURIComponent(reading)}&points=120`);
}

/** Events, newest first; `before` is the `next` of the page before. */
export function fetchEvents(wanted: { node?: string | undefined; before?: number | undefined; limit: number }) {
  const query = new URLSearchParams({ limit: `${wanted.limit}` });
  if (wanted.node !== undefined) query.set("node", wanted.node);
  if (wanted.before !== undefined) query.set("before", `${wanted.before}`);
  return getJson<EventsAnswer>(`api/events?${query}`);
}

/** The collector's own status. */
export function fetchStatus() {
  return getJson<CollectorStatus>("api/status");
}

/** All alerts, most urgent first. */
export function fetchAlerts() {
  return getJson<AlertsAnswer>("api/alerts");
}
