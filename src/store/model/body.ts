import type { Keys } from "./keys.ts";
import type { Item } from "./rows.ts";
import { steps } from "./steps.ts";
import type { ReadTransaction } from "./transaction.ts";
import type { Unit } from "./unit.ts";

export const putBody = (unit: Unit, item: Item, body: string): void => {
  if (body.length <= steps.inlineAtMost) item.body = body;
  else unit.draft.put(unit.keys.body(item.queue, item.id), body);
};

/** The encoded body; `undefined` once it was dropped. */
export const readBody = (transaction: ReadTransaction, keys: Keys, item: Item): string | undefined =>
  item.body ?? transaction.get(keys.body(item.queue, item.id));

export const dropBody = (unit: Unit, item: Item): void => {
  if (item.body === undefined) unit.draft.remove(unit.keys.body(item.queue, item.id));
  item.body = undefined;
};
