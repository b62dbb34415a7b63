import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import type { Span } from "./fault-injector.ts";
import type { OwnerProcess } from "./owner-process.ts";

type Life = Pick<OwnerProcess, "writer" | "incarnation" | "exit">;

/** What became of nodes that were frozen. */
export interface FreezesSeen {
  /** Longer than three lease TTLs, with a store that served: the others have declared the node dead. */
  readonly long: number;
  /** Long ones whose node did not end with 75, or did not come back as another incarnation: what it did instead. */
  readonly wrong: readonly string[];
  /** Over all freezes. */
  readonly lost: number;
}

const longTtls = 3;
/** After an outage nobody is declared dead for one TTL, and it takes a moment until every node has the store again. */
const healTtls = 2;

export interface Disturbances {
  readonly freezes: readonly (Span & { readonly life: Life; readonly node: number })[];
  readonly outages: readonly Span[];
}

export const judgeFreezes = (
  nodes: readonly { readonly lives: readonly Life[] }[],
  { freezes, outages }: Disturbances,
  leaseMs: number,
): FreezesSeen => {
  const long = freezes.filter(({ fromMs, toMs }) => {
    // The longest part of the freeze in which everyone else had the store.
    const disturbed = outages.some((outage) => outage.toMs + healTtls * leaseMs > fromMs && outage.fromMs < toMs);
    return toMs - fromMs >= longTtls * leaseMs && !disturbed;
  });
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
