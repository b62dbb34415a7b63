import { readFile } from "node:fs/promises";
import { readBundle } from "../../cacao/bundle/read-bundle.ts";
import { prepareCommand } from "../../cacao/commands/prepare-command.ts";
import type { RunSetup } from "../run/journaled-run.ts";
import { CacaoExecution } from "./cacao-execution.ts";

/**
 * Loads the playbook of a run from its file.
 * @throws PlaybookError `invalid-playbook` when it is no bundle of playbooks that can be executed
 */
export const loadCacao = async (setup: RunSetup): Promise<CacaoExecution> => {
  const code = await readFile(setup.load.playbook.file, "utf8");
  return new CacaoExecution({ ...setup, bundle: readBundle(code), prepare: prepareCommand });
};
