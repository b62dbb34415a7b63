import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { sameSecret } from "../../access/same-secret.ts";
import { refusal } from "./door-answer.ts";
import type { KnownSource } from "./event-source.ts";
import { eventsDoorLimits } from "./limits.ts";

/** What the head of a request says of who sent it. */
export interface Claim {
  readonly source: KnownSource;
  /** As it was sent: it is signed too. */
  readonly timestamp: string;
  /** Lower-case hex. */
  readonly signature: string;
}

const timestampShape = /^\d{1,12}$/;
const signatureShape = /^sha256=([0-9a-f]{64})$/i;

const single = (value: string | readonly string[] | undefined): string => (typeof value === "string" ? value : "");

/**
 * Reads `X-Garrison-Source`, `X-Garrison-Timestamp` (seconds since 1970) and `X-Garrison-Signature` (`sha256=` and hex), before the body
 * is read. It proves nothing yet.
 *
 * @throws DoorRefusal
 */
export const readClaim = (
  headers: IncomingHttpHeaders,
  sources: ReadonlyMap<string, KnownSource>,
  nowMs: number,
): Claim => {
  const source = sources.get(single(headers["x-garrison-source"]));
  if (source === undefined) {
    throw refusal(401, "unknown-source", "X-Garrison-Source has to name a source of respond.http.sources");
  }
  const timestamp = single(headers["x-garrison-timestamp"]);
  const signature = signatureShape.exec(single(headers["x-garrison-signature"]))?.[1];
  if (!timestampShape.test(timestamp) || signature === undefined) {
    const message = "X-Garrison-Timestamp has to be seconds since 1970, X-Garrison-Signature sha256= and 64 hex digits";
    throw refusal(401, "wrong-signature", message);
  }
  if (Math.abs(Number(timestamp) * 1_000 - nowMs) > eventsDoorLimits.clockSkewMs) {
    const message = `X-Garrison-Timestamp is more than ${eventsDoorLimits.clockSkewMs / 1_000} s from this node's clock`;
    throw refusal(401, "stale", message);
  }
  return { source, timestamp, signature: signature.toLowerCase() };
};

/**
 * Whether the source's secret signed this body: HMAC-SHA256 of the timestamp, a dot and the body.
 *
 * @throws DoorRefusal
 */
export const checkSignature = ({ source, timestamp, signature }: Claim, body: Buffer): void => {
  const expected = createHmac("sha256", source.secret).update(`${timestamp}.`).update(body).digest("hex");
  if (sameSecret(signature, expected)) return;
  throw refusal(401, "wrong-signature", "the signature is not that of this body and timestamp by the source's secret");
};

/**
 * Makes ids for the events of a request that have none: the same for the same request, so that one that is sent again, by whomever, is
 * known.
 */
export const idsOf = ({ signature }: Claim): (() => string) => {
  const request = createHash("sha256").update(signature).digest("hex").slice(0, 32);
  let next = 0;
  return () => `${request}-${next++}`;
};
