import type { ExecutedBy } from "../../../journal.ts";
import type {
  BashInput,
  GarrisonInput,
  HttpInput,
  ManualInput,
  SigmaInput,
  SshInput,
  Withheld,
  YaraInput,
} from "../command-input.ts";

/** A command with its variables filled in, before the node's settings are asked whether it may be repeated. */
export interface Prepared {
  readonly by: Extract<ExecutedBy, "thread" | "node" | "person">;
  readonly input: HttpInput | SshInput | BashInput | ManualInput | SigmaInput | YaraInput | GarrisonInput;
  readonly withheld?: Withheld;
  /** By its nature. */
  readonly idempotent: boolean;
}
