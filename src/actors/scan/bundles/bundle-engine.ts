import { clustersOf, type ScanEngine as TemplateRunner, type Template } from "../../../engines/scan/index.ts";
import type { ScanEngine, SubtaskOutcome } from "../engine.ts";
import { ScanActorError } from "../errors.ts";
import type { ScanSubtask } from "../work.ts";
import { batchesOf, singlesOf } from "./batches.ts";
import { LoadedBundles, type LoadedBundle, type LoadedBundlesSetup } from "./loaded-bundles.ts";
import { mergedOutcome, subtaskOutcomeOf } from "./outcome.ts";

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
    split: async (subtask) => singlesOf(await chosen(subtask)),
    run: async (subtask, { signal, admit, oneAtATime }) => {
      const { target, options: request } = subtask;
      const run = async (templates: readonly Template[]): Promise<SubtaskOutcome> =>
        subtaskOutcomeOf(await runner.run({ target, templates, signal, beforeRequest: admit, request }));
      const templates = await chosen(subtask);
      if (!oneAtATime) return run(templates);
      const outcomes: SubtaskOutcome[] = [];
      // A template sends its requests one after the other; those that share theirs stay together.
      for (const cluster of clustersOf(templates)) outcomes.push(await run(cluster));
      return mergedOutcome(outcomes);
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
