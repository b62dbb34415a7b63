import type { Json } from "../../../base/json.ts";
import type { EventData, SecurityEvent } from "../../events/security-event.ts";
import { elementText, EvtxRecord } from "./evtx.ts";
import type { FieldNames } from "./field-names.ts";
import { isObject, valuesAt } from "./find-values.ts";
import { Leaf } from "./leaf.ts";

/** What a field of an event holds: the values of an array each. */
export interface FieldValue {
  /** It is there, if only as null or as an object. */
  readonly present: boolean;
  readonly leaves: readonly Leaf[];
}

const nothing: FieldValue = { present: false, leaves: [] };

/** One event as detections read it. What was looked up is kept, since many detections ask for the same. */
export class EventView {
  readonly event: SecurityEvent;
  readonly #names: FieldNames;
  readonly #evtx: EvtxRecord | undefined;
  readonly #fields = new Map<string, FieldValue>();
  #leaves: readonly Leaf[] | undefined;

  constructor(event: SecurityEvent, names: FieldNames) {
    this.event = event;
    this.#names = names;
    this.#evtx = EvtxRecord.of(event.data);
  }

  /** @param name as a rule names the field */
  field(name: string): FieldValue {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const value = this.#find(name);
    this.#fields.set(name, value);
    return value;
  }

  /** Every value of the event's data, however deep. */
  get leaves(): readonly Leaf[] {
    this.#leaves ??= leavesOf([this.event.data]);
    return this.#leaves;
  }

  #find(name: string): FieldValue {
    const direct = this.#at(name, name.split("."));
    if (direct !== undefined) return direct;
    for (const path of this.#names(name)) {
      const found = this.#at(path.join("."), path);
      if (found !== undefined) return found;
    }
    return nothing;
  }

  #at(name: string, path: readonly string[]): FieldValue | undefined {
    const data: EventData = this.event.data;
    const values = valuesAt(data, path);
    if (values !== undefined) return { present: true, leaves: leavesOfField(values) };
    const value = this.#evtx?.value(name);
    return value === undefined ? undefined : { present: true, leaves: leavesOfField([value]) };
  }
}

/** The values of a field; an empty array is as null. An object is no value: rules name what is inside of it. */
const leavesOfField = (values: readonly Json[]): readonly Leaf[] => {
  const leaves: Leaf[] = [];
  const add = (value: Json): void => {
    const text = elementText(value);
    if (Array.isArray(text)) for (const item of text.length === 0 ? [null] : (text as readonly Json[])) add(item);
    else if (!isObject(text)) leaves.push(new Leaf(text as null | boolean | number | string));
  };
  for (const value of values) add(value);
  return leaves;
};

const leavesOf = (values: readonly Json[]): readonly Leaf[] => {
  const leaves: Leaf[] = [];
  const add = (value: Json | undefined): void => {
    if (value === undefined || value === null) return;
    if (typeof value !== "object") leaves.push(new Leaf(value));
    else for (const inside of Object.values(value)) add(inside);
  };
  for (const value of values) add(value);
  return leaves;
};
