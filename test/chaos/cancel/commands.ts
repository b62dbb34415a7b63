import { cancelRun, percentile } from "./cancel-run.ts";

/** What a person asked for; the defaults are main's. */
export interface CancelFlags {
  readonly scans: number;
  readonly seed: number;
  readonly leaseMs: number;
  /** The links are cut meanwhile: the heartbeat of the claims has to tell. */
  readonly cut: boolean;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

const nodes = 4;
/** Nodes whose links are silent for a third of it are declared dead: here they have to live on. */
const leastLeaseMs = 60_000;
const longestMs = { linked: 1_000, cut: 9_000 } as const;

/** `cancel`: holds if 99 of 100 scans have stopped within a second of the answer; with the links cut, within the lease of a claim. */
export const cancel = async (flags: CancelFlags): Promise<boolean> => {
  const { lastRequestMs, ...seen } = await cancelRun({
    ...flags,
    nodes,
    leaseMs: flags.cut ? Math.max(leastLeaseMs, flags.leaseMs) : flags.leaseMs,
  });
  const [p50, p99] = [percentile(lastRequestMs, 0.5), percentile(lastRequestMs, 0.99)];
  flags.print(JSON.stringify({ scans: lastRequestMs.length, p50, p99, max: lastRequestMs.at(-1), ...seen }));
  const shared = Object.entries(seen.nodesAtWork).some(([working]) => Number(working) >= nodes - 1);
  if (!shared) flags.print("floor not met: no scan was at work on nearly all nodes");
  return shared && p99 <= (flags.cut ? longestMs.cut : longestMs.linked);
};
