/** What a workflow runs: templates, and after a match others. */
export interface Workflow<Template> {
  readonly steps: readonly WorkflowStep<Template>[];
}

export interface WorkflowStep<Template> {
  /** Run one after the other. */
  readonly templates: readonly Template[];
  /** What runs after a match of some names; then `subtemplates` do not run. */
  readonly matchers: readonly WorkflowMatcher<Template>[];
  /** What runs after any match. The results of a step with these, or with matchers, are not reported. */
  readonly subtemplates: readonly WorkflowStep<Template>[];
}

export interface WorkflowMatcher<Template> {
  /** Names of matchers or extractors. */
  readonly names: readonly string[];
  readonly condition: "and" | "or";
  readonly subtemplates: readonly WorkflowStep<Template>[];
}
