import type { Method } from "../wire/index.ts";
import type { CallOptions } from "./connection.ts";

export interface ClusterCallOptions extends CallOptions {
  /** Done twice it changes no more than done once: it may be tried on another node, whatever became of the first try. */
  readonly repeatable?: boolean;
}

/** Calls of whichever node of a cluster answers. Each method rejects with a `ClientError`. */
export interface ClusterCalls {
  /** One node was named, and no other has taken its place: a call that names no node is about that one. */
  readonly isOneNode: boolean;
  call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: ClusterCallOptions,
  ): Promise<Response>;
  /** Always repeatable: `requests` is called for each try. */
  upload<Request, Response>(
    method: Method<Request, Response>,
    requests: () => Iterable<Request> | AsyncIterable<Request>,
    options?: CallOptions,
  ): Promise<Response>;
  stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): AsyncGenerator<Response, void>;
  /** With one node, for as long as the stream lasts; the next one goes to another node if this one was out of reach. */
  exchange<Request, Response>(
    method: Method<Request, Response>,
    requests: AsyncIterable<Request>,
    options?: CallOptions,
  ): AsyncGenerator<Response, void>;
}
