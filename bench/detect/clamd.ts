import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { openClamavEngine, type ClamavEngine } from "../../src/engines/malware/clamav/index.ts";
import type { ScanObject } from "../../src/engines/malware/index.ts";
import { Clamd, marker, reportsAll } from "../../test/support/clamav/clamd.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { inTurn } from "../rounds.ts";
import type { Report } from "../report.ts";
import { framed, scanBare } from "./bare-client.ts";

const leastShare = 0.85;
const outstanding = 8;
const foundEvery = 50;
const kibibyte = 1_024;
/** Short ones, many of them: what else runs on the machine falls on both sides. */
const rounds = 21;
const loads = [
  { count: 1_000, bytes: 2 * kibibyte },
  { count: 400, bytes: 64 * kibibyte },
  { count: 16, bytes: 4 * kibibyte * kibibyte },
] as const;

interface Sample {
  readonly content: Buffer;
  readonly object: ScanObject;
}

/** The engine reads files, checks replies and keeps deadlines; a bare client on the same socket does none of it. */
export const name = "detect-clamd";

export const run = async (report: Report): Promise<void> => {
  const clamd = await Clamd.start({ ...reportsAll, DisableCache: "yes" });
  const address = { path: clamd.socket };
  const engine = await openClamavEngine({ clock: systemClock, random: systemRandom, address, outstanding });
  try {
    for (const { count, bytes } of loads) await compare(report, clamd.socket, engine, count, bytes);
  } finally {
    await engine.close();
    await clamd.stop();
  }
};

const compare = async (
  report: Report,
  socket: string,
  engine: ClamavEngine,
  count: number,
  bytes: number,
): Promise<void> => {
  const folder = tempDir("bench-clamd");
  try {
    const samples = Array.from({ length: count }, (_, at) => sampleOf(folder.path, at, bytes));
    const frames = samples.map(({ content }) => framed(content));
    const expected = Math.ceil(count / foundEvery);
    const perSecond = async (scanAll: () => Promise<number>): Promise<number> => {
      const started = performance.now();
      const found = await scanAll();
      if (found !== expected) throw new Error(`found ${found} of ${expected}`);
      return (count * 1_000) / (performance.now() - started);
    };
    const { ours, bare } = await inTurn(
      {
        ours: () => perSecond(() => scanAll(engine, samples)),
        bare: () => perSecond(() => scanBare(socket, frames, outstanding)),
      },
      rounds,
    );
    report.add({
      what: `clamd, ${count} objects of ${bytes / kibibyte} KiB, ${outstanding} at once`,
      unit: "scans/s",
      ours,
      peer: { name: "bare pipelined client", samples: bare },
      aim: { atLeast: leastShare },
    });
  } finally {
    folder.remove();
  }
};

/** As many scans at once as the engine takes, as its detector would. @returns how many were found */
const scanAll = async (engine: ClamavEngine, samples: readonly Sample[]): Promise<number> => {
  let next = 0;
  let found = 0;
  const worker = async (): Promise<void> => {
    const { signal } = new AbortController();
    for (let sample = samples[next++]; sample !== undefined; sample = samples[next++]) {
      const result = await engine.scan(sample.object, signal);
      if (result.outcome !== "verdict") throw new Error(JSON.stringify(result));
      if (result.trust === "black") found += 1;
    }
  };
  await Promise.all(Array.from({ length: engine.capacity }, worker));
  return found;
};

const sampleOf = (folder: string, at: number, bytes: number): Sample => {
  const text = `${at} ${at % foundEvery === 0 ? marker.text : "clean"} `;
  const content = Buffer.alloc(bytes, `${text}${"lorem ipsum dolor sit amet ".repeat(20)}`);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const path = join(folder, sha256);
  writeFileSync(path, content);
  return { content, object: { sha256, size: content.length, path, taskType: "sample-file" } };
};
