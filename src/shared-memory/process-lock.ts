import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lifeOf, ownMark, type ProcessMark } from "./queue/process-mark.ts";

/** What one process holds until it releases it or is gone; while it is frozen it holds it. */
export interface ProcessLock {
  /** Idempotent. */
  release(): void;
}

const fileShape = /^lock\.(\d{1,15})$/;
const markShape = /^(\d{1,10}) (\d{1,20}) (\d{1,10})$/;
const released = "released";

/**
 * Takes the lock of a folder that is ours alone (`openOwnFolder`). Who made the file `lock.N` with the highest N has it. Numbers only go up,
 * so that nobody takes away a lock which another one has just taken from a process that is gone.
 *
 * A process of another PID namespace counts as gone: a container that is started anew has another one.
 *
 * @param tag tells those of one process apart who may want it: 1 … 32 letters and digits
 * @returns the id of the process that has it, when it cannot be had
 * @throws what the system says when the folder cannot be written
 */
export const takeProcessLock = (folder: string, tag: string): ProcessLock | number => {
  const begun = join(folder, `.lock-${tag}`);
  try {
    for (;;) {
      const highest = numbersIn(folder).at(-1) ?? 0;
      const holder = holderOf(folder, highest);
      if (holder !== undefined) return holder.pid;
      const path = join(folder, fileOf(highest + 1));
      const { pid, started, namespace } = ownMark();
      writeFileSync(begun, `${pid} ${started} ${namespace}`, { mode: 0o600 });
      // Either fails when another one was faster: then that one has it, or is gone already.
      if (!wasMade(begun, path)) continue;
      if (numbersIn(folder).at(-1) === highest + 1) return held(folder, highest + 1, begun);
      rmSync(path);
    }
  } finally {
    rmSync(begun, { force: true });
  }
};

const held = (folder: string, number: number, begun: string): ProcessLock => {
  for (const lower of numbersIn(folder)) if (lower < number) rmSync(join(folder, fileOf(lower)), { force: true });
  let isHeld = true;
  return {
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      // The file stays, so that the next number is higher.
      writeFileSync(begun, released, { mode: 0o600 });
      renameSync(begun, join(folder, fileOf(number)));
    },
  };
};

const fileOf = (number: number): string => `lock.${number}`;

/** In ascending order. */
const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder)
    .flatMap((file) => fileShape.exec(file)?.[1] ?? [])
    .map(Number)
    .toSorted((one, other) => one - other);

/** The process that has the lock with this number; undefined when it is gone or has released it. */
const holderOf = (folder: string, number: number): ProcessMark | undefined => {
  let content: string;
  try {
    content = readFileSync(join(folder, fileOf(number)), "utf8");
  } catch {
    return undefined;
  }
  const [, pid, started, namespace] = markShape.exec(content) ?? [];
  if (pid === undefined || started === undefined || namespace === undefined) return undefined;
  const mark = { pid: Number(pid), started, namespace };
  return lifeOf(mark) === "alive" ? mark : undefined;
};

/** Gives a file a second name. @returns false when that name was there */
const wasMade = (file: string, name: string): boolean => {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
};
