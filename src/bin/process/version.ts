import { readFileSync } from "node:fs";

/** The version of this build, from its package.json. */
export const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve("#package.json")), "utf8")) as {
  readonly version: string;
};
