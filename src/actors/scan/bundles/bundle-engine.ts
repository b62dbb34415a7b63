import type { ScanEngine as TemplateRunner, Template } from "../../../engines/scan/index.ts";
import type { ScanEngine } from "../engine.ts";
import { ScanActorError } from "../errors.ts";
import type { ScanSubtask } from "../work.ts";
import { batchesOf, partsOf } from "./batches.ts";
import { LoadedBundles, type LoadedBundle, type LoadedBundlesSetup } from "./loaded-bundles.ts";
import { subtaskOutcomeOf } from "./outcome.ts";

export interface BundleEngineSetup extends LoadedBundlesSetup {
  readonly runner: TemplateRunner;
  /** About how many requests one subtask sends. */
  readonly subtaskRequests: number;
}

/** The scan engine of a node that runs scans of any bundle in the store. */
export const bundleEngine = ({ runner, subtaskRequests, ...setup }: BundleEngineSetup): ScanEngine => {
  const loaded = new LoadedBundles(setup);
  const chosen = async (subtask: ScanSubtask): Promise<readonly Template[]> => {
    const bundle = await loaded.get(subtask);
    return subtask.templates.map((id) => templateOf(bundle, subtask, id));
  };
  return {
    decompose: async (task) => batchesOf([...(await loaded.get(task)).values()], subtaskRequests),
    split: async (subtask) => partsOf(await chosen(subtask)),
    run: async (subtask, { signal, admit, oneAtATime }) => {
      const { target, options: request } = subtask;
      const templates = await chosen(subtask);
      const outcome = await runner.run({
        target,
        templates,
        signal,
        ...(admit && { beforeRequest: admit }),
        oneAtATime,
        request,
      });
      return subtaskOutcomeOf(outcome);
    },
  };
};

const templateOf = (bundle: LoadedBundle, subtask: ScanSubtask, id: string): Template => {
  const template = bundle.get(id);
  if (template !== undefined) return template;
  throw new ScanActorError("bundle-corrupt", `the bundle ${subtask.bundle} has no template ${id} that can be run`, {
    ids: { bundle: subtask.bundle, template: id },
  });
};
