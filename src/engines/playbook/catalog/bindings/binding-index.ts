import { DetectionIndex, type FieldNames } from "../../../sigma/index.ts";
import type { SecurityEvent } from "../../../events/index.ts";
import type { Condition, Draft } from "./draft.ts";

/** One binding that applies to an event. */
export interface Applying {
  readonly draft: Draft;
  /** For people. */
  readonly because: string;
}

/** The bindings for one kind of event. */
interface Part {
  readonly unconditional: readonly Draft[];
  readonly index: DetectionIndex<{ readonly draft: Draft; readonly condition: Condition }>;
}

const everyKind = "*";
/** Rules that are named to people; a binding of many may apply by many at once. */
const mostNamed = 3;

/** Finds the bindings that apply to an event among thousands. */
export class BindingIndex {
  readonly #order: ReadonlyMap<Draft, number>;
  readonly #parts: ReadonlyMap<string, Part>;

  constructor(drafts: readonly Draft[], fieldNames: FieldNames) {
    this.#order = new Map(drafts.map((draft, at) => [draft, at]));
    const byKind = new Map<string, Draft[]>();
    for (const draft of drafts) {
      for (const kind of draft.kinds.includes(everyKind) ? [everyKind] : draft.kinds) {
        const ofKind = byKind.get(kind);
        if (ofKind === undefined) byKind.set(kind, [draft]);
        else ofKind.push(draft);
      }
    }
    this.#parts = new Map([...byKind].map(([kind, ofKind]) => [kind, partOf(ofKind, fieldNames)]));
  }

  /** In the order in which they were given. */
  applying(event: SecurityEvent): readonly Applying[] {
    const reasons = new Map<Draft, string[]>();
    for (const part of [this.#parts.get(everyKind), this.#parts.get(event.kind)]) {
      if (part === undefined) continue;
      for (const draft of part.unconditional) if (takesSource(draft, event)) reasons.set(draft, []);
      for (const { value, because } of part.index.match(event)) {
        if (!takesSource(value.draft, event)) continue;
        const known = reasons.get(value.draft);
        const reason = reasonOf(value.condition, because);
        if (known === undefined) reasons.set(value.draft, [reason]);
        else known.push(reason);
      }
    }
    return [...reasons]
      .sort(([a], [b]) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0))
      .map(([draft, found]) => ({ draft, because: becauseOf(draft, event, found) }));
  }
}

const partOf = (drafts: readonly Draft[], fieldNames: FieldNames): Part => ({
  unconditional: drafts.filter(({ conditions }) => conditions === undefined),
  index: new DetectionIndex(
    drafts.flatMap((draft) =>
      (draft.conditions ?? []).map((condition) => ({
        detection: condition.detection,
        logsource: condition.logsource,
        value: { draft, condition },
      })),
    ),
    fieldNames,
  ),
});

const takesSource = ({ sources }: Draft, { source }: SecurityEvent): boolean =>
  sources === undefined || sources.has(source);

const reasonOf = ({ title }: Condition, because: readonly string[]): string =>
  title === undefined ? because.join(", ") : `rule "${title}" (${because.join(", ")})`;

const becauseOf = ({ kinds, sources }: Draft, { kind, source }: SecurityEvent, reasons: readonly string[]): string => {
  const more = reasons.length - mostNamed;
  return [
    kinds.includes(everyKind) ? "" : `kind ${kind}`,
    sources === undefined ? "" : `source ${source}`,
    ...reasons.slice(0, mostNamed),
    more > 0 ? `${more} more` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
};
