import type { KeyPairPaths } from "../../certificates/key-pair-files.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { toStdout } from "../../output/stdout.ts";
import type { OutputFlags } from "../common-flags.ts";

/** Says on standard output what was written: one name a line, the certificate first. */
export const tellFiles = async (
  { cert, key }: KeyPairPaths,
  facts: Readonly<Record<string, string>>,
  flags: OutputFlags,
): Promise<void> => {
  await toStdout(flags.json === true ? jsonLine({ ...facts, cert, key }) : `${cert}\n${key}\n`);
  createSay(flags.quiet === true)(`${key} is a private key: whoever has it can pass for its owner`);
};
