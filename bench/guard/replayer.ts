/** A front end that plays its part of a trace: `replayer.js FOLDER`. It says which access was at which moment, and whether it was let through. */
import { setInterval } from "node:timers";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { Guard } from "../../src/client/guard/guard.ts";
import { guardSettings } from "../../src/client/guard/options.ts";
import type { TraceAccess } from "./trace.ts";

export interface ReplayerCall {
  /** Begin of the trace, Unix time. */
  readonly beginMs: number;
  /** In the order of their time. */
  readonly accesses: readonly TraceAccess[];
}

/** What became of an access. */
export interface Played {
  /** By the clock that the guard of this front end read, Unix time. */
  readonly wallMs: number;
  /** Of the machine's monotonic clock. */
  readonly atMs: number;
  readonly passed: boolean;
}

let wallMs = 0;
const clock = { ...systemClock, wallMs: () => (wallMs = systemClock.wallMs()) };
const guard = new Guard(guardSettings({ folder: process.argv[2] ?? "" }), { clock, random: systemRandom });

const play = ({ beginMs, accesses }: ReplayerCall): Promise<readonly Played[]> => {
  const played: Played[] = [];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = systemClock.wallMs() - beginMs;
      for (let next = accesses[played.length]; next !== undefined && next.afterMs <= elapsedMs;) {
        const { rule, account, ip } = next;
        const passed = guard.check({ rules: [rule], account, ip }) === "allow";
        played.push({ wallMs, atMs: systemClock.monotonicMs(), passed });
        next = accesses[played.length];
      }
      if (played.length < accesses.length) return;
      clearInterval(timer);
      resolve(played);
    }, 1);
  });
};

process.on("message", (call: ReplayerCall) => void play(call).then((played) => process.send?.(played)));
process.on("disconnect", () => guard.close());
process.send?.("ready");
