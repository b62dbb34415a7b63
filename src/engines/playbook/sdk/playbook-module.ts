import type { SecurityEvent } from "../../events/security-event.ts";
import type { Actions } from "./action.ts";
import type { Run, RunSummary } from "./run.ts";

/** Whether an event is one for the playbook. It decides by the event alone. */
export type Filter = (event: SecurityEvent) => boolean;

/**
 * What the module of a playbook exports, by name or as its default. It is loaded once for `onStart` and once more on each thread that
 * runs actions, so that its top level should do nothing but declare.
 */
export interface PlaybookModule<Named extends Actions = Actions> {
  readonly title?: string;
  readonly description?: string;
  /** Names of the secrets that the actions read. */
  readonly secrets?: readonly string[];
  readonly actions: Named;
  /** All must be true, else the run ends as skipped and names the first that is not. */
  readonly filters?: Readonly<Record<string, Filter>>;
  /**
   * What is done about the event. The run goes on until what it returns has settled and every action and callback has ended; it fails
   * when this throws. Without `onFinish` the value is the run's output: JSON of at most 64 KiB.
   */
  onStart(event: SecurityEvent, run: Run<Named>): unknown;
  /** Called when all has ended. Its value is the run's output. It may start actions too. */
  onFinish?(summary: RunSummary, run: Run<Named>): unknown;
}

/** Has the compiler check a playbook and infer its types: `export default definePlaybook({ … })`. */
export const definePlaybook = <Named extends Actions>(playbook: PlaybookModule<Named>): PlaybookModule<Named> =>
  playbook;
