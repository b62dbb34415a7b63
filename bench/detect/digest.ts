import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../../src/base/clock.ts";
import { openDigestLists, type DigestLists, type DigestListsOptions } from "../../src/engines/malware/digest/index.ts";
import { script } from "../../test/support/script.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { heapAfterGc } from "../garbage.ts";
import { inTurn } from "../rounds.ts";
import type { Report } from "../report.ts";

const entries = 2_000_000;
const lookups = 200_000;
const linesAtOnce = 10_000;
const mostMegabytes = 16;
const childMs = 60_000;

/**
 * A deny list of two million SHA-256 with names: how long it takes to be built, how much memory of the process it holds once it is open, and
 * look-ups a second on one core. The peer is a Set of the same digests as text, which is what a list is without this.
 */
export const name = "detect-digest";

const hexOf = (at: number): string => createHash("sha256").update(`entry ${at}`).digest("hex");

export const run = async (report: Report): Promise<void> => {
  const folder = tempDir("bench-digest");
  const text = join(folder.path, "deny.txt");
  writeList(text);
  const options = { allow: [], deny: [text], folder: join(folder.path, "built"), clock: systemClock };
  try {
    const seconds = await secondsOf(async () => (await openDigestLists(options)).close());
    const megabytes = (statSync(text).size / 2 ** 20).toFixed(0);
    console.error(
      `  ${entries} entries of ${megabytes} MiB text built in ${seconds.toFixed(1)} s; the process had ${peakMegabytes().toFixed(0)} MB at most`,
    );
    await compare(report, options);
  } finally {
    folder.remove();
  }
};

const compare = async (report: Report, options: DigestListsOptions): Promise<void> => {
  const oursMegabytes = await megabytesOfProcess(options);
  let lists: DigestLists | undefined;
  const seconds = await secondsOf(async () => void (lists = await openDigestLists(options)));
  if (lists?.entries !== entries) throw new Error("not all entries are in the list");
  const ours = lists;
  console.error(`  opened again in ${(seconds * 1_000).toFixed(0)} ms, the text unchanged`);
  const before = await heapAfterGc();
  const set = new Set(Array.from({ length: entries }, (_, at) => hexOf(at)));
  const setMegabytes = ((await heapAfterGc()) - before) / 2 ** 20;
  const asked = Array.from({ length: lookups }, (_, at) => hexOf((at * 7919) % (2 * entries)));
  const samples = await inTurn({
    ours: () => perSecond(asked, (hex) => ours.check("sha256", hex) !== undefined),
    set: () => perSecond(asked, (hex) => set.has(hex)),
  });
  ours.close();
  report.add({
    what: `memory of ${entries} digests`,
    unit: "MB",
    ours: [oursMegabytes],
    peer: { name: `at most; a Set takes ${setMegabytes.toFixed(0)}`, samples: [mostMegabytes] },
    aim: { atMost: 1 },
  });
  report.add({
    what: "look-ups, half of them of what is listed",
    unit: "/s",
    ours: samples.ours,
    peer: { name: "a Set", samples: samples.set },
  });
};

const writeList = (path: string): void => {
  const file = openSync(path, "wx");
  for (let first = 0; first < entries; first += linesAtOnce) {
    const lines = Array.from(
      { length: linesAtOnce },
      (_, at) => `${hexOf(first + at)} Family.${(first + at) % 5_000}\n`,
    );
    writeSync(file, lines.join(""));
  }
  closeSync(file);
};

const perSecond = (asked: readonly string[], has: (hex: string) => boolean): number => {
  const started = performance.now();
  const found = asked.reduce((count, hex) => count + (has(hex) ? 1 : 0), 0);
  if (Math.abs(found / asked.length - 0.5) > 0.05) throw new Error(`${found} of ${asked.length} were found`);
  return asked.length / ((performance.now() - started) / 1_000);
};

const secondsOf = async (run: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1_000;
};

/** By how much a process grows that opens the list. */
const megabytesOfProcess = async ({ deny, folder }: DigestListsOptions): Promise<number> => {
  const { file, execArgv } = script("digest-memory", import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [...execArgv, file, ...deny, folder], {
    timeout: childMs,
  });
  return Number(stdout);
};

/** Of the life of the process so far. */
const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1_024;
