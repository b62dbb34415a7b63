import { same, type Context, type Same } from "../../../kernel/index.ts";
import { StoreError } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { readGivenAnswers, type GivenAnswers } from "../records/given-answers.ts";
import { questionOf } from "./ask-about.ts";
import { commitOnce } from "./commit-once.ts";
import { parkedRun, type Parked } from "./run-ends.ts";
import type { Parking, RunMessage, RunSetup } from "./run-protocol.ts";

const retryMs = 250;

/**
 * Only persons and time can let the run go on, and no process of it is alive: its claim goes, and an item that falls due when it goes on
 * by itself takes its place. An answer that the process did not hear any more lets it go on at once.
 */
export const park = async (setup: RunSetup, phase: Parking, context: Context<RunMessage>): Promise<Same> => {
  const { space, claim } = setup;
  const read = await attempt(context, "answers", () => readGivenAnswers(space, phase.id));
  if (read.status !== "ok") return again(retryMs, context);
  const { rest, event } = parked(setup, phase, read.value, context.clock.wallMs());
  switch (await commitOnce(space, claim, [...phase.journal.logChanges(), ...rest], context)) {
    case "kept":
      context.self.tell({ type: "kept", event });
      return same;
    case "stale": {
      const error = new StoreError("stale-guard", `the claim on ${claim.id} is no longer held`);
      context.self.tell({ type: "not-kept", error });
      return same;
    }
    case "changed":
      return again(0, context);
    case "unavailable":
      return again(retryMs, context);
  }
};

const again = (delayMs: number, context: Context<RunMessage>): Same => {
  remind(context, "park", delayMs, { type: "park" });
  return same;
};

const parked = (
  { claim }: RunSetup,
  { id, journal: { run, asked }, untilMs }: Parking,
  given: GivenAnswers,
  nowMs: number,
): Parked => {
  if (given.answers.some(({ step }) => asked.has(step))) {
    return { rest: [{ type: "release", claim, reason: "returned" }], event: { type: "returned", runId: id } };
  }
  return parkedRun(claim, { id, run, given }, { question: questionOf([], [...asked]), untilMs }, nowMs);
};
