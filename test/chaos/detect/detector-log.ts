import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One line of what a detector writes down, at once, so that it is there whatever becomes of the detector. */
export interface DetectorLine {
  /** `begun`: the engine has the object; `scanned`: it has said what it is, which is not yet reported; `wrong`: it has other bytes. */
  readonly event: "begun" | "scanned" | "wrong";
  readonly kind: string;
  readonly detector: string;
  readonly pid: number;
  readonly sha256: string;
  readonly trust?: string;
}

export const writeLine = (file: string, line: DetectorLine): void => appendFileSync(file, `${JSON.stringify(line)}\n`);

/** All lines; the last one of a process that was killed may be cut. */
export const readLines = (file: string): readonly DetectorLine[] => {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((text) => text.endsWith("}"))
    .map((text) => JSON.parse(text) as DetectorLine);
};
