import type { ActionServer, SeenRequest } from "./action-server.ts";
import type { Caller } from "../caller.ts";
import type { RespondLedger } from "./ledger.ts";
import type { Orders, SettledOrders } from "./orders.ts";
import {
  keysMixed,
  longestTakeoverMs,
  ordersTwice,
  repeatedAfterEnd,
  repeatedAfterHeard,
  stepOf,
  type EndedStep,
} from "./request-checks.ts";
import { stepsOfRun } from "./run-views.ts";

/** What came of all orders, by the server's log. */
export interface JudgedOrders {
  /** How many runs are in which state at the end. */
  readonly states: Readonly<Record<string, number>>;
  readonly requests: number;
  /** Runs that are done and whose requests came from more than one process. */
  readonly resumed: number;
  readonly questions: number;
  /** What must not be, at most the first of each kind. */
  readonly violations: readonly string[];
  readonly ledger: RespondLedger;
}

const shownOfAKind = 5;
const asksAtOnce = 16;

/** @param killsAtMs when nodes were killed, on this process's `performance.now` */
export const judgeOrders = async (
  cluster: Caller,
  { seen }: ActionServer,
  orders: Orders,
  { ids, found, open }: SettledOrders,
  killsAtMs: readonly number[],
): Promise<JudgedOrders> => {
  const planned = ids.flatMap((id) => found.get(id) ?? []);
  const endedSteps = await endsOf(
    cluster,
    planned.map(({ id }) => id),
  );
  const had = new Set(seen.map(stepOf));
  const missing = planned
    .filter(({ state }) => state === "done")
    .flatMap(({ id }) => orders.stepsOf(id).filter((step) => !had.has(step)));
  const twice = [
    ...ordersTwice(seen),
    ...keysMixed(seen),
    ...repeatedAfterHeard(seen),
    ...repeatedAfterEnd(seen, endedSteps),
  ];
  const failed = planned.filter(({ state }) => state === "failed");
  const violations = [
    ...twice.slice(0, shownOfAKind),
    ...open.slice(0, shownOfAKind).map((id) => `run ${id} is ${found.get(id)?.state ?? "not there"}`),
    ...missing.slice(0, shownOfAKind).map((step) => `step ${step} of a run that is done was never executed`),
    ...failed.slice(0, shownOfAKind).map(({ id, failure }) => `run ${id} failed: ${JSON.stringify(failure)}`),
  ];
  const states: Record<string, number> = {};
  for (const { state } of planned) states[state] = (states[state] ?? 0) + 1;
  const { asked, questions } = orders.answerer;
  return {
    states,
    requests: seen.length,
    resumed: planned.filter(({ id, state }) => state === "done" && processesOf(seen, id) > 1).length,
    questions,
    violations,
    ledger: {
      ...{ system: "respond", planned: ids.length, done: ids.length - open.length, doneTwice: twice.length },
      ...{ lost: open.length + missing.length, restarts: killsAtMs.length },
      takeoverMs: longestTakeoverMs(seen, killsAtMs, new Set(asked.keys())),
    },
  };
};

const endsOf = async (cluster: Caller, ids: readonly string[]): Promise<readonly EndedStep[]> => {
  const found: EndedStep[] = [];
  const left = ids.values();
  const look = async (): Promise<void> => {
    for (const id of left) {
      for (const { run, stage, part, endedAtMs } of await stepsOfRun(cluster, id)) {
        if (endedAtMs !== undefined) found.push({ run, stage, part, endedAtMs });
      }
    }
  };
  await Promise.all(Array.from({ length: asksAtOnce }, look));
  return found;
};

const processesOf = (seen: readonly SeenRequest[], id: string): number =>
  new Set(seen.filter(({ run }) => run === id).map(({ pid }) => pid)).size;
