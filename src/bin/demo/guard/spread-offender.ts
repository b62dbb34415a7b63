import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { Visits } from "./visits.ts";

/** What became of one client whose accesses were spread over the front ends, so that none of these saw the limit exceeded. */
export interface SpreadOffender {
  readonly address: string;
  /** Accesses that each front end had served when the limit was exceeded. */
  readonly perFrontEnd: readonly number[];
  /** From the answer to the access that exceeded it to the first denial by each of them. */
  readonly deniedAfterMs: readonly number[];
  /** Accesses that were served meanwhile. */
  readonly leaked: number;
  /** It was denied before it had exceeded the limit. */
  readonly falselyBlocked: boolean;
}

const address = "127.0.9.1";
const pauseMs = 10;
const longestMs = 30_000;

/** Exceeds the limit over all front ends, and goes on until all of them deny it. @throws Error when they do not within half a minute */
export const blockSpreadOffender = async (
  visits: Visits,
  { frontEnds, limit, clock, signal }: { frontEnds: number; limit: number; clock: Clock; signal: AbortSignal },
): Promise<SpreadOffender> => {
  const perFrontEnd = Array.from({ length: frontEnds }, () => 0);
  let falselyBlocked = false;
  let exceededAtMs = 0;
  for (let at = 0; at <= limit; at += 1) {
    const { frontEnd, outcome } = await visits.visit(address, at % frontEnds);
    perFrontEnd[frontEnd] = (perFrontEnd[frontEnd] ?? 0) + 1;
    falselyBlocked ||= outcome === "denied";
    exceededAtMs = clock.monotonicMs();
    await pause(clock, pauseMs, signal);
  }
  const deniedAfterMs = new Map<number, number>();
  let leaked = 0;
  for (let at = 0; deniedAfterMs.size < frontEnds; at += 1) {
    const { frontEnd, outcome } = await visits.visit(address, at % frontEnds);
    const tookMs = clock.monotonicMs() - exceededAtMs;
    if (outcome === "served") leaked += 1;
    else if (outcome === "denied" && !deniedAfterMs.has(frontEnd)) deniedAfterMs.set(frontEnd, tookMs);
    if (tookMs > longestMs) throw new Error(`${address} exceeded the limit, and is served after ${longestMs} ms`);
    await pause(clock, pauseMs, signal);
  }
  return { address, perFrontEnd, deniedAfterMs: [...deniedAfterMs.values()], leaked, falselyBlocked };
};
