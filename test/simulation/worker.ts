import { runSeed } from "./run-seed.ts";

/** A process that runs the seeds it is sent, one after the other, until its parent goes away. */
process.on("message", (seed: number) => {
  void runSeed(seed).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit());
