/** A front end's process: `front-end.js FOLDER SEED`. It checks accesses as it is told, as fast as it can. */
import { createHistogram } from "node:perf_hooks";
import { seededRandom } from "../../src/base/random.ts";
import { createGuard } from "../../src/client/guard/index.ts";
import { accessesOf } from "./clients.ts";

export type FrontEndCall = { readonly do: "check"; readonly ms: number } | { readonly do: "time"; readonly ms: number };

export interface FrontEndSays {
  readonly checks: number;
  readonly seconds: number;
  /** Processor time of all its threads, in seconds. */
  readonly cpuSeconds: number;
  /** Since the process began. */
  readonly recorded: number;
  readonly dropped: number;
  /** Of one `check`, in microseconds, without what it takes to read the clock. Only after `time`. */
  readonly micros: { readonly p50: number; readonly p99: number; readonly p999: number } | undefined;
}

const [folder = "", seed = "0"] = process.argv.slice(2);
/** Of one turn of the event loop. */
const burst = 500;
const accesses = accessesOf(seededRandom(Number(seed)), 2 ** 18);
const guard = createGuard({ folder });
let at = 0;

const next = (): (typeof accesses)[number] => {
  at = (at + 1) & (accesses.length - 1);
  return accesses[at] ?? { rules: [] };
};

/** Repeats bursts for so long, with the event loop in between as in a server. */
const bursts = async (ms: number, work: () => void): Promise<FrontEndSays> => {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  let checks = 0;
  while (performance.now() - startMs < ms) {
    for (let left = burst; left > 0; left -= 1) work();
    checks += burst;
    await new Promise(setImmediate);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(startCpu);
  const { recorded, dropped } = guard.counts;
  return { checks, seconds, cpuSeconds: (user + system) / 1e6, recorded, dropped, micros: undefined };
};

/** What one look at the clock adds to a measured time. */
const clockNanos = (): number => {
  const looks = createHistogram();
  for (let left = 100_000; left > 0; left -= 1) {
    const from = performance.now();
    looks.record(Math.max(1, Math.round((performance.now() - from) * 1e6)));
  }
  return looks.percentile(50);
};

const time = async (ms: number): Promise<FrontEndSays> => {
  const nanos = createHistogram();
  const clock = clockNanos();
  const said = await bursts(ms, () => {
    const access = next();
    const from = performance.now();
    guard.check(access);
    nanos.record(Math.max(1, Math.round((performance.now() - from) * 1e6 - clock)));
  });
  const micros = (percentile: number): number => nanos.percentile(percentile) / 1_000;
  return { ...said, micros: { p50: micros(50), p99: micros(99), p999: micros(99.9) } };
};

process.on("message", (call: FrontEndCall) => {
  void (call.do === "time" ? time(call.ms) : bursts(call.ms, () => guard.check(next()))).then((said) =>
    process.send?.(said),
  );
});
process.on("disconnect", () => guard.close());
process.send?.("ready");
