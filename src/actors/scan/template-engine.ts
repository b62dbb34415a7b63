import { createHash } from "node:crypto";
import type { ScanEngine as TemplateRunner, ScanOutcome, Template } from "../../engines/scan/index.ts";
import type { Json } from "../../base/json.ts";
import type { ScanEngine, SubtaskOutcome, TemplateBatch } from "./engine.ts";
import type { ScanProblem } from "./work.ts";

/** SHA-256 over the content of a set of templates, whatever their order and wherever their files are. */
export const bundleOf = (templates: readonly Template[]): string => {
  const hash = createHash("sha256");
  for (const digest of templates.map((template) => template.digest).toSorted()) hash.update(digest);
  return hash.digest("hex");
};

/** Cuts templates, in the order of their ids, into batches of about `requests` requests; a template is never cut. */
const batchesOf = (templates: readonly Template[], requests: number): readonly TemplateBatch[] => {
  const batches: TemplateBatch[] = [];
  let names: string[] = [];
  let planned = 0;
  for (const { id, requestCount } of templates.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (names.length > 0 && planned + requestCount > requests) {
      batches.push({ templates: names, requests: planned });
      names = [];
      planned = 0;
    }
    names.push(id);
    planned += requestCount;
  }
  if (names.length > 0) batches.push({ templates: names, requests: planned });
  return batches;
};

const problemsOf = (outcome: ScanOutcome): readonly ScanProblem[] => [
  ...outcome.skippedHosts.map(({ host, reason, requests }) => ({
    what: `${host} was given up`,
    requests,
    example: reason,
  })),
  ...outcome.errors.map(({ kind, template, url, message }) => ({
    what: `${kind}: ${message}`,
    requests: 1,
    example: `${template} at ${url}`,
  })),
];

export interface TemplateEngineSetup {
  readonly runner: TemplateRunner;
  readonly templates: readonly Template[];
  /** About how many requests one subtask sends. */
  readonly subtaskRequests: number;
}

/** The scan engine of a node that holds one set of templates: it refuses tasks that were made for another. */
export const templateEngine = ({ runner, templates, subtaskRequests }: TemplateEngineSetup): ScanEngine => {
  const bundle = bundleOf(templates);
  const known = new Map(templates.map((template) => [template.id, template]));
  const batches = batchesOf(templates, subtaskRequests);
  const check = (wanted: string): void => {
    if (wanted !== bundle) throw new Error(`the scan was made for templates ${wanted}, this node has ${bundle}`);
  };
  return {
    decompose: (task) => {
      check(task.bundle);
      return batches;
    },
    run: async (subtask, { signal, admit }): Promise<SubtaskOutcome> => {
      check(subtask.bundle);
      const chosen = subtask.templates.flatMap((id) => known.get(id) ?? []);
      const outcome = await runner.run({ target: subtask.target, templates: chosen, signal, beforeRequest: admit });
      if (outcome.aborted) throw new Error("the run was aborted");
      const { planned, sent, failed } = outcome.requests;
      const skipped = outcome.skippedHosts.reduce((sum, { requests }) => sum + requests, 0);
      return {
        findings: outcome.findings.map((finding): Json => ({ ...finding })),
        droppedFindings: outcome.droppedFindings,
        requests: { planned, sent, failed, skipped, unneeded: outcome.requests.skipped - skipped },
        problems: problemsOf(outcome),
      };
    },
  };
};
