import { parseHead } from "../bundles/bundle-head.ts";
import { bundleHeads } from "../records/keys.ts";
import { rowsOf } from "../../claims/rows-of.ts";
import type { Round } from "./round.ts";
import { sweepBundle } from "./sweep-bundles.ts";

const bundlesPerRound = 50;
/** A scan may be about to be submitted with it; whoever submits one later uploads it again. */
const leastKeptMs = 3_600_000;

/** Deletes bundles that no scan uses, the one first that was not used for longest, while all have more than `mostBytes`. */
export const trimBundles = async (round: Round, mostBytes: number): Promise<void> => {
  const unused = [];
  let bytes = 0;
  for await (const { key, value, version } of rowsOf((page) => round.space.records.list(bundleHeads, page))) {
    const head = parseHead(value);
    bytes += head.bytes;
    if (head.usedAtMs <= round.nowMs - leastKeptMs) unused.push({ hash: key.slice(bundleHeads.length), head, version });
  }
  if (bytes <= mostBytes) return;
  const oldestFirst = unused.toSorted((one, other) => one.head.usedAtMs - other.head.usedAtMs);
  let swept = 0;
  for (const { hash, ...versioned } of oldestFirst) {
    if (bytes <= mostBytes || swept === bundlesPerRound) return;
    if (!(await sweepBundle(round, hash, versioned))) continue;
    bytes -= versioned.head.bytes;
    swept += 1;
  }
};
