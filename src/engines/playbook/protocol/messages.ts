import type { Json } from "../../../base/json.ts";
import type { SecurityEvent } from "../../events/security-event.ts";
import type { JournaledStep, StepEnd, StepResult, StepStart } from "../journal.ts";
import type { LogLine, RunFailure } from "../runner.ts";

/** What a node tells the process of a run. One object a frame: four bytes of length, big endian, then UTF-8 JSON. */
export type ToChild =
  | {
      readonly type: "load";
      readonly runId: string;
      readonly playbook: {
        readonly id: string;
        readonly version: string;
        readonly kind: "module" | "cacao";
        readonly file: string;
      };
      readonly event: SecurityEvent;
      readonly startedAtMs: number;
      readonly variables: Readonly<Record<string, string>>;
      readonly journal: readonly JournaledStep[];
      /** Values by name, for the actions. Never logged, never in a core dump of the node. */
      readonly secrets: Readonly<Record<string, string>>;
      readonly egress: readonly string[];
      readonly maxThreads: number;
      readonly actionTimeoutMs: number;
      readonly cacao: CacaoSettings;
    }
  /** Load it, say what it has, and end: for `playbook validate`. */
  | {
      readonly type: "describe";
      readonly playbook: { readonly id: string; readonly kind: "module"; readonly file: string };
    }
  /** The starts of these steps are kept: they may have effects. */
  | { readonly type: "started-kept"; readonly upTo: number }
  /** How these steps ended is kept, in the order told: the playbook may hear of it. */
  | { readonly type: "ended-kept"; readonly ns: readonly number[] }
  /** How a step by `node` or `person` ended. */
  | { readonly type: "settled"; readonly n: number; readonly result: StepResult }
  /** Abort the signals of all actions; the process is killed shortly after. */
  | { readonly type: "cancel" };

/** What a node says about the execution of one CACAO playbook. */
export interface CacaoSettings {
  /** Of a manual command whose step has no timeout. */
  readonly manualTimeoutMs: number;
  /** Whether commands by ssh are executed at all (`respond.commands.ssh`). */
  readonly ssh: boolean;
  /** Lines of OpenSSH's known_hosts. Empty: no machine is known, and so no command by ssh is executed. */
  readonly knownHosts: readonly string[];
  /** Certificates in PEM of authorities that servers of HTTP are trusted by, beside those of Node. */
  readonly authorities: readonly string[];
  /** By id of a step, whether its commands may be repeated when nobody knows whether they had their effect; `*`: of all other steps. */
  readonly repeat: Readonly<Record<string, boolean>>;
}

/** What the process of a run tells its node. */
export type FromChild =
  /** It has loaded everything but a playbook, and its threads are warm. */
  | { readonly type: "ready" }
  | { readonly type: "described"; readonly facts: ModuleFacts }
  | { readonly type: "started"; readonly steps: readonly StepStart[] }
  | { readonly type: "ended"; readonly ends: readonly StepEnd[] }
  /** Execute this step by `node`, whose start is kept. */
  | { readonly type: "run"; readonly n: number }
  /** It wants this step by `node` no longer; it settles nevertheless. */
  | { readonly type: "abort"; readonly n: number }
  /** Only persons and time can let it go on; it ends. */
  | { readonly type: "waits"; readonly untilMs: number | undefined }
  | { readonly type: "logged"; readonly lines: readonly LogLine[] }
  /** From the watchdog's thread: the main thread has not answered for so long. */
  | { readonly type: "stalled"; readonly forMs: number }
  | { readonly type: "done"; readonly output: Json }
  | { readonly type: "skipped"; readonly filter: string }
  | { readonly type: "failed"; readonly reason: RunFailure; readonly message: string };

/** What a module playbook exports. */
export interface ModuleFacts {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly actions: readonly {
    readonly name: string;
    readonly idempotent: boolean;
    readonly timeoutMs: number | undefined;
  }[];
  readonly filters: readonly string[];
  /** Names of the secrets that it may read. */
  readonly secrets: readonly string[];
  readonly onFinish: boolean;
}

export const frameBounds = {
  /** To a child: a journal of the most steps fits. */
  toChildBytes: 64 * 1024 * 1024,
  /** From a child, which may be hostile. */
  fromChildBytes: 4 * 1024 * 1024,
} as const;

/** What a process may say in words. */
export const textBounds = {
  /** Names of actions, filters and secrets. */
  nameChars: 100,
  /** An error with its stack, a title, a description. */
  chars: 10_000,
  /** Actions, filters and secrets of one playbook. */
  names: 1_000,
} as const;
