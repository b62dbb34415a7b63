/** What the folders of a catalog may hold. What is beyond is left out and named as a problem. */
export const catalogBounds = {
  /** Files of one folder with all that is below it, hidden ones and `node_modules` left out. */
  files: 20_000,
  /** Folders inside each other. */
  folderDepth: 16,
  /** One file of source, of a playbook or of what it imports. */
  sourceBytes: 4 * 1024 * 1024,
  /** All files that one playbook imports. */
  sourcesBytes: 32 * 1024 * 1024,
  /** Making one playbook's module. */
  bundleMs: 20_000,
  playbooks: 1_000,
  /** One file of bindings or of Sigma rules. */
  rulesBytes: 512 * 1024,
  bindings: 10_000,
  /** Sigma rules of one binding. */
  bindingRules: 5_000,
  /** Values that one binding gives to variables, and one such value. */
  variables: 32,
  variableChars: 4_096,
  /** Problems that one file is told with. */
  problems: 20,
} as const;
