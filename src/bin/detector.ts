import { once } from "node:events";
import { systemClock } from "../base/clock.ts";
import { asError } from "../base/errors.ts";
import { systemRandom } from "../base/random.ts";
import type { DetectorEnd, DetectorOrder } from "./process/start-detector.ts";
import { runKind } from "./detectors/run-kind.ts";
import { listenForEnd } from "./node/end/end-request.ts";
import { endProcess } from "./process/end-process.ts";
import { exitCodes, type ExitCode } from "./process/exit-codes.ts";
import { createLog } from "./process/log.ts";

/** The entry of the process of a detector that a node starts. The node says over the channel which; when the channel ends, so does it. */
if (!process.connected) throw new Error("detector.js is started by a node: use garrison detector run");
const order = (await once(process, "message"))[0] as DetectorOrder;
const log = createLog(order.logLevel).child({ detector: order.name });

const ending = new AbortController();
const { signal } = ending;
const request = listenForEnd(systemClock);
void request.asked.then(() => ending.abort());

const run = async (): Promise<ExitCode> => {
  try {
    await runKind({ ...order, clock: systemClock, random: systemRandom, log, signal });
    return exitCodes.complete;
  } catch (error) {
    const { message } = asError(error);
    log.error({ err: asError(error) }, "the detector ends");
    // The relay tells it to those who miss the detector.
    if (process.connected) process.send?.({ reason: message } satisfies DetectorEnd, () => undefined);
    return exitCodes.failed;
  } finally {
    request.release();
  }
};

endProcess(await run(), systemClock);
