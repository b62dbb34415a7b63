/** A writer of a queue: `queue-writer.js segments|lmdb FOLDER`. It writes records of accesses, each with a subject of its own, as fast as it can. */
import { open } from "lmdb";
import { systemClock } from "../../src/base/clock.ts";
import { ReportQueue } from "../../src/shared-memory/index.ts";

export interface QueueWriterCall {
  readonly ms: number;
}

export interface QueueWriterSays {
  /** Records that another process can read by now. */
  readonly written: number;
  readonly seconds: number;
  /** Processor time of all its threads, in seconds. */
  readonly cpuSeconds: number;
}

interface Written {
  add(number: number): void;
  /** Resolves when all that was added can be read by others. */
  flush(): Promise<void>;
}

const [kind = "", folder = ""] = process.argv.slice(2);
const burst = 1_000;
const subjectOf = (number: number): string => `account-${number}`;

const segments = (): Written => {
  const queue = new ReportQueue({
    ...{ folder, clock: systemClock, tail: "0", foldMs: 10, foldAccesses: burst },
    ...{ segmentBytes: 1_048_576, maxSegments: 4_096 },
  });
  return {
    add: (number) => {
      const nowMs = systemClock.wallMs();
      const access = { rule: 1, subject: subjectOf(number), value: undefined, atMs: nowMs, intercepted: false };
      queue.add(access, nowMs);
    },
    flush: () => {
      queue.flush();
      return Promise.resolve();
    },
  };
};

const lmdb = (): Written => {
  const queue = open<string, string>({ path: folder, noSync: true, mapSize: 2 ** 32, encoding: "string" });
  let last: Promise<unknown> = Promise.resolve();
  return {
    add: (number) => {
      last = queue.put(`${process.pid}-${number}`, `1 ${systemClock.wallMs()} ${subjectOf(number)}`);
    },
    flush: async () => {
      await last;
    },
  };
};

const queue = kind === "lmdb" ? lmdb() : segments();
let number = 0;

const write = async ({ ms }: QueueWriterCall): Promise<QueueWriterSays> => {
  const [startMs, startCpu, from] = [performance.now(), process.cpuUsage(), number];
  while (performance.now() - startMs < ms) {
    for (let left = burst; left > 0; left -= 1) queue.add((number += 1));
    await queue.flush();
    await new Promise(setImmediate);
  }
  const { user, system } = process.cpuUsage(startCpu);
  return {
    written: number - from,
    seconds: (performance.now() - startMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
  };
};

process.on("message", (call: QueueWriterCall) => void write(call).then((said) => process.send?.(said)));
process.send?.("ready");
