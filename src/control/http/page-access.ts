import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { roleAllows } from "../../wire/index.ts";
import type { RefusalReason } from "../access/refusals.ts";
import type { TokenBook } from "../access/token-book.ts";
import { judgeCertificate } from "../tls/judge-certificate.ts";
import type { ServerTls } from "../tls/server-tls.ts";

/** Why a request may not see a page that is not open to all; undefined: it may. */
export type PageAccess = (request: IncomingMessage) => RefusalReason | undefined;

/** For a port that only this machine reaches. */
export const openAccess: PageAccess = () => undefined;

/** Whoever the cluster knows as one who may look, by certificate or token: at each request, since connections stay. */
export const knownCallers =
  (tls: ServerTls, tokens: Pick<TokenBook, "callerOf">, clock: Clock): PageAccess =>
  ({ socket, headers }) => {
    const verdict = socket instanceof TLSSocket ? judgeCertificate(socket, tls, clock.wallMs()) : undefined;
    if (verdict?.type === "refused") return verdict.reason;
    if (verdict?.type === "peer") {
      return verdict.peer.type === "node" || roleAllows(verdict.peer.role, "viewer") ? undefined : "role";
    }
    const caller = tokens.callerOf(headers.authorization);
    if (typeof caller === "object") return roleAllows(caller.role, "viewer") ? undefined : "role";
    return caller === "none" ? "no-token" : "wrong-token";
  };
