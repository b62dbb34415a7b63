import { createHash } from "node:crypto";

/** A playbook at one state of its file. Equal content has an equal version, on every node. */
export interface PlaybookVersion {
  /** Name of its file without the ending: what bindings and people call it. */
  readonly id: string;
  /** SHA-256 of `kind` and `code`, 64 hexadecimal digits in lower case. */
  readonly version: string;
  readonly kind: "module" | "cacao";
  /** One ES module with all that it imports, or CACAO JSON. At most `playbookBounds.codeBytes`. */
  readonly code: string;
}

/** The version of a playbook whose code this is. */
export const playbookVersionOf = (kind: PlaybookVersion["kind"], code: string): string =>
  createHash("sha256").update(`${kind}\n`).update(code).digest("hex");

export const playbookBounds = {
  /** A playbook with all that it imports. */
  codeBytes: 4 * 1024 * 1024,
  /** Input of an action, output of an action, output of a run; as UTF-8 JSON. */
  valueBytes: 64 * 1024,
  /** Steps of one run. */
  steps: 10_000,
  /** One line of what a playbook logs, and how many of the last ones are kept. */
  lineChars: 1_000,
  lines: 200,
} as const;

export const playbookIdShape = /^[a-z0-9][a-z0-9._-]{0,62}$/;
