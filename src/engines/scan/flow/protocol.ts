import type { Json } from "../../../base/json.ts";

/** What a flow's script asks of the run that it belongs to. */
export type FlowCall =
  /** Runs blocks of a protocol: all of them without ids. Answered with whether something matched. */
  | { readonly type: "run"; readonly protocol: string; readonly ids: readonly string[] }
  | { readonly type: "get"; readonly name: string }
  | { readonly type: "names" }
  | { readonly type: "set"; readonly name: string; readonly value: Json }
  | { readonly type: "log"; readonly text: string };

/** `undefined` of a script has no JSON. */
export type FlowAnswer = { readonly value: Json } | { readonly missing: true } | { readonly error: string };

export interface FlowLimits {
  readonly memoryBytes: number;
  readonly stackBytes: number;
  /** Of the script itself, without the requests that it waits for. */
  readonly scriptMs: number;
  /** Calls that a script may make: a loop must not send without end. */
  readonly calls: number;
}

export const flowLimits: FlowLimits = {
  memoryBytes: 64 * 1024 * 1024,
  stackBytes: 160 * 1024,
  scriptMs: 5_000,
  calls: 10_000,
};

/** To the thread. */
export interface FlowOrder {
  readonly source: string;
  /** Functions to be there, by protocol. */
  readonly protocols: readonly string[];
  readonly limits: FlowLimits;
  /** One 32-bit number: how many answers were posted; the thread sleeps on it. */
  readonly answers: SharedArrayBuffer;
}

/** How a script ended. */
export interface FlowEnded {
  /** What went wrong; undefined when it came to its end. */
  readonly error: string | undefined;
  /** The world of the script could not be cleared away: the thread is not to be used again. */
  readonly broken: boolean;
}

/** From the thread: a call, to be answered on the port, or how the script ended. */
export type FlowMessage = { readonly call: FlowCall } | { readonly ended: FlowEnded };
