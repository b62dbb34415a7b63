import { parseArgs } from "node:util";
import { freezeUnderLoad } from "./store-freeze.ts";
import { killUnderLoad } from "./store-kill.ts";

/**
 * The long runs of the embedded store under faults:
 *
 *   node --import=tsx test/chaos/store.ts kill --rounds 100
 *   node --import=tsx test/chaos/store.ts freeze --rounds 6 --freeze-ms 10000
 *
 * Exits with 1 if a promise was broken.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "20" },
    "freeze-ms": { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);

const run = async (): Promise<boolean> => {
  if (positionals[0] === "kill") {
    const ledger = await killUnderLoad(rounds, seed);
    process.stdout.write(`${JSON.stringify({ ...ledger, rounds })}\n`);
    return ledger.lost.length + ledger.doubled.length === 0 && ledger.finished > rounds;
  }
  if (positionals[0] === "freeze") {
    const result = await freezeUnderLoad(rounds, Number(values["freeze-ms"]), seed);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    const { ledger, highestLagMs, deadlines, failedReads } = result;
    return ledger.lost.length + ledger.doubled.length + failedReads === 0 && highestLagMs < 100 && deadlines > 0;
  }
  throw new Error("say what to do: kill or freeze");
};
process.exitCode = (await run()) ? 0 : 1;
