import type { Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { bullRateOneByOne, bullRateOneByOneWorker } from "./bullmq-peer.ts";
import { pumpRateOneByOne } from "./pump.ts";
import { aofNames, onEmptyServer, withServer, withSpace, type Fsync } from "./server.ts";

const items = 2_000;
const settings: readonly Fsync[] = ["everysec", "always", "no"];
const rounds = 3;

/** One item at a time, each call awaited: what a call costs when nothing can be shared. */
export const name = "redis-single";

export const run = async (report: Report): Promise<void> => {
  for (const fsync of settings) {
    await withServer(fsync, async (server) => {
      const { ours, byHand, worker } = await inTurn(
        {
          byHand: () => onEmptyServer(server, () => bullRateOneByOne(server.port, items)),
          ours: () => onEmptyServer(server, () => withSpace(server, (space) => pumpRateOneByOne(space, items))),
          worker: () => onEmptyServer(server, () => bullRateOneByOneWorker(server.port, items)),
        },
        rounds,
      );
      const what = `${aofNames[fsync]}: one by one, add → claim → finish`;
      for (const peer of [
        { name: "BullMQ: add, getNextJob, moveToCompleted", samples: byHand },
        { name: "BullMQ: add, Worker", samples: worker },
      ]) {
        report.add({ what, unit: "items/s", ours, peer, aim: { atLeast: 1 } });
      }
    });
  }
};
