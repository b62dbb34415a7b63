/** A playbook with all that it calls, as it is stored and executed: the same on every node. */
export interface BundleParts {
  /** The parsed file. */
  readonly main: unknown;
  /** Parsed files of the playbooks that are called, directly and not, each once. */
  readonly called: readonly unknown[];
  /** Place in `called` by `callKey`. */
  readonly calls: Readonly<Record<string, number>>;
}

/** How a call is found in a bundle. @param version as the step has it; undefined: none */
export const callKey = (id: string, version: string | undefined): string => `${id}@${version ?? ""}`;

/** The code of a playbook version of kind `cacao`. */
export const bundleText = ({ main, called, calls }: BundleParts): string => JSON.stringify({ main, called, calls });
