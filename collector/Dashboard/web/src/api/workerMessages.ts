import type { EventName } from "./liveSource.ts";

/** What a tab sends: that it is shown, that it is hidden or closed, that it is still there, that a retry is wanted. */
export type ToWorker = "join" | "leave" | "alive" | "retry";

/** What a tab gets: an event of the stream, or what happened to the connection. */
export interface FromWorker {
  name: EventName | "joined" | "broken";
  data: string;
}

/** How often a tab says that it is still there. */
export const AliveMilliseconds = 5_000;
