import { readFileSync } from "node:fs";

const pageBytes = 4_096;

/** Memory of a process's own, without pages of the store's file. */
export const memoryMb = (pid: number): number => {
  const [, all, file] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
  return Math.round(((Number(all) - Number(file)) * pageBytes) / 1_048_576);
};
