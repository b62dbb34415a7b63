import type { PartOutcome, ReportPart } from "../../../../src/actors/guard/guard-port.ts";
import { InterceptionError } from "../../../../src/actors/guard/errors.ts";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import { parseInterceptRule } from "../../../../src/engines/intercept/index.ts";
import { KernelError } from "../../../../src/kernel/index.ts";
import type { AccessRow } from "../../../../src/shared-memory/index.ts";
import { ShardWorld } from "../shard-world.ts";
import { ExactCounter } from "./exact-counter.ts";
import { TableCopy } from "./table-copy.ts";

const rules = [
  { number: 1, name: "logins", subject: "account", threshold: 5, windowMs: 3_000, blockMs: 2_000, escalateMs: [5_000] },
  { number: 2, name: "tries", subject: "ip", distinct: "account", threshold: 3, windowMs: 2_000, blockMs: 4_000 },
  { number: 3, name: "all", subject: "account", threshold: 9, windowMs: 1_000, blockMs: 1_000, shadow: true },
].map((rule) => parseInterceptRule({ ...rule, forgetMs: 20_000 }));
const proxies = ["host-a", "host-b", "host-c"];
const lateMs = 1_500;
const slotMs = 10;

export interface ShardRun {
  readonly crossings: number;
  readonly takeovers: number;
  readonly failed: number;
  readonly repeated: number;
}

/** One proxy: it sends a part again until it is told that the part is stored, and now and then once more after that. */
class Proxy {
  readonly name: string;
  incarnation = 1;
  sequence = 0;
  last: ReportPart | undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Reports, resends, takeovers, commits that fail before or after they were made, and unblocks, in an order that comes from the seed. After each
 * step the interceptions have to be those of the exact counter, to the millisecond.
 *
 * @throws Error `violation: …` with seed and step
 */
export const runShard = async (seed: number, steps: number): Promise<ShardRun> => {
  const random = seededRandom(seed);
  const world = new ShardWorld({}, seed);
  const exact = new ExactCounter(rules);
  const copy = new TableCopy(world);
  const senders = proxies.map((name) => new Proxy(name));
  const did = { crossings: 0, takeovers: 0, failed: 0, repeated: 0 };
  for (const rule of rules) await world.rules.put(rule);
  await world.take();
  try {
    for (let step = 0; step < steps; step += 1) {
      const sender = senders[random.below(senders.length)] ?? new Proxy("none");
      const chance = random.below(100);
      if (chance < 4) {
        await world.take();
        did.takeovers += 1;
      } else if (chance < 6) {
        const [field, subject] = random.below(2) === 0 ? ["account", accountOf(random)] : ["ip", ipOf(random)];
        await unblock(world, field, subject);
        exact.unblock(field, subject);
      } else if (chance < 12 && sender.last !== undefined) {
        await send(world, sender, sender.last);
        did.repeated += 1;
      } else if (chance < 14)
        Object.assign(sender, { incarnation: sender.incarnation + 1, sequence: 0, last: undefined });
      else did.failed += await report(world, exact, sender, random);
      if (random.below(4) === 0) await world.kernel.advance(random.below(120) * slotMs);
      await check(world, exact, copy, `seed ${seed}, step ${step}`);
    }
    const events = (await world.events()).filter(({ kind }) => kind === "crossing");
    expectSame(events.length, exact.crossings, `events of crossings, seed ${seed}`);
    return { ...did, crossings: exact.crossings };
  } catch (thrown) {
    // A shard that does not answer any more has lost what it had.
    if (thrown instanceof InterceptionError || thrown instanceof KernelError) throw violation(thrown.message);
    throw thrown;
  } finally {
    await world.end();
  }
};

const report = async (world: ShardWorld, exact: ExactCounter, sender: Proxy, random: Random): Promise<number> => {
  sender.sequence += 1;
  const rows = Array.from({ length: 1 + random.below(4) }, () => rowOf(world, random));
  const part: ReportPart = { shard: 3, sequence: sender.sequence, rows };
  sender.last = part;
  const fault = (["none", "none", "none", "none", "none", "none", "before", "after"] as const)[random.below(8)];
  world.faults.length = 0;
  if (fault !== undefined) world.faults.push(fault);
  if (fault !== "before") for (const row of rows) exact.add(row, world.nowMs);
  const outcome = await send(world, sender, part);
  if (fault !== "before" && fault !== "after") {
    expectSame(outcome?.problem, undefined, `a part of ${sender.name} is stored`);
    return 0;
  }
  if (outcome?.problem === undefined) throw violation("a part whose commit failed is called stored");
  // The owner loads the shard anew, or dies meanwhile.
  if (random.below(3) === 0) await world.take();
  await world.kernel.advance(300);
  if (fault === "before") for (const row of rows) exact.add(row, world.nowMs);
  expectSame(
    (await send(world, sender, part))?.problem,
    undefined,
    `a part of ${sender.name} is stored when it comes again`,
  );
  return 1;
};

const send = async (world: ShardWorld, sender: Proxy, part: ReportPart): Promise<PartOutcome | undefined> => {
  const incarnation = `life-${sender.incarnation}`;
  const [outcome] = await world.report({ proxy: sender.name, incarnation, parts: [part] });
  return outcome;
};

const unblock = (world: ShardWorld, field: string, subject: string): Promise<unknown> => {
  world.faults.length = 0;
  return world.ask((replyTo) => ({
    type: "unblock",
    field,
    subject,
    by: "test",
    cause: undefined,
    replyTo: replyTo,
  }));
};

const accountOf = (random: Random): string => `user-${random.below(6)}`;
const ipOf = (random: Random): string => `192.0.2.${random.below(4)}`;

const rowOf = (world: ShardWorld, random: Random): AccessRow => {
  const rule = 1 + random.below(3);
  const earlierMs = random.below(lateMs);
  const atMs = Math.floor((world.nowMs - earlierMs) / slotMs) * slotMs;
  const [subject, value] = rule === 2 ? [ipOf(random), accountOf(random)] : [accountOf(random), undefined];
  return { rule, subject, value, atMs, passed: random.below(4), intercepted: random.below(2) };
};

const check = async (world: ShardWorld, exact: ExactCounter, copy: TableCopy, at: string): Promise<void> => {
  world.faults.length = 0;
  const { nowMs } = world;
  const wanted = exact.intercepted(nowMs);
  const listed = (await world.list("active")).map(({ rule, subject, untilMs }) => `${rule} ${subject} ${untilMs}`);
  expectSame(listed.toSorted(), wanted, `interceptions, ${at}`);
  expectSame(await copy.holding(nowMs), wanted, `interceptions that a follower knows, ${at}`);
};

const expectSame = (found: unknown, wanted: unknown, what: string): void => {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw violation(`${what}: ${one} and not ${other}`);
};

const violation = (what: string): Error => new Error(`violation: ${what}`);
