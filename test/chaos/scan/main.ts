import { parseArgs } from "node:util";
import { built } from "../../support/built.ts";
import { floodRun } from "./flood-run.ts";
import { killUnderLoad } from "./kill-run.ts";
import { poisonRun } from "./poison-run.ts";
import { rateRun } from "./rate-run.ts";

/**
 * The long runs of distributed scans, with real nodes and real kills. `npm run chaos -- NAME`:
 *
 *   kill --minutes 1 --seed 1   random nodes are killed every 5 s, probes at every third subtask (the default)
 *   poison --scans 2            a template whose match kills its process
 *   flood --scans 10000         scans of one request each, by file and by 16 clients
 *   rate --seconds 60           one target with a limit over three nodes, one of them killed
 *
 * Prints what it saw as one JSON line, `kill` a ledger after it. Exits with 1 if a promise was broken.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    scans: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const say = (result: unknown): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

const kill = async (): Promise<boolean> => {
  const runSeconds = Number(values.minutes) * 60;
  const { ledger, ...result } = await killUnderLoad({
    seconds: runSeconds,
    seed: Number(values.seed),
    killEveryMs: 5_000,
  });
  say(result);
  process.stdout.write(`ledger ${JSON.stringify(ledger)}\n`);
  const unequal = result.different.length + result.incomplete.length;
  const broken = ledger.lost + ledger.doneTwice + unequal + result.deadLetters;
  const hard = result.nodesKilled >= Math.floor(runSeconds / 5) - 1 && result.probesKilled >= runSeconds / 3;
  return broken === 0 && hard;
};

const poison = async (): Promise<boolean> => {
  const result = await poisonRun(3, Number(values.scans ?? 2));
  say(result);
  const named = result.deadLetters.every((letter) => letter.includes("poison"));
  return result.missing.length === 0 && named && result.deadLetters.length === result.scans.length;
};

const flood = async (): Promise<boolean> => {
  // It submits by the command line too.
  await built();
  const limit = 20;
  const count = Number(values.scans ?? 10_000);
  const result = await floodRun({ scans: count, clients: 16, limit });
  say(result);
  const { scans, complete, requests, mostInProcess, outOfOrder, grownMb } = result;
  const all = scans === complete && scans === requests && scans === count;
  return all && mostInProcess <= limit && outOfOrder === 0 && grownMb.every((mb) => mb < 150) && result.seconds < 600;
};

const rate = async (): Promise<boolean> => {
  const result = await rateRun({ seconds, perSecond: 50, killAfterMs: (seconds * 1_000) / 3 });
  say(result);
  if (result.mostInASecond > 50) process.stdout.write("violated I13: more requests in a second than the limit\n");
  return result.mostInASecond <= 50 && result.average >= 42;
};

const runs: Readonly<Record<string, () => Promise<boolean>>> = { kill, poison, flood, rate };
const run = runs[positionals[0] ?? "kill"];
if (run === undefined) throw new Error(`say what to do: ${Object.keys(runs).join(", ")}`);
process.exitCode = (await run()) ? 0 : 1;
