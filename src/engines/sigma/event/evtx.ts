import type { Json } from "../../../base/json.ts";
import { isObject, type JsonObject, own } from "./find-values.ts";

/** How converters of Windows' event logs to JSON write attributes of XML: inside of the element, or beside it. */
const attributesKey = "#attributes";
const attributesSuffix = "_attributes";
const textKey = "#text";

const objectAt = (object: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = object === undefined ? undefined : own(object, key);
  return isObject(value) ? value : undefined;
};

/** The text of an element that has attributes, too; any other value as it is. */
export const elementText = (value: Json): Json => {
  if (!isObject(value)) return value;
  return own(value, textKey) ?? value;
};

/** The record of Windows' event log that an event's data is, as `evtx_dump` and Chainsaw lay it out. */
export class EvtxRecord {
  readonly #system: JsonObject | undefined;
  /** `EventData`, and what stands below `UserData`, which has an element of the provider's own in between. */
  readonly #data: readonly JsonObject[];

  private constructor(event: JsonObject) {
    this.#system = objectAt(event, "System");
    const eventData = objectAt(event, "EventData");
    const userData = Object.values(objectAt(event, "UserData") ?? {}).filter(isObject);
    this.#data = eventData === undefined ? userData : [eventData, ...userData];
  }

  /** Undefined when the data has another shape. */
  static of(data: JsonObject): EvtxRecord | undefined {
    const event = objectAt(data, "Event");
    return event === undefined ? undefined : new EvtxRecord(event);
  }

  /** The value of a field by its plain name, such as `CommandLine`, `EventID`, `Provider_Name`. */
  value(field: string): Json | undefined {
    for (const data of this.#data) {
      const value = own(data, field);
      if (value !== undefined) return value;
    }
    if (this.#system === undefined) return undefined;
    return own(this.#system, field) ?? this.#attribute(this.#system, field);
  }

  /** `Execution_ProcessID` is the attribute `ProcessID` of the element `Execution`. */
  #attribute(system: JsonObject, field: string): Json | undefined {
    const at = field.indexOf("_");
    if (at === -1) return undefined;
    const element = field.slice(0, at);
    const name = field.slice(at + 1);
    const beside = objectAt(system, element + attributesSuffix);
    const attributes = beside ?? objectAt(objectAt(system, element), attributesKey);
    return attributes === undefined ? undefined : own(attributes, name);
  }
}
