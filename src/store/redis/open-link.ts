import type { Clock } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import { connectFailure } from "./failures.ts";
import { Link, type LinkTarget } from "./link.ts";

/** How links to the target are opened, each within `timeoutMs`. They reject with a `StoreError`. */
export const linkOpener = (target: LinkTarget, clock: Clock, timeoutMs: number) => {
  const { host, port } = target.location;
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return async (signal: AbortSignal): Promise<Link> => {
    const attempt = new AbortController();
    const end = (): void => attempt.abort(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const timer = clock.after(timeoutMs, () => attempt.abort(late(place, timeoutMs)));
    try {
      signal.throwIfAborted();
      return await Link.open(target, timeoutMs, attempt.signal);
    } catch (error) {
      throw connectFailure(error, place);
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", end);
    }
  };
};

const late = (place: string, timeoutMs: number): StoreError =>
  new StoreError(
    "unavailable",
    `Redis at ${place} lets nobody in within ${timeoutMs} ms: it hangs, or the network is cut`,
    {
      retryable: true,
    },
  );
