import type { Random } from "../../src/base/random.ts";
import type { Access } from "../../src/client/guard/index.ts";
import { mostEntriesOfFrame, sharedFolders, TableWriter } from "../../src/shared-memory/index.ts";

/** Active indications of the table, one a client. As many clients again are not intercepted. */
export const indications = 100_000;
export const rule = 1;
const slotMs = 10;
const untilMs = 8_640_000_000_000;

const addressOf = (client: number): string => `10.${client >> 16}.${(client >> 8) & 0xff}.${client & 0xff}`;

/** The table that all front ends of the folder have, with indications against the first half of the clients. */
export const writeTable = (folder: string): void => {
  const table = new TableWriter(sharedFolders(folder).table);
  table.append({ type: "settings", slotMs, v6PrefixBits: 64, neverBlock: [] });
  table.append({ type: "rules", rules: [{ number: rule, subject: "ip" }] });
  for (let from = 0; from < indications; from += mostEntriesOfFrame) {
    const interceptions = Array.from({ length: mostEntriesOfFrame }, (_, at) => ({
      ...{ rule, field: "ip", subject: addressOf(from + at), action: "deny" as const, shadow: false, untilMs },
    }));
    table.append({ type: "put", interceptions });
  }
  table.publish();
  table.close();
};

/** Accesses of random clients, half of them intercepted. Each has its own text of the address, as a socket gives one. */
export const accessesOf = (random: Random, count: number): readonly Access[] =>
  Array.from({ length: count }, () => ({
    rules: [rule],
    ip: Buffer.from(addressOf(random.below(2 * indications))).toString("latin1"),
  }));
