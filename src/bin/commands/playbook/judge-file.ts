import type { Clock } from "../../../base/clock.ts";
import type { Config } from "../../../config/index.ts";
import { type Catalog, type CatalogProblem, describeModule, PlaybookError } from "../../../engines/playbook/index.ts";
import { startPlaybookChild } from "../../process/start-playbook-child.ts";
import type { ListedFile } from "./listed-files.ts";

/** Why a file cannot be used: what is wrong, at which key and line. */
interface Reason {
  readonly key: string;
  readonly line: number;
  readonly message: string;
}

/** What `playbook validate` says of a file. `refused`: it is right, and this version does not run it. */
export interface JudgedFile {
  readonly file: string;
  readonly id: string | null;
  readonly kind: ListedFile["kind"];
  readonly status: "supported" | "refused" | "invalid";
  readonly reasons: readonly Reason[];
}

export interface JudgeSetup {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly child: Config["respond"]["child"];
}

/** Where the catalog says that it is: `12:5`, `line 12`, `line 12: when.detection`, or a key. */
const place = /^(?:line )?(\d+)(?::\d+)?(?:: (.*))?$/;

const reasonOf = ({ at, message }: CatalogProblem): Reason => {
  const [, line, key = ""] = place.exec(at) ?? [];
  return line === undefined ? { key: at, line: 1, message } : { key, line: Number(line), message };
};

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
export const judgeFile = async ({ file, id, kind, problems }: ListedFile, setup: JudgeSetup): Promise<JudgedFile> => {
  const about = { file, id: id ?? null, kind };
  if (problems.length > 0) {
    return { ...about, status: kind === "cacao" ? "refused" : "invalid", reasons: problems.map(reasonOf) };
  }
  const message = kind === "module" && id !== undefined ? await loadProblem(id, setup) : undefined;
  if (message === undefined) return { ...about, status: "supported", reasons: [] };
  return { ...about, status: "invalid", reasons: [{ key: "", line: 1, message }] };
};
