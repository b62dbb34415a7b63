import type { Clock } from "../../../base/clock.ts";
import type { EventRecord, GarrisonClient, Run, RunState } from "../../../client/index.ts";
import type { Retrying } from "../../calls/retrying.ts";
import type { Disturbances } from "../disturbances.ts";
import { answerFromConsole } from "./ask-console.ts";
import type { ConsoleServer } from "./console-server.ts";
import { eventsOf, runsOf } from "./listings.ts";

export interface FollowAnswersSetup {
  readonly client: GarrisonClient;
  readonly retrying: Retrying;
  readonly console: ConsoleServer;
  readonly disturbances: Disturbances;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What became of the events of a source. */
export interface Answers {
  readonly events: readonly EventRecord[];
  readonly runs: readonly Run[];
  /** Ids of runs that asked whether a step had its effect. */
  readonly unsure: ReadonlySet<string>;
  /** Ids of runs whose playbook left a decision to a person. */
  readonly decided: ReadonlySet<string>;
}

const lookEveryMs = 250;
const longestMs = 120_000;
const ended: ReadonlySet<RunState> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);

/** Waits until every event of a source is decided and its runs have ended, and answers what the runs ask. */
export const followAnswers = async (
  source: string,
  { client, retrying, console, disturbances, clock, signal }: FollowAnswersSetup,
): Promise<Answers> => {
  const unsure = new Set<string>();
  const decided = new Set<string>();
  const untilMs = clock.monotonicMs() + longestMs;
  for (;;) {
    signal.throwIfAborted();
    disturbances.look(console.seen.length);
    // First the events: their runs are there once they are decided.
    const events = await retrying.call(() => eventsOf(client, source), signal);
    const runs = await retrying.call(() => runsOf(client, source), signal);
    for (const run of runs.filter(({ state }) => state === "waiting")) {
      for (const { kind } of run.question?.asks ?? []) (kind === "manual" ? decided : unsure).add(run.id);
      await retrying.call(() => answerFromConsole(client, run, console), signal);
    }
    if (events.every(({ state }) => state !== "waiting") && runs.every(({ state }) => ended.has(state))) {
      await disturbances.settled();
      return { events, runs, unsure, decided };
    }
    if (clock.monotonicMs() > untilMs) throw new Error(`the events were not answered within ${longestMs} ms`);
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
  }
};
