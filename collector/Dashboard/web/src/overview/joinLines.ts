import type { CollectorStatus } from "../api/contract.ts";

const DefaultPort = 6077;

/**
 * Where agents send to: the address in the browser if it is one of the collector's, else the collector's first one.
 * A browser on the collector's machine or behind a proxy shows another.
 */
export function joinLines(
  joining: CollectorStatus["joining"],
  pageHost: string,
): { collector: string; signed: boolean } {
  const { addresses = [], port = DefaultPort, signed = false } = joining ?? {};
  const shown = pageHost.replace(/^\[|\]$/g, "");
  const address = addresses.includes(shown) ? shown : (addresses[0] ?? "COLLECTOR");
  return { collector: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`, signed };
}
