import type { Template } from "../template/template.ts";
import { Variables } from "../value/scope.ts";
import type { Workflow, WorkflowMatcher, WorkflowStep } from "../workflow/workflow.ts";
import type { ReportedRun } from "./reported-run.ts";
import type { TemplateRun } from "./template-run.ts";

/** Runs a template with values that earlier ones extracted; resolves when its requests have ended. */
export type RunShared = (template: Template, shared: Variables) => Promise<TemplateRun>;

/**
 * Runs a workflow, step by step; what a template extracted is known to those that run because of it. A step decides
 * at once: an interaction that comes later starts nothing.
 */
export const runWorkflow = async (
  { steps }: Workflow<Template>,
  runShared: RunShared,
  signal: AbortSignal,
): Promise<readonly ReportedRun[]> => {
  const parts: ReportedRun[] = [];

  const runSteps = async (each: readonly WorkflowStep<Template>[], shared: Variables): Promise<void> => {
    for (const step of each) {
      if (signal.aborted) return;
      // What one step extracts is not known to the next one beside it.
      await runStep(step, new Variables(shared));
    }
  };

  const runStep = async (
    { templates, matchers, subtemplates }: WorkflowStep<Template>,
    shared: Variables,
  ): Promise<void> => {
    const reported = matchers.length === 0 && subtemplates.length === 0;
    let found = false;
    for (const template of templates) {
      const run = await runShared(template, shared);
      parts.push({ run, reported });
      found ||= run.judge.findings.length > 0;
      share(run, shared);
      for (const matcher of matchers) {
        if (holds(matcher, run)) await runSteps(matcher.subtemplates, shared);
      }
    }
    if (matchers.length === 0 && found) await runSteps(subtemplates, shared);
  };

  await runSteps(steps, new Variables());
  return parts;
};

/** Several values are there as a list and one by one, as name0, name1 … */
const share = ({ judge }: TemplateRun, shared: Variables): void => {
  for (const [name, values] of judge.extracted) {
    const [first] = values;
    if (first === undefined) continue;
    if (values.length === 1) {
      shared.set(name, first);
      continue;
    }
    shared.set(name, values);
    for (const [at, value] of values.entries()) shared.set(`${name}${at}`, value);
  }
};

const holds = ({ names, condition }: WorkflowMatcher<Template>, { judge }: TemplateRun): boolean => {
  const known = new Set(
    judge.findings
      .flatMap((finding) => [finding["matcher-name"], finding["extractor-name"]])
      .map((name) => name?.toLowerCase()),
  );
  for (const name of judge.extracted.keys()) known.add(name.toLowerCase());
  const has = (name: string): boolean => known.has(name.toLowerCase());
  return condition === "and" ? names.every(has) : names.some(has);
};
