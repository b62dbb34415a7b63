/**
 * A front end that some accounts attack: `attacker.js FOLDER RULE SEED`. Each of them comes every ten milliseconds until it is denied, among
 * accesses of others.
 */
import { setInterval } from "node:timers";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { createGuard } from "../../src/client/guard/index.ts";

export interface AttackerCall {
  /** Begins to come after so long. */
  readonly accounts: readonly { readonly name: string; readonly afterMs: number }[];
}

/** Times are of the machine's monotonic clock. */
export interface AttackerSays {
  readonly accounts: readonly {
    readonly name: string;
    /** Accesses that were let through. */
    readonly passedMs: readonly number[];
    /** Of the first one that was not; undefined: none within the time that there is. */
    readonly deniedMs: number | undefined;
  }[];
}

const everyMs = 10;
const otherAccounts = 10_000;
const longestMs = 15_000;
const [folder = "", rule = "1", seed = "0"] = process.argv.slice(2);
const rules = [Number(rule)];
const random = seededRandom(Number(seed));
const guard = createGuard({ folder });

interface Attack {
  readonly name: string;
  readonly passedMs: number[];
  deniedMs: number | undefined;
  nextMs: number;
  readonly endMs: number;
}

const step = (attack: Attack): void => {
  const nowMs = systemClock.monotonicMs();
  if (nowMs < attack.nextMs) return;
  const verdict = guard.check({ rules, account: attack.name });
  if (verdict === "allow") attack.passedMs.push(nowMs);
  else attack.deniedMs = nowMs;
  attack.nextMs += everyMs;
};

const attack = ({ accounts }: AttackerCall): Promise<AttackerSays> => {
  const beganMs = systemClock.monotonicMs();
  const attacks = accounts.map(({ name, afterMs }): Attack => {
    const nextMs = beganMs + afterMs + random.next() * everyMs;
    return { name, passedMs: [], deniedMs: undefined, nextMs, endMs: nextMs + longestMs };
  });
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      guard.check({ rules, account: `other-${random.below(otherAccounts)}` });
      const nowMs = systemClock.monotonicMs();
      const left = attacks.filter(({ deniedMs, endMs }) => deniedMs === undefined && nowMs < endMs);
      for (const each of left) step(each);
      if (left.length > 0) return;
      clearInterval(timer);
      resolve({ accounts: attacks.map(({ name, passedMs, deniedMs }) => ({ name, passedMs, deniedMs })) });
    }, 1);
  });
};

process.on("message", (call: AttackerCall) => void attack(call).then((said) => process.send?.(said)));
process.on("disconnect", () => guard.close());
process.send?.("ready");
