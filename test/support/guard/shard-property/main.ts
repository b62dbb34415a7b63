import { runShard } from "./run.ts";

/** `main.ts SEEDS STEPS`: exits with 1 at the first seed whose run violates the property. */
const [seeds = "1", steps = "500"] = process.argv.slice(2);
for (let seed = 1; seed <= Number(seeds); seed += 1) {
  const did = await runShard(seed, Number(steps));
  process.stdout.write(`${JSON.stringify({ seed, ...did })}\n`);
}
