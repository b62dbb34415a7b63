import { parseArgs } from "node:util";
import { built } from "../../support/built.ts";
import { floodRun } from "./flood-run.ts";
import { killUnderLoad } from "./kill-run.ts";
import { poisonRun } from "./poison-run.ts";
import { rateRun } from "./rate-run.ts";
import { speedRun } from "./speed-run.ts";

/**
 * The long runs of distributed scans, with real nodes and real kills:
 *
 *   node --import=tsx test/chaos/scan/main.ts kill --seconds 60 --seed 1
 *   node --import=tsx test/chaos/scan/main.ts poison
 *   node --import=tsx test/chaos/scan/main.ts flood --scans 10000
 *   node --import=tsx test/chaos/scan/main.ts rate --seconds 60
 *   node --import=tsx test/chaos/scan/main.ts speed
 *
 * Prints what it saw as one JSON line. Exits with 1 if a promise was broken.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    scans: { type: "string", default: "10000" },
  },
});
const seconds = Number(values.seconds);
const say = (result: unknown): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

const kill = async (): Promise<boolean> => {
  const result = await killUnderLoad({ seconds, seed: Number(values.seed), killEveryMs: 5_000 });
  say(result);
  const { lost, doneTwice, different, deadLetters, nodesKilled, probesKilled } = result;
  const broken = lost.length + doneTwice.length + different.length + deadLetters;
  return broken === 0 && nodesKilled >= Math.floor(seconds / 5) - 1 && probesKilled >= seconds / 3;
};

const poison = async (): Promise<boolean> => {
  const result = await poisonRun(3);
  say(result);
  const named = result.deadLetters.every((letter) => letter.includes("poison"));
  return result.missing.length === 0 && named && result.deadLetters.length === result.scans.length;
};

const flood = async (): Promise<boolean> => {
  const limit = 20;
  const count = Number(values.scans);
  const result = await floodRun({ scans: count, clients: 16, limit });
  say(result);
  const { scans, complete, requests, mostInProcess, outOfOrder, grownMb } = result;
  const all = scans === complete && scans === requests && scans > count - 32;
  return all && mostInProcess <= limit && outOfOrder === 0 && grownMb.every((mb) => mb < 150) && result.seconds < 600;
};

const rate = async (): Promise<boolean> => {
  const result = await rateRun({ seconds, perSecond: 50, killAfterMs: (seconds * 1_000) / 3 });
  say(result);
  if (result.mostInASecond > 50) process.stdout.write("violated I13: more requests in a second than the limit\n");
  return result.mostInASecond <= 50 && result.average >= 42;
};

const speed = async (): Promise<boolean> => {
  const options = { templates: 200, probes: 2, delayMs: 20 };
  const ratios: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const one = await speedRun(1, options);
    const two = await speedRun(2, options);
    say(one);
    say(two);
    ratios.push(one.seconds / two.seconds);
  }
  const [, median = 0] = ratios.toSorted((a, b) => a - b);
  say({ ratios, median });
  return median >= 1.8;
};

const runs: Readonly<Record<string, () => Promise<boolean>>> = { kill, poison, flood, rate, speed };
const run = runs[positionals[0] ?? ""];
if (run === undefined) throw new Error(`say what to do: ${Object.keys(runs).join(", ")}`);
await built();
process.exitCode = (await run()) ? 0 : 1;
