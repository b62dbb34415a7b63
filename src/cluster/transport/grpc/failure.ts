import { status, type StatusObject } from "@grpc/grpc-js";
import { printable } from "../../../base/printable.ts";
import type { TransportFailure, TransportFailureCode } from "../transport.ts";

const mostChars = 300;

/** What TLS refused comes as the text of an error only. */
const aboutCertificates = /certificate|CERT_|ERR_TLS|SSL alert/i;

const codes: Partial<Record<status, TransportFailureCode>> = {
  [status.UNAUTHENTICATED]: "unauthenticated",
  [status.PERMISSION_DENIED]: "unauthenticated",
  [status.RESOURCE_EXHAUSTED]: "oversized",
};

const codeOf = ({ code, details }: StatusObject, wasUp: boolean): TransportFailureCode => {
  if (code !== status.UNAVAILABLE || wasUp) return codes[code] ?? "lost";
  return aboutCertificates.test(details) ? "certificate" : "unreachable";
};

/** @param wasUp the peer has answered on this connection */
export const failureOf = (ended: StatusObject, wasUp: boolean): TransportFailure => ({
  code: codeOf(ended, wasUp),
  message: printable(`${status[ended.code]}: ${ended.details}`, mostChars),
});
