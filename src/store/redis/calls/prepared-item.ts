import type { PreparedItem } from "../../model/rows.ts";

/** What an item has whose meta is empty. */
export const defaultPriority = 100;

/** Id, meta and body of an item, as `adding.lua` reads them. */
export const itemArgs = ({ id, priority, delayMs, group, body }: PreparedItem): readonly [string, string, string] => [
  id,
  priority === defaultPriority && delayMs === 0 && group === undefined ? "" : `${priority} ${delayMs} ${group ?? ""}`,
  body,
];
