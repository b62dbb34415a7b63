import { fileURLToPath } from "node:url";
import type { DetectorSettings } from "./detector-settings.ts";

/** Folder of the rules that ship with a node. This file and every chunk of `dist/` lie equally deep below what has it. */
const shippedRules = fileURLToPath(new URL("../../../rules/malware", import.meta.url));

/** Files and folders of the rules of YARA that are to be used. */
export const yaraRules = ({ yara }: Pick<DetectorSettings, "yara">): readonly string[] =>
  yara.shipped ? [...yara.rules, shippedRules] : yara.rules;
