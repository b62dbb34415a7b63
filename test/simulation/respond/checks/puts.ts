import { respondSpace } from "../../../../src/actors/respond/index.ts";
import type { StoreEvent } from "../../store-history.ts";
import { putsIn, type StoredPut } from "../../stored-puts.ts";

/** What was written of records of respond whose keys begin with a prefix, in order. */
export const putsUnder = (history: readonly StoreEvent[], prefix: string): readonly StoredPut[] =>
  putsIn(history, respondSpace, prefix);
