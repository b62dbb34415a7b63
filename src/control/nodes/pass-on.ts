import { ClientError, type CallOptions, type Connection } from "../../client/index.ts";
import type { Call } from "../calls/call.ts";
import { ControlError } from "../errors.ts";
import type { Peers } from "./peers.ts";

/** The other node answers this much before our caller gives up, so that its answer still arrives. */
const returnMs = 250;

export interface PassOnSetup {
  /** Id of this node. */
  readonly self: () => string;
  readonly peers: Peers;
}

/** How a call reaches the other node. */
export interface Onward {
  readonly connection: Connection;
  readonly options: Required<CallOptions>;
}

/** Serves a call on the node that it is about. */
export class PassOn {
  readonly #setup: PassOnSetup;

  constructor(setup: PassOnSetup) {
    this.#setup = setup;
  }

  get self(): string {
    return this.#setup.self();
  }

  /**
   * @param node id; empty: this one
   * @param here serves the call on this node
   * @param there asks the other node
   * @param mostMs how long the other node may take, if that is less than the caller waits
   * @throws ControlError `node-unknown`, `node-gone`, `not-this-node`; ClientError as the other node answered
   */
  async serve<Response>(
    node: string,
    call: Call,
    here: () => Promise<Response>,
    there: (onward: Onward) => Promise<Response>,
    mostMs = Infinity,
  ): Promise<Response> {
    if (node === "" || node === this.self) return here();
    if (call.forwarded) {
      throw new ControlError(
        "not-this-node",
        `this is node ${this.self}, not ${node}: its address in the store is old`,
      );
    }
    const connection = await this.#setup.peers.connect(node);
    const options = {
      timeoutMs: Math.max(1, Math.min(mostMs, call.leftMs() - returnMs)),
      signal: call.signal,
      onBehalfOf: call.caller,
    };
    try {
      const response = await there({ connection, options });
      call.servedElsewhere();
      return response;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.reason !== undefined) {
        // It came from the other node, which has looked at the call.
        call.servedElsewhere();
        throw error;
      }
      if (error.code === "deadline") {
        throw new ControlError(
          "deadline",
          `node ${node} did not answer within ${Math.round(options.timeoutMs)} ms; whether it was done is unknown`,
          { ids: { node }, cause: error, retryable: true },
        );
      }
      if (error.code === "unavailable") {
        throw new ControlError("node-gone", `node ${node} does not answer: ${error.message}`, {
          ids: { node },
          cause: error,
          retryable: true,
        });
      }
      throw error;
    }
  }
}
