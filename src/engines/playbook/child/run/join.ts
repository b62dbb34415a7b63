import type { ActionHandle, ActionOutcome, OutcomesOf, OutputsOf } from "../../sdk/run.ts";

const outcomeOf = (handle: ActionHandle): Promise<ActionOutcome> =>
  new Promise((resolve) => {
    handle.onDone(resolve);
  });

/** Waits until all have ended, whichever way. */
export const join = async <const Handles extends readonly ActionHandle[]>(
  handles: Handles,
): Promise<OutcomesOf<Handles>> => (await Promise.all(handles.map(outcomeOf))) as OutcomesOf<Handles>;

/** The outputs of all, or the first failure. */
export const all = async <const Handles extends readonly ActionHandle[]>(
  handles: Handles,
): Promise<OutputsOf<Handles>> => (await Promise.all(handles)) as OutputsOf<Handles>;
