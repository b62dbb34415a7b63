import { loopOf } from "../../../engines/events/index.ts";
import type { Choice } from "../../../engines/playbook/index.ts";
import type { Change, Claim } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import type { ChosenRun, EventRecord } from "../records/event-record.ts";
import { eventKey, runIdOf } from "../records/keys.ts";
import { newRunChanges } from "../records/run-changes.ts";
import type { Suppression } from "../views.ts";
import { keyOf, type EventWork } from "../work.ts";
import type { Windows } from "./windows.ts";

/** An event with the playbooks that the catalog chose for it. */
export interface Chosen {
  readonly claim: Claim;
  readonly work: EventWork;
  /** Version of the catalog that chose. */
  readonly catalog: string;
  readonly choices: readonly Choice[];
  /** Of the event's JSON. */
  readonly chars: number;
}

/** What earlier commits have left of some events: one that was given up, or one whose runs were made in part. */
export interface Known {
  /** Versions of the records of events. */
  readonly events: ReadonlyMap<string, { readonly version: number; readonly final: boolean }>;
  readonly runs: ReadonlySet<string>;
}

export const nothingKnown: Known = { events: new Map(), runs: new Set() };

/** What becomes of an event, as changes. */
export interface Decision {
  readonly chosen: Chosen;
  /** Undefined: that was written down before. */
  readonly record: EventRecord | undefined;
  /** Of each run that it starts. */
  readonly runs: readonly (readonly Change[])[];
  /** The end of its queue item and what became of it: in the commit of the last run, or later. */
  readonly end: readonly Change[];
}

export interface DecideOptions {
  readonly nowMs: number;
  readonly retainMs: number;
  readonly causeDepth: number;
  readonly known: Known;
}

/** Beyond it, what is kept of an event would not fit into its record. */
const mostPlaybooks = 200;
const becauseChars = 200;

/** @throws RespondError `invalid`: more playbooks than an event may start */
export const checkChoices = (choices: readonly Choice[]): void => {
  if (choices.length <= mostPlaybooks) return;
  throw new RespondError("invalid", `${choices.length} playbooks are for this event: at most ${mostPlaybooks} may be`);
};

/** The run that a choice makes for an event. */
export const chosenRunId = (event: string, choice: Choice): string => runIdOf("chosen", event, choice.playbook.id);

/** Decides on one event. What `windows` admits is counted there. */
export const decide = (chosen: Chosen, windows: Windows, options: DecideOptions): Decision => {
  const { nowMs, retainMs, causeDepth, known } = options;
  const { claim, work, catalog, choices } = chosen;
  const key = keyOf(work.event);
  const finish: Change = { type: "finish", claim, outcome: "done" };
  const before = known.events.get(key);
  if (before?.final === true) return { chosen, record: undefined, runs: [], end: [finish] };

  const runs: ChosenRun[] = [];
  const made: (readonly Change[])[] = [];
  const suppressed: Suppression[] = [];
  for (const choice of choices) {
    const { binding, playbook, because } = choice;
    const id = chosenRunId(key, choice);
    const reason = known.runs.has(id)
      ? undefined
      : (loopOf(work.event, playbook.id, causeDepth) ?? windows.admit(choice, key));
    if (reason !== undefined) {
      suppressed.push({ binding: binding.id, playbook: playbook.id, reason });
      continue;
    }
    runs.push({ id, binding: binding.id, playbook: playbook.id, because: because.slice(0, becauseChars) });
    if (!known.runs.has(id)) made.push(runChanges(id, choice, work, nowMs));
  }
  const record: EventRecord = {
    event: work.event,
    receivedAtMs: work.receivedAtMs,
    decidedAtMs: nowMs,
    state: choices.length > 0 ? "matched" : "unmatched",
    ...{ catalog, runs, suppressed },
  };
  const expectedVersion = before?.version ?? 0;
  return {
    ...{ chosen, record, runs: made },
    end: [{ type: "put", key: eventKey(key), value: record, expectedVersion, expiresInMs: retainMs }, finish],
  };
};

const runChanges = (id: string, choice: Choice, work: EventWork, nowMs: number): readonly Change[] => {
  const { binding, playbook } = choice;
  const run = {
    event: keyOf(work.event),
    playbook: { id: playbook.id, version: playbook.version },
    binding: binding.id,
    priority: binding.priority,
    createdAtMs: nowMs,
    ...(work.trace === undefined ? {} : { trace: work.trace }),
  };
  return newRunChanges(id, run, { event: work.event, variables: choice.variables });
};
