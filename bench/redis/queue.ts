import type { Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { bullRate } from "./bullmq-peer.ts";
import { pumpRate } from "./pump.ts";
import { aofNames, onEmptyServer, withServer, withSpace, type Fsync } from "./server.ts";

const items = 10_000;
/** What the peer handles at once, and our second row too. */
const handlers = 50;
const wide = { items, batch: 128, lanes: 4 };
const narrow = { items, batch: handlers / 2, lanes: 2 };

/** The setting of the claim gets all the rounds; the others show that it is not special. */
const settings: readonly { readonly fsync: Fsync; readonly rounds: number }[] = [
  { fsync: "everysec", rounds: 5 },
  { fsync: "always", rounds: 3 },
  { fsync: "no", rounds: 3 },
];

/** Items added, claimed and finished under their claims in batches, against BullMQ's addBulk and Worker: one client process, one server. */
export const name = "redis-queue";

export const run = async (report: Report): Promise<void> => {
  for (const { fsync, rounds } of settings) {
    await withServer(fsync, async (server) => {
      const { ours, same, bull } = await inTurn(
        {
          bull: () => onEmptyServer(server, () => bullRate(server.port, items, handlers)),
          ours: () => onEmptyServer(server, () => withSpace(server, (space) => pumpRate(space, wide))),
          same: () => onEmptyServer(server, () => withSpace(server, (space) => pumpRate(space, narrow))),
        },
        rounds,
      );
      const peer = { name: `BullMQ, ${handlers} at once`, samples: bull };
      const what = `${aofNames[fsync]}: add → claim → finish`;
      report.add({
        what: `${what}, ${wide.lanes} batches of ${wide.batch} at once`,
        unit: "items/s",
        ours,
        peer,
        aim: { atLeast: 3 },
      });
      report.add({
        what: `${what}, ${handlers} at once (${narrow.lanes} batches of ${narrow.batch})`,
        unit: "items/s",
        ours: same,
        peer,
        aim: { atLeast: 2 },
      });
    });
  }
};
