import type { Template } from "../template/template.ts";

/** What a workflow runs: templates, and after a match others. */
export interface Workflow {
  readonly steps: readonly WorkflowStep[];
}

export interface WorkflowStep {
  /** Run one after the other. */
  readonly templates: readonly Template[];
  /** What runs after a match of some names; then `subtemplates` do not run. */
  readonly matchers: readonly WorkflowMatcher[];
  /** What runs after any match. The results of a step with these, or with matchers, are not reported. */
  readonly subtemplates: readonly WorkflowStep[];
}

export interface WorkflowMatcher {
  /** Names of matchers or extractors. */
  readonly names: readonly string[];
  readonly condition: "and" | "or";
  readonly subtemplates: readonly WorkflowStep[];
}
