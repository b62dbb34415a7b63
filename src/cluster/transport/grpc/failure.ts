import { status, type StatusObject } from "@grpc/grpc-js";
import { printable } from "../../../base/printable.ts";
import type { TransportFailure, TransportFailureCode } from "../transport.ts";

const mostChars = 300;

/** What TLS refused comes as the text of an error only. */
const aboutCertificates = /certificate|CERT_|ERR_TLS|SSL alert/i;

const codeOf = ({ code, details }: StatusObject, wasUp: boolean): TransportFailureCode => {
  switch (code) {
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return "unauthenticated";
    case status.RESOURCE_EXHAUSTED:
      return "oversized";
    case status.UNAVAILABLE:
      if (!wasUp && aboutCertificates.test(details)) return "certificate";
      return wasUp ? "lost" : "unreachable";
    default:
      return "lost";
  }
};

/** @param wasUp the peer has answered on this connection */
export const failureOf = (ended: StatusObject, wasUp: boolean): TransportFailure => ({
  code: codeOf(ended, wasUp),
  message: printable(`${status[ended.code] ?? ended.code}: ${ended.details}`, mostChars),
});
