import { createHash } from "node:crypto";
import type { SecurityEvent } from "../../../events/index.ts";
import { EventView, type FieldNames } from "../../../sigma/index.ts";
import { valuesOf } from "./event-field.ts";

/**
 * Equal for events that agree in the fields, 64 hexadecimal digits. A field that an event lacks agrees with one that another lacks;
 * undefined: it lacks all of them, so that nothing says that it is like another.
 *
 * @param fields of the event's data, found as Sigma's rules find them; `$kind` and `$source` are the event's own
 */
export const dedupKeyOf = (event: SecurityEvent, fields: readonly string[], names: FieldNames): string | undefined => {
  const view = new EventView(event, names);
  const values = fields.map((field) => valuesOf(view, field));
  if (values.every((found) => found.length === 0)) return undefined;
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
};
