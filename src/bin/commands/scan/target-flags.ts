import type { Command } from "commander";
import { collect } from "../../process/parse-flags.ts";

export interface TargetFlags {
  readonly target?: readonly string[];
  readonly list?: readonly string[];
}

export const withTargetFlags = (command: Command): Command =>
  command
    .option("--target <url>", "a website, http or https; repeatable", collect)
    .option("-l, --list <file>", "a file with a target a line, - for standard input; repeatable", collect);
