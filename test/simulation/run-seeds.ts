import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { SeedResult } from "./run-seed.ts";

const mostWorkers = 4;
const seedDeadlineMs = 60_000;
/** Beside this file, compiled or not as this one. */
const worker = fileURLToPath(new URL(`worker${extname(import.meta.url)}`, import.meta.url));
const execArgv = worker.endsWith(".ts") ? ["--import=tsx"] : [];

/** Runs seeds `first` … `first + seeds − 1` on as many processes as there are cores; results come in any order. */
export const runSeeds = async (
  first: number,
  seeds: number,
  /** False: begin no further seed. */
  onResult: (result: SeedResult) => boolean,
): Promise<void> => {
  let next = first;
  let end = first + seeds;
  const workers = Math.min(mostWorkers, availableParallelism(), seeds);
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(worker, { execArgv });
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
  await Promise.all(Array.from({ length: workers }, work));
};
