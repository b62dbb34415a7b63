import type { SecurityEvent } from "../../../events/index.ts";
import { EventView, type FieldNames } from "../../../sigma/index.ts";
import { catalogBounds } from "../bounds.ts";
import type { Binding } from "../catalog.ts";
import { valuesOf } from "./event-field.ts";

/**
 * What a binding gives to the external variables of its playbooks when this event starts them, as text. Of a field with several values it
 * is the first. A variable whose field the event does not have, or has as null or as text beyond `catalogBounds.variableChars`, is left
 * out: the playbook's own value holds then.
 */
export const variablesOf = (
  { variables }: Binding,
  event: SecurityEvent,
  names: FieldNames,
): Readonly<Record<string, string>> => {
  const view = new EventView(event, names);
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, bound]) => {
      const value = "value" in bound ? bound.value : textOf(view, bound.field);
      return value === undefined ? [] : [[name, value]];
    }),
  );
};

const textOf = (view: EventView, field: string): string | undefined => {
  const value = valuesOf(view, field).find((one) => one !== null);
  const text = value === undefined ? undefined : String(value);
  return text === undefined || text.length > catalogBounds.variableChars ? undefined : text;
};
