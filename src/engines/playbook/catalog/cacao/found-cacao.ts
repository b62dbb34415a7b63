import type { CacaoPlaybook } from "../../cacao/index.ts";
import type { CatalogProblem } from "../catalog.ts";

/** A CACAO playbook that can be executed, if all that it calls is there. */
export interface FoundCacao {
  readonly kind: "cacao";
  readonly file: string;
  /** Name of the file without its ending. */
  readonly id: string;
  /** The parsed file. */
  readonly raw: unknown;
  readonly playbook: CacaoPlaybook;
}

/**
 * A CACAO playbook that must not run any more: revoked. Not even what it was before stays in use, so that this is no problem of reading
 * the file but one of whoever would use it.
 */
export interface WithdrawnCacao {
  readonly kind: "withdrawn";
  readonly file: string;
  /** Of the playbook, `playbook--…`. */
  readonly playbookId: string;
  readonly problems: readonly CatalogProblem[];
}
