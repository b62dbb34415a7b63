import type { Codec } from "./codec.ts";
import type { Role } from "../control-plane/role.ts";

/** One RPC, for both of its ends. */
export interface Method<Request, Response> {
  /** Such as `/garrison.v1.ScanService/GetScan`. */
  readonly path: string;
  /** The least role that a caller needs. `node`: only nodes of the cluster call it, for themselves, or programs of the node's host. */
  readonly role: Role | "node";
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** The call changes something, so that it leaves an audit record. */
  readonly changes: boolean;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
}

type MethodKind = Pick<Method<never, never>, "role"> &
  Partial<Pick<Method<never, never>, "requestStream" | "responseStream" | "changes">>;

/** Describes the methods of one service. */
export const methodsOf =
  (service: string) =>
  <Request, Response>(
    name: string,
    { role, changes = false, requestStream = false, responseStream = false }: MethodKind,
    request: Codec<Request>,
    response: Codec<Response>,
  ): Method<Request, Response> => ({
    path: `/${service}/${name}`,
    role,
    requestStream,
    responseStream,
    changes,
    request,
    response,
  });
