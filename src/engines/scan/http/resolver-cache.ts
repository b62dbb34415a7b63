import type { Clock } from "../../../base/clock.ts";
import type { Resolver } from "../net/resolver.ts";

const keepMs = 10_000;
const mostNames = 1_000;

interface Known {
  readonly addresses: Promise<readonly string[]>;
  readonly untilMs: number;
}

/**
 * Asks once for a name and remembers the addresses for ten seconds, or while the answer is on its way; failures are not
 * remembered. Whoever connects checks the addresses each time, remembered or not.
 */
export const cachedResolver = (resolve: Resolver, clock: Clock): Resolver => {
  const known = new Map<string, Known>();
  return (hostname) => {
    const nowMs = clock.monotonicMs();
    const fresh = known.get(hostname);
    if (fresh !== undefined && nowMs < fresh.untilMs) return fresh.addresses;
    const asked: Known = { addresses: resolve(hostname), untilMs: nowMs + keepMs };
    known.delete(hostname);
    known.set(hostname, asked);
    asked.addresses.catch(() => {
      if (known.get(hostname) === asked) known.delete(hostname);
    });
    const [oldest] = known.keys();
    if (known.size > mostNames && oldest !== undefined) known.delete(oldest);
    return asked.addresses;
  };
};
