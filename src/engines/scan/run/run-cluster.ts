import type { Template } from "../template/template.ts";
import type { Scope } from "../value/scope.ts";
import type { Cluster } from "./clusters.ts";
import { runFlow } from "./flow-run.ts";
import type { ReportedRun } from "./reported-run.ts";
import { TemplateRun, type TemplateRunSetup } from "./template-run.ts";
import { runWorkflow } from "./workflow-run.ts";

/** Runs the templates of a cluster: one request for all, or the flow or workflow of the only one. */
export const runCluster = async (
  [template, ...others]: Cluster,
  setup: TemplateRunSetup,
): Promise<readonly ReportedRun[]> => {
  const { workflow } = template;
  if (workflow !== undefined) {
    return runWorkflow(workflow, (part, shared) => runTemplate(part, setup, shared), setup.signal);
  }
  if (others.length === 0) return [{ run: await runTemplate(template, setup), reported: true }];
  const run = new TemplateRun(template, setup);
  const followers = others.map((other) => new TemplateRun(other, setup));
  await run.runBlocks(followers);
  return [run, ...followers].map((each) => ({ run: each, reported: true }));
};

const runTemplate = async (template: Template, setup: TemplateRunSetup, shared?: Scope): Promise<TemplateRun> => {
  const run = new TemplateRun(template, setup, shared);
  const { flow } = template;
  if (flow === undefined) await run.runBlocks();
  else await runFlow(flow, run, setup.services.flows, setup.signal);
  return run;
};
