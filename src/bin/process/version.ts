import { readFileSync } from "node:fs";
import { z } from "zod";

const manifest = z.object({ version: z.string() });

/** The version of this build, from its package.json. */
export const version = manifest.parse(
  JSON.parse(readFileSync(new URL(import.meta.resolve("#package.json")), "utf8")),
).version;
