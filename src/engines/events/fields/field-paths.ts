import { cefFields } from "./cef.ts";
import { ecsFields } from "./ecs.ts";
import type { FieldTable } from "./field-table.ts";
import { ocsfFields } from "./ocsf.ts";
import { windowsAuditFields } from "./windows.ts";

/** Keys from the event's data downwards. */
export type FieldPath = readonly string[];

const tables: readonly FieldTable[] = [windowsAuditFields, ecsFields, ocsfFields, cefFields];
/** Where Winlogbeat keeps the fields of an event that ECS has no place for. */
const winlogbeat = ["winlog", "event_data"] as const;

const known: ReadonlyMap<string, readonly FieldPath[]> = new Map(
  [...new Set(tables.flatMap((table) => Object.keys(table)))].map((field) => {
    const dotted = tables.flatMap((table) => table[field] ?? []).filter((path) => path !== field);
    return [field, [...[...new Set(dotted)].map((path) => path.split(".")), [...winlogbeat, field]]];
  }),
);

/**
 * Where the value of a field may stand that a rule asks for, beside under its own name: in the Security log, in ECS, in OCSF, in CEF.
 * The first path that leads to a value counts.
 *
 * @param field as Sigma's rules name it; its case counts
 */
export const fieldPaths = (field: string): readonly FieldPath[] => known.get(field) ?? [[...winlogbeat, field]];
