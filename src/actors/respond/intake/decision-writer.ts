import type { Choice } from "../../../engines/playbook/index.ts";
import { StoreError, type Change, type Guard, type Space } from "../../../store/index.ts";
import { parseEventRecord } from "../records/event-record.ts";
import { eventKey, runKey } from "../records/keys.ts";
import { keyOf } from "../work.ts";
import { chosenRunId, decide, nothingKnown, type Chosen, type Decision, type Known } from "./decide.ts";
import { readWindows } from "./windows.ts";

/** What one commit takes: of more events, the rest follow in another one. */
const changesPerCommit = 900;
const charsPerCommit = 4 * 1024 * 1024;
/** Others count in the same windows. */
const mostRaces = 5;

export interface DecisionWriterSetup {
  readonly space: Space;
  readonly retainMs: number;
  readonly causeDepth: number;
  readonly nowMs: () => number;
  /** Told of each decision once it is kept. */
  readonly decided: (decision: Decision) => void;
}

/**
 * Decides on events and keeps what becomes of them: as many as fit in one commit, with the runs that they start and the ends of their
 * queue items, so that each event is decided once. Events whose claims were lost are left to those who hold them now.
 */
export class DecisionWriter {
  readonly #setup: DecisionWriterSetup;

  constructor(setup: DecisionWriterSetup) {
    this.#setup = setup;
  }

  /**
   * @param failed told of an event that could not be decided on; the others are
   * @throws StoreError that is retryable: what is not decided yet can be given again
   */
  async write(events: readonly Chosen[], failed: (chosen: Chosen, error: Error) => Promise<void>): Promise<void> {
    for (const batch of batches(events)) {
      const outcome = await this.#tryAll(batch);
      if (outcome === "kept") continue;
      // One of them is in the way of the others.
      for (const chosen of batch) {
        const alone = batch.length === 1 ? outcome : await this.#tryAll([chosen]);
        if (alone === "outraced") await failed(chosen, outraced());
      }
    }
  }

  async #tryAll(batch: readonly Chosen[]): Promise<"kept" | "stale" | "outraced"> {
    const { space, decided, nowMs: now, retainMs, causeDepth } = this.#setup;
    for (let race = 0; race < mostRaces; race += 1) {
      const nowMs = now();
      const known = race === 0 ? nothingKnown : await readKnown(space, batch);
      const windows = await readWindows(space, choicesOf(batch), nowMs);
      const decisions = batch.map((chosen) => decide(chosen, windows, { nowMs, retainMs, causeDepth, known }));
      const outcome = await this.#commit(decisions, windows.changes());
      if (outcome === "conflict") continue;
      if (outcome === "kept") decisions.forEach(decided);
      return outcome;
    }
    return "outraced";
  }

  async #commit(decisions: readonly Decision[], counted: readonly Change[]): Promise<"kept" | "stale" | "conflict"> {
    const { space } = this.#setup;
    try {
      const ends = [...decisions.flatMap(({ end }) => end), ...counted];
      const runs = decisions.flatMap((decision) => decision.runs);
      const [only] = decisions;
      if (only !== undefined && decisions.length === 1 && !fits(only.chosen)) {
        const guard: Guard = { type: "claim", claim: only.chosen.claim };
        // Should this be interrupted, the next one who decides finds the runs that were made.
        for (const some of inParts(only)) await space.commit(guard, some);
        await space.commit(guard, ends);
      } else await space.commit(undefined, [...runs.flat(), ...ends]);
      return "kept";
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === "stale-guard") return "stale";
      if (error.code === "version-conflict") return "conflict";
      throw error;
    }
  }
}

const outraced = (): StoreError =>
  new StoreError("busy", `others counted in its windows ${mostRaces} times meanwhile`, { retryable: true });

/** Changes of an event and its runs at most, and characters in them. */
const weightOf = ({ choices, chars }: Chosen): { readonly changes: number; readonly chars: number } => ({
  changes: 2 + 7 * choices.length,
  chars: (chars + 1_000) * (1 + choices.length) + choices.reduce((sum, choice) => sum + variableChars(choice), 0),
});

const variableChars = ({ variables }: Choice): number => JSON.stringify(variables).length;

const fits = (chosen: Chosen): boolean => {
  const { changes, chars } = weightOf(chosen);
  return changes <= changesPerCommit && chars <= charsPerCommit;
};

/** Cuts events into those that fit in a commit; one that is too large by itself is alone. */
const batches = (events: readonly Chosen[]): readonly (readonly Chosen[])[] => {
  const cut: Chosen[][] = [];
  let changes = Infinity;
  let chars = Infinity;
  for (const chosen of events) {
    const weight = weightOf(chosen);
    changes += weight.changes;
    chars += weight.chars;
    if (changes > changesPerCommit || chars > charsPerCommit) {
      cut.push([]);
      ({ changes, chars } = weight);
    }
    cut.at(-1)?.push(chosen);
  }
  return cut;
};

/** The runs of an event, cut into what fits in a commit. */
const inParts = ({ chosen, runs }: Decision): readonly (readonly Change[])[] => {
  const most = Math.max(0, ...chosen.choices.map(variableChars));
  const each = Math.max(1, Math.floor(charsPerCommit / (chosen.chars + most + 1_000)));
  const size = Math.min(each, Math.floor(changesPerCommit / 5));
  return Array.from({ length: Math.ceil(runs.length / size) }, (_, part) =>
    runs.slice(part * size, (part + 1) * size).flat(),
  );
};

const choicesOf = (batch: readonly Chosen[]): readonly Chosen["choices"][number][] =>
  batch.flatMap(({ choices }) => choices);

const readKnown = async (space: Space, batch: readonly Chosen[]): Promise<Known> => {
  const keys = batch.map(({ work }) => keyOf(work.event));
  const ids = batch.flatMap(({ choices }, at) => choices.map((choice) => chosenRunId(keys[at] ?? "", choice)));
  const [events, runs] = await Promise.all([
    Promise.all(keys.map((key) => space.records.get(eventKey(key)))),
    Promise.all(ids.map((id) => space.records.get(runKey(id)))),
  ]);
  const found = new Map<string, { readonly version: number; readonly final: boolean }>();
  for (const record of events) {
    if (record === undefined) continue;
    const { state, event } = parseEventRecord(record.value);
    found.set(keyOf(event), { version: record.version, final: state !== "dead" });
  }
  return { events: found, runs: new Set(ids.filter((_, at) => runs[at] !== undefined)) };
};
