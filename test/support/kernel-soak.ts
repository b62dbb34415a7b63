import { unreachable } from "../../src/base/unreachable.ts";
import { ActorSystem, same, type Context, type Props, type ReplyTo, type Same } from "../../src/kernel/index.ts";
import { actor } from "./actors.ts";
import { CapturedLog } from "./captured-log.ts";
import { ManualClock } from "./manual-clock.ts";

/** What one run of a soak has to show, printed as one line of JSON. */
export interface SoakResult {
  readonly grownBytes: number;
  readonly unhandled: number;
  readonly mostAtOnce: number;
  readonly lives: number;
  readonly actorsLeft: number;
  readonly restarts: number;
}

export type SoakName =
  "restarts" | "spawns" | "stops-during-handlers" | "endless-handler" | "kept-reply" | "emptied-mailbox";

let unhandled = 0;
process.on("unhandledRejection", () => (unhandled += 1));
process.on("uncaughtException", () => (unhandled += 1));

/** Lives that have begun and not ended, and the most handlers of one actor that were seen at once. */
let lives = 0;
let mostAtOnce = 0;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An actor that crashes on every message; now and then also in `initial` and in `stopped`. */
const fragile = (): Props<undefined, number> => {
  let atOnce = 0;
  let begun = 0;
  const handle = async (crashes: boolean): Promise<void> => {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    try {
      if (crashes) await Promise.resolve();
      if (crashes) throw new Error("told to crash");
    } finally {
      atOnce -= 1;
    }
  };
  return actor<number>(() => handle(true), {
    initial: () => {
      begun += 1;
      if (begun % 7 === 0) throw new Error("initial failed");
      lives += 1;
      return undefined;
    },
    stopped: async () => {
      await handle(false);
      lives -= 1;
      if (begun % 5 === 0) throw new Error("stopped failed");
    },
    mailbox: { capacity: 100_000 },
  });
};

const leaf = actor<"work">(() => undefined);
const family: Props<undefined, never> = actor<never>(() => undefined, {
  initial: (context) => void context.spawn(leaf, "leaf").tell("work"),
});

const restarts = async (system: ActorSystem, count: number): Promise<void> => {
  let decisions = 0;
  const parent = actor<never>(() => undefined, {
    supervision: {
      decide: () => {
        decisions += 1;
        if (decisions % 1_000 === 0) throw new Error("the decider failed");
        return "restart";
      },
      maxRestarts: 1_000_000,
      withinMs: 600_000,
      backoff: undefined,
    },
    initial: (context) => {
      const child = context.spawn(fragile(), "fragile");
      for (let i = 0; i < 900; i += 1) child.tell(i);
      return undefined;
    },
  });
  const top = system.spawn(parent, `top-${count}`);
  while (system.counters().restarts < count) await turn();
  await system.stopActor(top);
};

const spawns = async (system: ActorSystem, count: number): Promise<void> => {
  for (let i = 0; i < count / 2; i += 500) {
    const families = Array.from({ length: 500 }, (_, at) => system.spawn(family, `family-${at}`));
    await turn();
    await Promise.all(families.map((address) => system.stopActor(address)));
  }
};

const stopsDuringHandlers = async (system: ActorSystem, count: number): Promise<void> => {
  let atOnce = 0;
  const slow: Props<undefined, "work"> = {
    behavior: {
      initial: () => undefined,
      receive: async (_state, _message, { signal }): Promise<Same> => {
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        await turn();
        atOnce -= 1;
        return same;
      },
      stopped: () => {
        mostAtOnce = Math.max(mostAtOnce, atOnce + 1);
      },
    },
  };
  for (let i = 0; i < count; i += 1) {
    const address = system.spawn(slow, "slow");
    for (let sent = 0; sent < 3; sent += 1) address.tell("work");
    await turn();
    await system.stopActor(address);
  }
};

/** Time of the soaks that move it themselves. */
const manualClock = new ManualClock();

let endless: Promise<Context<string>> | undefined;

/** The context of one handler that does not end before its life does. */
const endlessHandler = (system: ActorSystem): Promise<Context<string>> =>
  (endless ??= new Promise((resolve) => {
    const address = system.spawn(
      actor<string>(async (_message, context) => {
        const ended = new Promise<void>((end) => context.signal.addEventListener("abort", () => end()));
        resolve(context);
        await ended;
      }),
      "endless",
    );
    address.tell("begin");
  }));

/** Sets timers and watches again and again while what fired of the earlier ones cannot be handled. */
const noticesInOneHandler = async (system: ActorSystem, count: number): Promise<void> => {
  const context = await endlessHandler(system);
  const dead = context.spawn(leaf, `dead-${count}`);
  await context.stop(dead);
  for (let i = 0; i < count; i += 1) {
    context.timers.once("again", 0, "alarm");
    manualClock.advance(0);
    context.watch(dead, "gone");
    context.watch(dead, "gone again");
    context.unwatch(dead);
  }
};

let kept: ReplyTo<number> | undefined;

/** Asks of which always one is open, while somebody keeps the way to answer the very first one. */
const asksBehindKeptReply = async (system: ActorSystem, count: number): Promise<void> => {
  kept = undefined;
  let open: ReplyTo<number> | undefined;
  const server = system.spawn(
    actor<ReplyTo<number>>((replyTo) => {
      kept ??= replyTo;
      open?.tell(1);
      open = replyTo;
    }),
    "server",
  );
  let before = server.ask<number>((replyTo) => replyTo, 60_000);
  for (let i = 0; i < count; i += 1) {
    const next = server.ask<number>((replyTo) => replyTo, 60_000);
    await before;
    before = next;
  }
  const last = before.catch(() => undefined);
  await system.stopActor(server);
  await last;
};

/** Fills the mailbox of an actor that lives on. */
const emptiedMailbox = async (system: ActorSystem, count: number): Promise<void> => {
  const sink = system.spawn(
    actor<number>(() => undefined, { mailbox: { capacity: count } }),
    `sink-${count}`,
  );
  for (let i = 0; i < count; i += 1) sink.tell(i);
  while (system.counters().waiting > 0) await turn();
};

const soak = (name: SoakName): [(system: ActorSystem, count: number) => Promise<void>, number] => {
  switch (name) {
    case "restarts":
      return [restarts, 20_000];
    case "spawns":
      return [spawns, 100_000];
    case "stops-during-handlers":
      return [stopsDuringHandlers, 2_000];
    case "endless-handler":
      return [noticesInOneHandler, 50_000];
    case "emptied-mailbox":
      return [emptiedMailbox, 200_000];
    case "kept-reply":
      return [asksBehindKeptReply, 50_000];
    default:
      return unreachable(name);
  }
};

const heapAfterGc = async (): Promise<number> => {
  for (let i = 0; i < 3; i += 1) {
    await turn();
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
};

const main = async (name: SoakName): Promise<SoakResult> => {
  const [run, count] = soak(name);
  const log = new CapturedLog();
  log.logger.level = "silent";
  const system = new ActorSystem({
    node: "soak",
    log: log.logger,
    ...(name === "endless-handler" ? { clock: manualClock } : {}),
    supervision: { maxRestarts: 1_000_000, withinMs: 600_000, backoff: undefined },
  });
  // What is compiled and allocated once is no leak.
  await run(system, Math.floor(count / 10));
  const before = await heapAfterGc();
  await run(system, count + system.counters().restarts);
  await turn();
  const grownBytes = (await heapAfterGc()) - before;
  const actorsLeft = system.counters().actors - 1;
  const counters = system.counters();
  await system.stop();
  return { grownBytes, unhandled, mostAtOnce, lives, actorsLeft, restarts: counters.restarts };
};

process.stdout.write(`${JSON.stringify(await main(process.argv[2] as SoakName))}\n`);
