import type { Clock } from "../../../base/clock.ts";
import type { Config } from "../../../config/index.ts";
import type { TrustedKey } from "../../../engines/playbook/cacao/index.ts";
import { type Catalog, describeModule, PlaybookError } from "../../../engines/playbook/index.ts";
import { startPlaybookChild } from "../../process/start-playbook-child.ts";
import { judgeCacao } from "./judge-cacao.ts";
import { type JudgedFile, nothingMore } from "./judged-file.ts";
import type { ListedFile } from "./listed-files.ts";
import { reasonOf } from "./place.ts";

export interface JudgeSetup {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly child: Config["respond"]["child"];
  /** Whose signatures count. */
  readonly trusted: readonly TrustedKey[];
}

/** Why a playbook cannot be loaded; undefined: it can. */
const loadProblem = async (id: string, { catalog, clock, child }: JudgeSetup): Promise<string | undefined> => {
  const playbook = catalog.playbooks.get(id);
  if (playbook === undefined) return "is not in the catalog";
  try {
    await describeModule({ startChild: startPlaybookChild, clock, child }, playbook);
    return undefined;
  } catch (error) {
    // What follows are places in the module that was made of it, which nobody has written.
    if (error instanceof PlaybookError && error.code === "invalid-playbook") return error.message.replace(/\n.*/s, "");
    throw error;
  }
};

/** What is to be said of a file. A module without a problem is loaded in a process of its own. */
export const judgeFile = async (listed: ListedFile, setup: JudgeSetup): Promise<JudgedFile> => {
  const { file, id, kind, problems } = listed;
  if (kind === "cacao") return judgeCacao(listed, setup.trusted, setup.clock.wallMs());
  const about = { file, id: id ?? null, kind };
  if (problems.length > 0) return { ...about, status: "invalid", reasons: problems.map(reasonOf), ...nothingMore };
  const message = kind === "module" && id !== undefined ? await loadProblem(id, setup) : undefined;
  if (message === undefined) return { ...about, status: "supported", reasons: [], ...nothingMore };
  const reasons = [{ step: null, key: "", line: 1, message }];
  return { ...about, status: "invalid", reasons, ...nothingMore };
};
