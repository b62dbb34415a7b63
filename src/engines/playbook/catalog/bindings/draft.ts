import type { Detection } from "../../../sigma/index.ts";
import type { Logsource } from "../../../events/index.ts";
import type { Binding } from "../catalog.ts";

/** What has to hold of an event's data, of a binding's own detection or of a rule that it names. */
export interface Condition {
  readonly detection: Detection;
  readonly logsource: Logsource | undefined;
  /** Of the rule; undefined: the binding's own. */
  readonly title: string | undefined;
}

/** A binding with all that decides when it applies. The playbooks that it names may not be there. */
export interface Draft {
  readonly binding: Binding;
  readonly file: string;
  readonly at: string;
  /** `*`: every kind. */
  readonly kinds: readonly string[];
  /** Undefined: every source. */
  readonly sources: ReadonlySet<string> | undefined;
  /** One of them has to hold; undefined: kind and source decide alone. */
  readonly conditions: readonly Condition[] | undefined;
  /** Changes with all that is written in the binding and in the rules that it names. */
  readonly digest: string;
}
