import type { CacaoPlaybook } from "../model/playbook.ts";

/** A playbook with all playbooks that it calls, directly and not. */
export interface CacaoBundle {
  readonly main: CacaoPlaybook;
  /**
   * A playbook of the bundle.
   * @param version its `modified` as the step that calls it has it; undefined: the step has none
   */
  call(id: string, version: string | undefined): CacaoPlaybook | undefined;
}
