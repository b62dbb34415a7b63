import type { Random } from "../../src/base/random.ts";
import { parseInterceptRule } from "../../src/engines/intercept/index.ts";

const hourMs = 3_600_000;
const base = { blockMs: hourMs, action: "deny" } as const;

/** Limits of accesses in a second and in a fifth of one, and of different accounts from one address. */
export const rules = [
  parseInterceptRule({ ...base, number: 1, name: "second", subject: "account", threshold: 20, windowMs: 1_000 }),
  parseInterceptRule({ ...base, number: 2, name: "burst", subject: "account", threshold: 8, windowMs: 200 }),
  parseInterceptRule({
    ...{ ...base, number: 3, name: "accounts", subject: "ip", distinct: "account", threshold: 10, windowMs: 2_000 },
  }),
] as const;

/** An access that is to happen so long after the begin. */
export interface TraceAccess {
  readonly afterMs: number;
  readonly rule: number;
  readonly account: string;
  readonly ip: string | undefined;
}

export const traceMs = 20_000;
const accountsOfKind = 20;
const addresses = 40;
const edge = "edge";

/** Whether the account comes in bursts of which no second by the clock sees more than the limit. */
export const isEdge = (account: string): boolean => account.startsWith(edge);

/** Accesses in the order of their time: bursts around the ends of windows, a steady rate just below a limit, and any rate at all. */
export const traceOf = (random: Random, name: string): readonly TraceAccess[] => {
  const trace: TraceAccess[] = [];
  const add = (rule: number, account: string, afterMs: number, ip?: string): void => {
    if (afterMs >= 0 && afterMs < traceMs) trace.push({ afterMs, rule, account, ip });
  };
  for (let at = 0; at < accountsOfKind; at += 1) {
    for (const { number, threshold, windowMs } of rules.slice(0, 2)) {
      burstsAtEdges(random, windowMs, threshold, (afterMs) => add(number, `${edge}-${name}-${number}-${at}`, afterMs));
      steady(random, (windowMs / threshold) * 1.1, (afterMs) => add(number, `slow-${name}-${number}-${at}`, afterMs));
      // Twice the limit at the most.
      const meanMs = windowMs / threshold / (0.2 + 1.8 * random.next());
      byChance(random, meanMs, (afterMs) => add(number, `any-${name}-${number}-${at}`, afterMs));
    }
  }
  for (let at = 0; at < addresses; at += 1) {
    // Below the limit, around it and above, however many accesses there are.
    const accounts = 5 + random.below(15);
    byChance(random, 100, (afterMs) =>
      add(3, `${name}-${at}-${random.below(accounts)}`, afterMs, `10.${name}.0.${at + 1}`),
    );
  }
  return trace.toSorted((one, other) => one.afterMs - other.afterMs);
};

/** Three quarters of the limit just before the end of a window by the clock, and as many just after it; twice. */
const burstsAtEdges = (random: Random, windowMs: number, threshold: number, at: (afterMs: number) => void): void => {
  const first = Math.ceil((random.next() * traceMs) / 2 / windowMs) * windowMs;
  const count = Math.ceil(threshold * 0.75);
  for (const edgeMs of [first, first + traceMs / 2 - windowMs]) {
    for (let each = 0; each < count; each += 1) {
      at(edgeMs - windowMs * (0.1 + 0.2 * random.next()));
      at(edgeMs + windowMs * (0.1 + 0.2 * random.next()));
    }
  }
};

const steady = (random: Random, everyMs: number, at: (afterMs: number) => void): void => {
  for (let afterMs = random.next() * everyMs; afterMs < traceMs; afterMs += everyMs) at(afterMs);
};

const byChance = (random: Random, meanMs: number, at: (afterMs: number) => void): void => {
  for (let afterMs = 0; afterMs < traceMs;) {
    afterMs += -Math.log(1 - random.next()) * meanMs;
    at(afterMs);
  }
};
