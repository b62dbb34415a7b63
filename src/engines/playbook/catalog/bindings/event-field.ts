import type { EventView } from "../../../sigma/index.ts";

/**
 * The values that a binding's field has in an event, those of a list each. Empty: the event has no such field.
 *
 * @param field of the event's data, found as Sigma's rules find it; `$kind` and `$source` are the event's own
 */
export const valuesOf = (view: EventView, field: string): readonly (null | boolean | number | string)[] => {
  if (field === "$kind") return [view.event.kind];
  if (field === "$source") return [view.event.source];
  return view.field(field).leaves.map(({ value }) => value);
};
