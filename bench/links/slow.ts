import { setTimeout as pause } from "node:timers/promises";
import { residentMegabytes } from "../processes.ts";
import type { Report } from "../report.ts";
import { GarrisonPair } from "./garrison-pair.ts";
import type { Flooded } from "./load.ts";

export const name = "links-slow";

/** A peer that stands still must not be declared dead while it is measured. */
const leaseMs = 600_000;
const rounds = 3;
const floodMs = 5_000;
/** Bounds of one outbox; the rest of the limit is for frames on their way, dead letters and garbage. */
const outboxEnvelopes = 65_536;
const limitMegabytes = 64;
const lookEveryMs = 20;
/** A slow peer runs for the first part of each of these. */
const periodMs = 100;
const runsMs = 5;

interface Outcome extends Flooded {
  /** Of the sender, above where it stood before it sent anything. */
  readonly grownMegabytes: number;
}

/** The sender tells the other node as much as it can. What it was told is taken has to come, once the other node runs again. */
const flooded = async (
  pair: GarrisonPair,
  before: number,
  hinder: (receiver: number, over: () => boolean) => Promise<void>,
): Promise<Outcome> => {
  const [sender = 0, receiver = 0] = pair.pids;
  let most = residentMegabytes(sender);
  const looks = setInterval(() => {
    most = Math.max(most, residentMegabytes(sender));
  }, lookEveryMs);
  let over = false;
  const hindering = hinder(receiver, () => over);
  try {
    const said = await pair.call(0, { do: "flood", forMs: floodMs });
    over = true;
    await hindering;
    if (said.says !== "flooded") throw new Error(`the node says ${JSON.stringify(said)}`);
    const { taken, refused } = said.flooded;
    const counted = await pair.call(0, { do: "count" });
    if (counted.says !== "counted" || counted.counted !== taken) {
      throw new Error(`${taken} messages were taken, but ${JSON.stringify(counted)}`);
    }
    if (refused === 0) throw new Error("everything was taken: nothing was learnt about what is not");
    return { taken, refused, grownMegabytes: most - before };
  } finally {
    over = true;
    clearInterval(looks);
    process.kill(receiver, "SIGCONT");
  }
};

const stopped = async (receiver: number, over: () => boolean): Promise<void> => {
  process.kill(receiver, "SIGSTOP");
  while (!over()) await pause(lookEveryMs);
  process.kill(receiver, "SIGCONT");
};

const slowed = async (receiver: number, over: () => boolean): Promise<void> => {
  while (!over()) {
    process.kill(receiver, "SIGSTOP");
    await pause(periodMs - runsMs);
    process.kill(receiver, "SIGCONT");
    await pause(runsMs);
  }
};

const add = (report: Report, what: string, outcomes: readonly Outcome[]): void => {
  const row = (about: string, unit: string, of: (outcome: Outcome) => number) => ({
    what: `${what}: ${about}`,
    unit,
    ours: outcomes.map(of),
  });
  report.add({
    ...row("memory of the sender grows by", "MB", ({ grownMegabytes }) => grownMegabytes),
    peer: { name: "limit", samples: outcomes.map(() => limitMegabytes) },
    aim: { atMost: 1 },
  });
  report.add({
    ...row("not taken, and the sender told so", "messages", ({ refused }) => refused),
    peer: { name: "told in all", samples: outcomes.map(({ taken, refused }) => taken + refused) },
  });
};

/** A sender that does not wait, while the other node stands still or is slow. */
export const run = async (report: Report): Promise<void> => {
  const pair = await GarrisonPair.start({ leaseMs });
  try {
    const outcomes: { readonly stopped: Outcome[]; readonly slowed: Outcome[] } = { stopped: [], slowed: [] };
    const before = residentMegabytes(pair.pids[0] ?? 0);
    for (let round = 0; round < rounds; round += 1) {
      outcomes.stopped.push(await flooded(pair, before, stopped));
      outcomes.slowed.push(await flooded(pair, before, slowed));
    }
    add(report, "stopped peer", outcomes.stopped);
    add(report, "slow peer", outcomes.slowed);
    report.add({
      what: "stopped peer: messages that were taken",
      unit: "messages",
      ours: outcomes.stopped.map(({ taken }) => taken),
      peer: { name: "bound of the outbox", samples: outcomes.stopped.map(() => outboxEnvelopes) },
      aim: { atMost: 1 },
    });
  } finally {
    await pair.end();
  }
};
