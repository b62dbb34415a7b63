import type { Codec } from "./codec.ts";

/** One RPC, for both of its ends. */
export interface Method<Request, Response> {
  /** Such as `/garrison.v1.ScanService/GetScan`. */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** The call changes something, so that it leaves an audit record. */
  readonly changes: boolean;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
}

type MethodKind = Partial<Pick<Method<never, never>, "requestStream" | "responseStream" | "changes">>;

/** Describes the methods of one service. */
export const methodsOf =
  (service: string) =>
  <Request, Response>(
    name: string,
    request: Codec<Request>,
    response: Codec<Response>,
    { changes = false, requestStream = false, responseStream = false }: MethodKind = {},
  ): Method<Request, Response> => ({
    path: `/${service}/${name}`,
    requestStream,
    responseStream,
    changes,
    request,
    response,
  });
