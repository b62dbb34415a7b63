import type { CacaoFacts } from "../../../client/index.ts";
import type { ListedFile } from "./listed-files.ts";

/** Why a file cannot be used, or what about it is worth a look: at which step and key, and on which line, as far as that is known. */
export interface Reason {
  /** Of a CACAO playbook; null: none. */
  readonly step: string | null;
  readonly key: string;
  readonly line: number;
  readonly message: string;
}

/** What `playbook validate` says of a file. `refused`: it is right, and this version or this configuration does not run it. */
export interface JudgedFile {
  readonly file: string;
  readonly id: string | null;
  readonly kind: ListedFile["kind"];
  readonly status: "supported" | "refused" | "invalid";
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** Of a CACAO playbook that is supported. */
  readonly markings: readonly string[];
  readonly signatures: readonly CacaoFacts["signatures"][number][];
}

/** Of all files but those of CACAO playbooks. */
export const nothingMore = { warnings: [], markings: [], signatures: [] } as const;
