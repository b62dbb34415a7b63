import { createHash } from "node:crypto";
import type { ScanEngine as TemplateRunner, Template } from "../../engines/scan/index.ts";
import { batchesOf, singlesOf } from "./bundles/batches.ts";
import { subtaskOutcomeOf } from "./bundles/outcome.ts";
import type { ScanEngine } from "./engine.ts";
import type { ScanSubtask } from "./work.ts";

/** SHA-256 over the content of a set of templates, whatever their order and wherever their files are. */
export const bundleOf = (templates: readonly Template[]): string => {
  const hash = createHash("sha256");
  for (const digest of templates.map((template) => template.digest).toSorted()) hash.update(digest);
  return hash.digest("hex");
};

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
  const check = (wanted: string): void => {
    if (wanted !== bundle) throw new Error(`the scan was made for templates ${wanted}, this node has ${bundle}`);
  };
  const chosen = (subtask: ScanSubtask): readonly Template[] => {
    check(subtask.bundle);
    return subtask.templates.flatMap((id) => known.get(id) ?? []);
  };
  return {
    decompose: async (task) => {
      check(task.bundle);
      return Promise.resolve(batchesOf(templates, subtaskRequests));
    },
    split: (subtask) => Promise.resolve(singlesOf(chosen(subtask))),
    run: async (subtask, { signal, admit }) => {
      const { target } = subtask;
      return subtaskOutcomeOf(await runner.run({ target, templates: chosen(subtask), signal, beforeRequest: admit }));
    },
  };
};
