import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { RefusalReason } from "../access/refusals.ts";
import type { TokenBook } from "../access/token-book.ts";
import { judgeCertificate } from "../tls/judge-certificate.ts";

/** Why a request may not see a page that is not open to all; undefined: it may. */
export type PageAccess = (request: IncomingMessage) => RefusalReason | undefined;

/** For a port that only this machine reaches. */
export const openAccess: PageAccess = () => undefined;

/** Whoever the cluster knows, by certificate or token, in any role. */
export const knownCallers =
  (cluster: string, tokens: Pick<TokenBook, "callerOf">): PageAccess =>
  ({ socket, headers }) => {
    const verdict = socket instanceof TLSSocket ? judgeCertificate(socket, cluster) : undefined;
    if (verdict?.type === "refused") return verdict.reason;
    if (verdict?.type === "peer") return undefined;
    const caller = tokens.callerOf(headers.authorization);
    if (typeof caller === "object") return undefined;
    return caller === "none" ? "no-token" : "wrong-token";
  };
