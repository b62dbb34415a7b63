import type { Space } from "../../../src/store/index.ts";
import { MemoryDatabase } from "../../../src/store/memory/database.ts";
import { openMemoryStore } from "../../../src/store/memory/index.ts";
import { OrderedMap } from "../../../src/store/memory/ordered-map.ts";
import { endOf } from "../../../src/store/model/keys.ts";
import type { Retention } from "../../../src/store/model/unit.ts";
import { ManualClock } from "../../support/manual-clock.ts";

export interface OpenWithRows {
  readonly clock: ManualClock;
  readonly database: MemoryDatabase;
  readonly map: OrderedMap;
  readonly space: Space;
  /** The keys of the space's rows that start with `prefix`, without the name of the space. */
  readonly rows: (prefix: string) => readonly string[];
}

/** A memory store whose rows the test can see. */
export const openWithRows = (retention: Retention): OpenWithRows => {
  const clock = new ManualClock();
  const map = new OrderedMap();
  const database = new MemoryDatabase(clock, retention, map);
  const rows = (prefix: string): readonly string[] =>
    map
      .range({ from: `s/${prefix}`, to: endOf(`s/${prefix}`), limit: Infinity })
      .map(({ key }) => key.slice("s/".length));
  return { clock, database, map, space: openMemoryStore(database).space("s"), rows };
};
