import { asError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import { sharedFolders, type TableChange } from "../../../../shared-memory/index.ts";
import { remind } from "../../../claims/remind.ts";
import { Generation } from "./generation.ts";
import type { TableSetup, TableState } from "./state.ts";
import type { TableMessage } from "./table-protocol.ts";

/** Where no table is in force, one that lacks shards without an owner comes into force after this time: it is better than none. */
const wholeWithinMs = 2_000;
const pauseMs = 1_000;

/** Brings to the front ends what has changed, or all of it where the file in force does not hold the rest. */
export const writeTable = async (
  setup: TableSetup,
  state: TableState,
  changes: readonly TableChange[],
  context: Context<TableMessage>,
): Promise<void> => {
  if (state.isPaused) return;
  try {
    if (state.generation?.isOutgrown === false) state.generation.append(changes);
    else if (mayBegin(state, context)) await begin(setup, state, context);
    state.writeProblem = undefined;
  } catch (thrown) {
    const error = asError(thrown);
    if (state.writeProblem === undefined) context.log.error({ err: error }, "the table of the guard cannot be written");
    state.writeProblem = error.message;
    state.isPaused = true;
    leaveGeneration(state);
    remind(context, "write", pauseMs, { type: "write" });
  }
};

/** Its file stays in force, but what comes next goes into another one. */
export const leaveGeneration = (state: TableState): void => {
  state.generation?.close();
  state.generation = undefined;
};

const mayBegin = (state: TableState, context: Context<TableMessage>): boolean => {
  if (!state.host.isUsable) return false;
  if (state.isInForce || state.host.isWhole) return true;
  const nowMs = context.clock.monotonicMs();
  if (state.usableAtMs === undefined) remind(context, "write", wholeWithinMs, { type: "write" });
  state.usableAtMs ??= nowMs;
  return nowMs - state.usableAtMs >= wholeWithinMs;
};

const begin = async ({ settings }: TableSetup, state: TableState, { signal }: Context<TableMessage>): Promise<void> => {
  leaveGeneration(state);
  state.generation = await Generation.begin(sharedFolders(settings.folder).table, state.host, signal);
  if (state.generation === undefined) return;
  state.isInForce = true;
  state.counts.generations += 1;
};
