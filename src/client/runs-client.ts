import type { Clock } from "../base/clock.ts";
import {
  runService,
  type PlaybookListing,
  type PlaybookText,
  type ReportedEvent,
  type Run,
  type RunMade,
  type RunState,
  type Step,
  type StepAnswer,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import type { PageOptions } from "./page-options.ts";
import { resumeStream } from "./resume-stream.ts";

/** A stream is opened anew after this long, so that none outlives its use. */
const watchMs = 300_000;
const repeatable = { repeatable: true } as const;

export interface RunListOptions extends PageOptions {
  /** Only runs in one of these states. */
  readonly states?: readonly RunState[];
  /** Only runs of this playbook. */
  readonly playbook?: string;
  /** Only runs that the event of this key started. */
  readonly event?: string;
}

export interface RunStartOptions {
  /** 0 … 255, lower first (default 100). */
  readonly priority?: number;
  /** Values for external variables of a CACAO playbook, by name as in `__name__`; at most 100. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The runs of playbooks of a cluster. Every method rejects with a `ClientError`; `not-found`: there is no such run, or playbook. */
export interface RunsClient {
  get(id: string): Promise<Run>;
  /** The latest first, without their logs. A page may be empty although another follows; the runs of an event are on one page. */
  list(options?: RunListOptions): Promise<{ readonly runs: readonly Run[]; readonly nextPageToken: string }>;
  /** The run now and after each change until it has ended; goes on when its node dies, on another one or when it comes back within 30 s. */
  watch(id: string, signal: AbortSignal): AsyncIterable<Run>;
  /** In the order in which they began. */
  steps(
    id: string,
    options?: PageOptions,
  ): Promise<{ readonly steps: readonly Step[]; readonly nextPageToken: string }>;
  /**
   * Runs a playbook for an event, whatever the bindings say; resolves once the run is stored. The same playbook for an event of the same
   * source and id is the same run.
   */
  start(playbook: string, event: ReportedEvent, options?: RunStartOptions): Promise<RunMade>;
  /** False: it had ended before. */
  cancel(id: string): Promise<boolean>;
  /** Resolves with the run that repeats it. A run has one retry. `failed-precondition`: it has not ended. */
  retry(id: string): Promise<RunMade>;
  /**
   * Answers what the run asks about steps (1 … 500 of them): how those ended whose outcomes are unknown, and what people did for those that
   * are theirs. Resolves with the run. `failed-precondition`: it asks nothing about such a step.
   */
  answer(id: string, answers: readonly StepAnswer[]): Promise<Run>;
  /** What the node that is asked has loaded from its folders. */
  playbooks(): Promise<PlaybookListing>;
  /** `not-found`: the node that is asked has no playbook of this name. */
  playbook(id: string): Promise<PlaybookText>;
}

export const runsClient = (connection: ClusterCalls, clock: Clock): RunsClient => ({
  get: async (id) => (await connection.call(runService.getRun, { id }, repeatable)).run,
  list: ({ pageSize = 0, pageToken = "", states = [], ...filter } = {}) =>
    connection.call(runService.listRuns, { pageSize, pageToken, states: [...states], ...filter }, repeatable),
  watch: async function* (id, signal) {
    const open = () => connection.stream(runService.watchRun, { id }, { timeoutMs: watchMs, signal });
    for await (const { run } of resumeStream(open, { clock, signal })) yield run;
  },
  steps: (id, { pageSize = 0, pageToken = "" } = {}) =>
    connection.call(runService.listSteps, { id, pageSize, pageToken }, repeatable),
  start: (playbook, event, { variables = {}, ...options } = {}) =>
    connection.call(runService.startRun, { playbook, event, variables, ...options }, repeatable),
  cancel: async (id) => (await connection.call(runService.cancelRun, { id })).cancelled,
  retry: (id) => connection.call(runService.retryRun, { id }, repeatable),
  answer: async (id, answers) => (await connection.call(runService.answerRun, { id, answers: [...answers] })).run,
  playbooks: () => connection.call(runService.listPlaybooks, {}, repeatable),
  playbook: (id) => connection.call(runService.getPlaybook, { id }, repeatable),
});
