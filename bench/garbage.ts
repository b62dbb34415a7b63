import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Collects everything that can be, so that what was measured before costs nothing of what comes next. Gives the bytes left. */
export const heapAfterGc = async (): Promise<number> => {
  for (let i = 0; i < 3; i += 1) {
    await nextTurn();
    collect();
  }
  return process.memoryUsage().heapUsed;
};
