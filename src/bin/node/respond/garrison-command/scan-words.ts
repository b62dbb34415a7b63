import { parseArgs } from "node:util";
import { asError } from "../../../../base/errors.ts";
import { CommandFailure } from "../../../../engines/playbook/node-commands/index.ts";
import { severities, type Severity } from "../../../../engines/scan/template/severity.ts";

/** What `scan` asks for. */
export interface ScanRequest {
  readonly targets: readonly string[];
  /** Names below the folders with templates; empty: all that ship with the product. */
  readonly templates: readonly string[];
  readonly tags: readonly string[];
  readonly severities: readonly Severity[];
  /** The command ends when the scans have. */
  readonly wait: boolean;
}

const mostTargets = 32;
const mostNames = 100;
const usage = "scan TARGET… [--templates NAME]… [--tags TAGS] [--severity SEVERITIES] [--wait]";

const isSeverity = (text: string): text is Severity => (severities as readonly string[]).includes(text);

const entriesOf = (lists: readonly string[]): readonly string[] =>
  lists
    .flatMap((list) => list.split(","))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

/**
 * Reads what follows the word `scan`.
 * @throws CommandFailure
 */
export const parseScanWords = (words: readonly string[]): ScanRequest => {
  const { values, positionals } = parsed(words);
  const { templates = [], tags = [], severity = [], wait = false } = values;
  if (positionals.length === 0) throw new CommandFailure("threw", `scan names no target: ${usage}`);
  if (positionals.length > mostTargets) {
    throw new CommandFailure("threw", `scan names ${positionals.length} targets; at most ${mostTargets} are taken`);
  }
  if (templates.length > mostNames) {
    throw new CommandFailure("threw", `scan names ${templates.length} templates; at most ${mostNames} are taken`);
  }
  const wanted = entriesOf(severity).map((entry) => {
    const lower = entry.toLowerCase();
    if (isSeverity(lower)) return lower;
    throw new CommandFailure("threw", `--severity: use some of ${severities.join(", ")}, not ${JSON.stringify(entry)}`);
  });
  return { targets: positionals, templates, tags: entriesOf(tags), severities: wanted, wait };
};

const parsed = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        templates: { type: "string", multiple: true },
        tags: { type: "string", multiple: true },
        severity: { type: "string", multiple: true },
        wait: { type: "boolean" },
      },
    });
  } catch (thrown) {
    throw new CommandFailure("threw", `${asError(thrown).message} Use ${usage}`, { cause: thrown });
  }
};
