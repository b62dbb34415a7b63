import { fork } from "node:child_process";
import { script } from "../support/script.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";

const seedDeadlineMs = 120_000;
const worker = script("worker", import.meta.url);

/** Runs seeds `first` … `first + seeds − 1`. On several workers, results come in any order. */
export const runSeeds = async (
  first: number,
  seeds: number,
  /** Processes to run them; 0: this one runs them itself, without a deadline. */
  workers: number,
  /** False: begin no further seed. */
  onResult: (result: SeedResult) => boolean,
): Promise<void> => {
  if (workers === 0) {
    for (let seed = first; seed < first + seeds; seed += 1) if (!onResult(await runSeed(seed))) return;
    return;
  }
  let next = first;
  let end = first + seeds;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(worker.file, { execArgv: [...worker.execArgv] });
      let deadline: NodeJS.Timeout | undefined;
      let running: number | undefined;
      const finish = (error?: Error): void => {
        clearTimeout(deadline);
        child.removeAllListeners();
        child.kill("SIGKILL");
        if (error === undefined) resolve();
        else reject(error);
      };
      const send = (): void => {
        clearTimeout(deadline);
        if (next >= end) return finish();
        running = next;
        next += 1;
        deadline = setTimeout(
          () => finish(new Error(`seed ${running} took longer than ${seedDeadlineMs} ms`)),
          seedDeadlineMs,
        );
        child.send(running);
      };
      child.on("message", (result) => {
        if (!onResult(result as SeedResult)) end = next;
        send();
      });
      child.on("exit", (code, signal) => finish(new Error(`seed ${running} ended its process: ${signal ?? code}`)));
      send();
    });
  await Promise.all(Array.from({ length: Math.min(workers, seeds) }, work));
};
