import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../src/base/random.ts";
import { tempDir } from "../support/temp-dir.ts";
import { readLedger, type Ledger } from "./load-ledger.ts";
import { LoadProcess } from "./load-process.ts";

const processes = 3;

/** Three processes share a store; `rounds` times one of them is killed at a random moment and replaced. */
export const killUnderLoad = async (rounds: number, seed: number): Promise<Ledger> => {
  const random = seededRandom(seed);
  const directory = tempDir("kill");
  const logs = join(directory.path, "logs");
  mkdirSync(logs);
  let started = 0;
  const start = (): LoadProcess => {
    const name = `p${started++}`;
    return new LoadProcess({
      directory: join(directory.path, "store"),
      log: join(logs, name),
      name,
      callTimeoutMs: 10_000,
      leaseMs: 1_000,
    });
  };
  const running = Array.from({ length: processes }, start);
  try {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(running.map((one) => one.progress(30_000)));
      await pause(random.next() * 200);
      const at = random.below(processes);
      await running[at]?.kill();
      running[at] = start();
    }
    await Promise.all(running.map((one) => one.progress(30_000)));
    await Promise.all(running.map((one) => one.drain(60_000)));
    return readLedger(logs);
  } finally {
    await Promise.all(running.map((one) => one.kill()));
    directory.remove();
  }
};
