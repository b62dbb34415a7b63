import { fieldPaths } from "../../events/fields/field-paths.ts";
import type { Logsource, SecurityEvent } from "../../events/security-event.ts";
import type { Detection } from "../detection/detection.ts";
import { EventView } from "../event/event-view.ts";
import type { FieldNames } from "../event/field-names.ts";
import { fits, knownLogsource } from "../logsource/known-logsource.ts";
import { bestOf, clausesOf, shortestOf } from "./clauses.ts";
import { LiteralIndex } from "./literal-index.ts";

export interface IndexEntry<Value> {
  readonly detection: Detection;
  /** Absent: events from anywhere. */
  readonly logsource?: Logsource | undefined;
  readonly value: Value;
}

export interface IndexMatch<Value> {
  readonly value: Value;
  /** The names of the selections that made it match; none for a match by what is not there. */
  readonly because: readonly string[];
}

/** The entries of one logsource. */
interface Group {
  readonly logsource: Logsource | undefined;
  /** Places of the entries that have no text to be found by: each event is matched with them. */
  readonly always: number[];
}

/**
 * Matches events with many detections. Of most, a text is known that has to be in an event; only those are evaluated whose text is there.
 * What it finds is what evaluating all of them would find.
 */
export class DetectionIndex<Value> {
  readonly #entries: readonly IndexEntry<Value>[];
  readonly #names: FieldNames;
  readonly #groups: readonly Group[];
  readonly #groupOf: readonly number[];
  readonly #literals: LiteralIndex<number>;
  readonly #hasLiterals: boolean;

  /** @param names where else fields stand; the tables of this project by default */
  constructor(entries: readonly IndexEntry<Value>[], names: FieldNames = fieldPaths) {
    this.#entries = entries;
    this.#names = names;
    const groups: Group[] = [];
    const places = new Map<string, number>();
    const texts = new Map<string, number[]>();
    this.#groupOf = entries.map(({ logsource, detection }, place) => {
      const key = JSON.stringify([logsource?.category, logsource?.product, logsource?.service]);
      const group = places.get(key) ?? groups.push({ logsource, always: [] }) - 1;
      places.set(key, group);
      const clause = bestOf(clausesOf(detection.expression));
      if (clause === undefined || shortestOf(clause) < LiteralIndex.leastChars) groups[group]?.always.push(place);
      else for (const text of clause) texts.set(text, [...(texts.get(text) ?? []), place]);
      return group;
    });
    this.#groups = groups;
    this.#literals = new LiteralIndex(texts);
    this.#hasLiterals = texts.size > 0;
  }

  /** What matches, in the order of the entries. */
  match(event: SecurityEvent): readonly IndexMatch<Value>[] {
    const view = new EventView(event, this.#names);
    const known = knownLogsource(view);
    const fitting = this.#groups.map(({ logsource }) => fits(logsource, known));
    if (!fitting.includes(true)) return [];
    const candidates = new Set<number>();
    for (const [at, { always }] of this.#groups.entries()) {
      if (fitting[at] === true) for (const place of always) candidates.add(place);
    }
    if (this.#hasLiterals) {
      for (const { folded } of view.leaves) {
        if (folded === undefined) continue;
        this.#literals.find(folded, (place) => {
          if (fitting[this.#groupOf[place] ?? -1] === true) candidates.add(place);
        });
      }
    }
    return [...candidates]
      .sort((one, other) => one - other)
      .flatMap((place) => {
        const entry = this.#entries[place];
        if (entry?.detection.matches(view) !== true) return [];
        return [{ value: entry.value, because: entry.detection.because(view) }];
      });
  }
}
