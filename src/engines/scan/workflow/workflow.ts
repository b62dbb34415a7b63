/** What a workflow runs: templates, and after a match others. */
export interface Workflow {
  readonly steps: readonly WorkflowStep[];
}

export interface WorkflowStep {
  /** Paths of templates, from the folder of templates or beside the workflow. */
  readonly templates: readonly string[];
  /** Templates that have one of these tags, in place of paths. */
  readonly tags: readonly string[];
  /** What runs after a match of these names. */
  readonly matchers: readonly WorkflowMatcher[];
  /** What runs after any match. */
  readonly subtemplates: readonly WorkflowStep[];
}

export interface WorkflowMatcher {
  readonly names: readonly string[];
  readonly condition: "and" | "or";
  readonly subtemplates: readonly WorkflowStep[];
}
