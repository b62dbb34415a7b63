import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names the file in force. */
export const currentFile = "current";

const shape = /^(\d{10})\.table$/;

export const tableFile = (generation: number): string => `${String(generation).padStart(10, "0")}.table`;

/** Generations that lie in the folder, in ascending order. */
export const generationsIn = (folder: string): readonly number[] =>
  readdirSync(folder)
    .flatMap((file) => shape.exec(file)?.[1] ?? [])
    .map(Number)
    .toSorted((one, other) => one - other);

/** The generation in force; undefined before the first. */
export const currentGeneration = (folder: string): number | undefined => {
  try {
    const digits = shape.exec(readFileSync(join(folder, currentFile), "utf8"))?.[1];
    return digits === undefined ? undefined : Number(digits);
  } catch {
    return undefined;
  }
};
