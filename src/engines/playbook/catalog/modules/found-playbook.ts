import type { PlaybookVersion } from "../../playbook.ts";
import type { FoundCacao, WithdrawnCacao } from "../cacao/found-cacao.ts";

/** One playbook with the file that it was made of. */
export interface MadePlaybook {
  readonly kind: "module";
  readonly file: string;
  readonly playbook: PlaybookVersion;
}

/** What a file of a folder of playbooks holds. What a CACAO playbook calls may be in another folder. */
export type FoundPlaybook = MadePlaybook | FoundCacao | WithdrawnCacao;
