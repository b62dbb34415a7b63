import type { Clock } from "../base/clock.ts";
import {
  runService,
  type PlaybookListing,
  type ReportedEvent,
  type Run,
  type RunState,
  type Step,
  type StepAnswer,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import { done } from "./done.ts";
import type { PageOptions } from "./page-options.ts";
import { resumeStream } from "./resume-stream.ts";

/** A stream is opened anew after this long, so that none outlives its use. */
const watchMs = 300_000;
const repeatable = { repeatable: true } as const;

/** The runs of playbooks of a cluster. Every method rejects with a `ClientError`; `not-found`: there is no such run, or playbook. */
export interface RunsClient {
  get(id: string): Promise<Run>;
  /** In the order in which they were made, without their logs; only those in `states`, if it is given. */
  list(
    options?: PageOptions & { readonly states?: readonly RunState[] },
  ): Promise<{ readonly runs: readonly Run[]; readonly nextPageToken: string }>;
  /** The run now and after each change until it has ended; goes on when its node dies, on another one or when it comes back within 30 s. */
  watch(id: string, signal: AbortSignal): AsyncIterable<Run>;
  /** In the order in which they began. */
  steps(
    id: string,
    options?: PageOptions,
  ): Promise<{ readonly steps: readonly Step[]; readonly nextPageToken: string }>;
  /** Runs a playbook for an event that is only for it; resolves with the id of the run once that is stored. The same event again is the same run. */
  start(playbook: string, event: ReportedEvent): Promise<string>;
  /** False: it had ended before. */
  cancel(id: string): Promise<boolean>;
  /** Resolves with the id of the new run. `failed-precondition`: the run has not ended. */
  retry(id: string): Promise<string>;
  /** An answer for each step that the run asks for. `failed-precondition`: it asks for nothing, or for other steps. */
  answer(id: string, answers: readonly StepAnswer[]): Promise<void>;
  /** What the node that is asked has loaded from its folders. */
  playbooks(): Promise<PlaybookListing>;
}

export const runsClient = (connection: ClusterCalls, clock: Clock): RunsClient => ({
  get: async (id) => (await connection.call(runService.getRun, { id }, repeatable)).run,
  list: ({ pageSize = 0, pageToken = "", states = [] } = {}) =>
    connection.call(runService.listRuns, { pageSize, pageToken, states: [...states] }, repeatable),
  watch: async function* (id, signal) {
    const open = () => connection.stream(runService.watchRun, { id }, { timeoutMs: watchMs, signal });
    for await (const { run } of resumeStream(open, { clock, signal })) yield run;
  },
  steps: (id, { pageSize = 0, pageToken = "" } = {}) =>
    connection.call(runService.listSteps, { id, pageSize, pageToken }, repeatable),
  start: async (playbook, event) => (await connection.call(runService.startRun, { playbook, event }, repeatable)).id,
  cancel: async (id) => (await connection.call(runService.cancelRun, { id })).cancelled,
  retry: async (id) => (await connection.call(runService.retryRun, { id })).id,
  answer: (id, answers) => done(connection.call(runService.answerRun, { id, answers: [...answers] })),
  playbooks: () => connection.call(runService.listPlaybooks, {}, repeatable),
});
