import { fieldPaths } from "../../events/fields/field-paths.ts";
import type { Logsource, SecurityEvent } from "../../events/security-event.ts";
import type { Detection } from "../detection/detection.ts";
import { EventView } from "../event/event-view.ts";
import type { FieldNames } from "../event/field-names.ts";
import { fits, knownLogsource } from "../logsource/known-logsource.ts";
import { Candidates } from "./candidates.ts";

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

/**
 * Matches events with many detections. Of most, texts are known that have to be in an event; only those are evaluated whose texts are there.
 * What it finds is what evaluating all of them would find.
 */
export class DetectionIndex<Value> {
  readonly #entries: readonly IndexEntry<Value>[];
  readonly #names: FieldNames;
  /** The logsources that there are, and for each entry the place of its own. */
  readonly #logsources: readonly (Logsource | undefined)[];
  readonly #logsourceOf: readonly number[];
  readonly #candidates: Candidates;

  /** @param names where else fields stand; the tables of this project by default */
  constructor(entries: readonly IndexEntry<Value>[], names: FieldNames = fieldPaths) {
    this.#entries = entries;
    this.#names = names;
    const logsources: (Logsource | undefined)[] = [];
    const places = new Map<string, number>();
    this.#logsourceOf = entries.map(({ logsource }) => {
      const key = JSON.stringify([logsource?.category, logsource?.product, logsource?.service]);
      const place = places.get(key) ?? logsources.push(logsource) - 1;
      places.set(key, place);
      return place;
    });
    this.#logsources = logsources;
    this.#candidates = new Candidates(entries.map(({ detection }) => detection.expression));
  }

  /** What matches, in the order of the entries. */
  match(event: SecurityEvent): readonly IndexMatch<Value>[] {
    const view = new EventView(event, this.#names);
    const known = knownLogsource(view);
    const fitting = this.#logsources.map((logsource) => fits(logsource, known));
    if (!fitting.includes(true)) return [];
    const matching = (place: number): boolean =>
      fitting[this.#logsourceOf[place] ?? -1] === true && this.#entries[place]?.detection.matches(view) === true;
    return [...this.#candidates.always, ...this.#candidates.among(view.leaves)]
      .filter(matching)
      .sort((one, other) => one - other)
      .flatMap((place) => {
        const entry = this.#entries[place];
        return entry === undefined ? [] : [{ value: entry.value, because: entry.detection.because(view) }];
      });
  }
}
