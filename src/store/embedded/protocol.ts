import type { ErrorIds } from "../../base/errors.ts";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import type { CommandName, Commands } from "../model/commands.ts";
import type { Queries, QueryName } from "../model/queries.ts";
import type { Retention } from "../model/unit.ts";

/** What a store thread starts with: its `workerData`. */
export interface ThreadSettings {
  /** Writes may wait for other processes and for the disk; reads never wait behind them in a thread of their own. */
  readonly role: "writer" | "reader";
  readonly directory: string;
  readonly retention: Retention;
  /** As `RoomBounds.most`. */
  readonly maxBytes: number | undefined;
}

/** A call is not begun after `deadlineMs` (CLOCK_MONOTONIC, which all threads share): nobody waits for it then. */
export interface CommandRequest {
  readonly type: "execute";
  readonly call: number;
  readonly deadlineMs: number;
  readonly space: string;
  readonly name: CommandName;
  readonly input: Commands[CommandName]["input"];
}

export interface QueryRequest {
  readonly type: "ask";
  readonly call: number;
  readonly deadlineMs: number;
  readonly space: string;
  readonly name: QueryName;
  readonly input: Queries[QueryName]["input"];
}

export type Request =
  | CommandRequest
  | QueryRequest
  /** Tell when the space has a revision above this one, and each later one, until `unwatch`. */
  | { readonly type: "watch"; readonly space: string; readonly above: number }
  | { readonly type: "unwatch"; readonly space: string }
  /** End what came before, close the files, end the thread. */
  | { readonly type: "close" };

export interface ErrorData {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly ids: ErrorIds;
}

export type Reply =
  /** The files are open. `offsetMs` is the store's clock minus the monotonic one. */
  | { readonly type: "opened"; readonly offsetMs: number }
  | { readonly type: "failed"; readonly error: ErrorData }
  | {
      readonly type: "done";
      readonly call: number;
      readonly output: unknown;
      /** The revision of the space that the call took. */
      readonly revision?: { readonly space: string; readonly at: number } | undefined;
    }
  | { readonly type: "refused"; readonly call: number; readonly error: ErrorData }
  /** The call was not begun before its deadline. */
  | { readonly type: "skipped"; readonly call: number }
  | { readonly type: "changed"; readonly space: string; readonly revision: number };

export const toErrorData = ({ code, message, retryable, ids }: StoreError): ErrorData => ({
  code,
  message,
  retryable,
  ids,
});

export const toError = ({ code, message, retryable, ids }: ErrorData): StoreError =>
  new StoreError(code, message, { retryable, ids });
