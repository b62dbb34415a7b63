import { mkdtempSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { BenchChild } from "./child.ts";
import type { QueueWriterCall, QueueWriterSays } from "./queue-writer.ts";

export const name = "guard-queues";

type Kind = "segments" | "lmdb";
type QueueWriter = BenchChild<QueueWriterCall, QueueWriterSays>;

const [roundMs, frozenAfterMs, frozenMs] = [1_000, 200, 2_000];

/**
 * One file a writer against one LMDB for all, both on tmpfs: what one writer and four of them write in a second of processor time, and what three
 * write in a second while the fourth is frozen.
 */
export const run = async (report: Report): Promise<void> => {
  const cases = { one: [1, 0], four: [4, 0], "four, one of them frozen for 2 s: the others": [4, 1] } as const;
  for (const [what, [writers, frozen]] of Object.entries(cases)) {
    const { segments, lmdb } = await inTurn({
      segments: () => rateOf("segments", writers, frozen),
      lmdb: () => rateOf("lmdb", writers, frozen),
    });
    report.add({
      what: `records into a queue on tmpfs, writers: ${what}`,
      unit: frozen > 0 ? "/s" : "a second of processor time",
      ours: segments,
      peer: { name: "LMDB", samples: lmdb },
      aim: { atLeast: 1 },
    });
  }
};

const rateOf = async (kind: Kind, count: number, frozen: 0 | 1): Promise<number> => {
  const folder = mkdtempSync(`/dev/shm/garrison-bench-${kind}-`);
  const writers: QueueWriter[] = [];
  try {
    for (let started = 0; started < count; started += 1)
      writers.push(await BenchChild.start("queue-writer", [kind, folder]));
    const said = writers.map((writer) => writer.call({ ms: roundMs }));
    if (frozen > 0) await freeze(writers[0]);
    const others = (await Promise.all(said)).slice(frozen);
    const sum = (of: (said: QueueWriterSays) => number): number => others.reduce((total, each) => total + of(each), 0);
    if (frozen > 0) return sum(({ written, seconds }) => written / seconds);
    return sum(({ written }) => written) / sum(({ cpuSeconds }) => cpuSeconds);
  } finally {
    for (const writer of writers) await writer.end();
    rmSync(folder, { recursive: true, force: true });
  }
};

const freeze = async (writer: QueueWriter | undefined): Promise<void> => {
  await pause(frozenAfterMs);
  writer?.signal("SIGSTOP");
  await pause(frozenMs);
  writer?.signal("SIGCONT");
};
