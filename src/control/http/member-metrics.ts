import { Gauge, type Registry } from "prom-client";
import type { MemberState, MemberView } from "../../cluster/index.ts";

const memberStates = ["up", "draining", "left", "dead"] as const satisfies readonly MemberState[];

/** Members of the cluster by their state, as the table says. What cannot be read is not shown as if it were still so. */
export const memberMetrics = (
  registry: Registry,
  members: () => Promise<readonly MemberView[]>,
): (() => Promise<void>) => {
  const byState = new Gauge({
    name: "garrison_members",
    help: "Members of the cluster by their state",
    labelNames: ["state"],
    registers: [registry],
  });
  return async () => {
    byState.reset();
    const all = await members().catch(() => undefined);
    if (all === undefined) return;
    for (const state of memberStates) byState.set({ state }, all.filter((member) => member.state === state).length);
  };
};
