import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import type { Span } from "./fault-injector.ts";
import type { OwnerProcess } from "./owner-process.ts";

type Life = Pick<OwnerProcess, "writer" | "incarnation" | "exit">;

/** What became of nodes that were frozen. */
export interface FreezesSeen {
  /** Longer than three lease TTLs, with a store that served for most of it: the others have declared the node dead. */
  readonly long: number;
  /** Long ones whose node did not end with 75, or did not come back as another incarnation: what it did instead. */
  readonly wrong: readonly string[];
  /** Over all freezes. */
  readonly lost: number;
}

const longTtls = 3;
/**
 * So long at a stretch the store has to serve: for one TTL after an outage nobody is declared dead, nor while the node's own lease holds,
 * and it takes a moment until every node has the store again.
 */
const servedTtls = 2.5;

export interface Disturbances {
  readonly freezes: readonly (Span & { readonly life: Life; readonly node: number })[];
  readonly outages: readonly Span[];
}

export const judgeFreezes = (
  nodes: readonly { readonly lives: readonly Life[] }[],
  { freezes, outages }: Disturbances,
  leaseMs: number,
): FreezesSeen => {
  const long = freezes.filter(
    (freeze) =>
      freeze.toMs - freeze.fromMs >= longTtls * leaseMs && longestBetween(freeze, outages) >= servedTtls * leaseMs,
  );
  const wrong = long.flatMap(({ life, node }) => {
    const { exit, writer, incarnation } = life;
    if (exit?.code !== exitCodes.lost) return [`${writer} ended with ${exit?.code ?? exit?.signal ?? "nothing"}`];
    const lives = nodes[node]?.lives ?? [];
    const later = lives.slice(lives.indexOf(life) + 1).map((one) => one.incarnation);
    const another = later.some((one) => one !== undefined && one !== incarnation);
    return another ? [] : [`${writer} did not come back`];
  });
  return { long: long.length, wrong, lost: freezes.filter(({ life }) => life.exit?.code === exitCodes.lost).length };
};

/** The longest part of the span that no outage touches. */
const longestBetween = (span: Span, outages: readonly Span[]): number => {
  let longest = 0;
  let { fromMs } = span;
  for (const outage of outages.toSorted((a, b) => a.fromMs - b.fromMs)) {
    longest = Math.max(longest, Math.min(outage.fromMs, span.toMs) - fromMs);
    fromMs = Math.max(fromMs, outage.toMs);
  }
  return Math.max(longest, span.toMs - fromMs);
};
