import type { Payloads } from "../payloads/payloads.ts";
import type { TextPattern } from "../template/text.ts";

/** A message that is sent; one is waited for after it. */
export interface WebsocketInput {
  readonly data: TextPattern;
  /** Under which the answer can be matched. */
  readonly name: string | undefined;
}

/** A block under `websocket`, compiled. */
export interface WebsocketPlan {
  readonly address: TextPattern;
  readonly headers: readonly { readonly name: string; readonly value: TextPattern }[];
  readonly inputs: readonly WebsocketInput[];
  readonly payloads: Payloads | undefined;
}
