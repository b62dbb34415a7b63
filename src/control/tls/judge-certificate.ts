import type { TLSSocket } from "node:tls";
import { certifiedPeer, type PeerName } from "../../wire/index.ts";
import { isTrusted } from "./is-trusted.ts";
import type { ServerTls } from "./server-tls.ts";

/** Why a certificate that was shown lets nobody in. */
export type CertificateRefusal =
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "certificate-untrusted"
  | "certificate-unnamed"
  | "other-cluster";

export type CertificateVerdict =
  | { readonly type: "none" }
  | { readonly type: "peer"; readonly peer: PeerName; /** Since 1970. */ readonly validUntilMs: number }
  | {
      readonly type: "refused";
      readonly reason: CertificateRefusal;
      /** For the peer to read. */ readonly message: string;
    };

/**
 * Whom the certificate of a connection names, once its handshake is done. Asked later, it may have run out, or its authority may not be
 * trusted any more.
 *
 * @param nowMs since 1970
 */
export const judgeCertificate = (
  socket: TLSSocket,
  { cluster, source }: ServerTls,
  nowMs: number,
): CertificateVerdict => {
  const certificate = socket.getPeerCertificate();
  // Without one, Node gives an empty object.
  if (!("raw" in certificate)) return { type: "none" };
  const { valid_from: validFrom, valid_to: validTo } = certificate;
  if (!socket.authorized) return untrusted(codeOf(socket.authorizationError), validFrom, validTo);
  const peer = certifiedPeer(certificate);
  if (peer === undefined) {
    return refused("certificate-unnamed", "the certificate names no node and no client: see garrison cert issue");
  }
  if (peer.cluster !== cluster) {
    return refused("other-cluster", `the certificate is for the cluster ${peer.cluster}, and this is ${cluster}`);
  }
  const validUntilMs = Date.parse(validTo);
  if (validUntilMs <= nowMs) return untrusted("CERT_HAS_EXPIRED", validFrom, validTo);
  if (!isTrusted(socket, source.current().ca)) return untrusted("AUTHORITY_TAKEN_AWAY", validFrom, validTo);
  return { type: "peer", peer, validUntilMs };
};

/** The types of Node say it is an Error; it is the error's code. */
const codeOf = (error: unknown): string => (typeof error === "string" ? error : String(error));

const untrusted = (code: string, validFrom: string, validTo: string): CertificateVerdict => {
  if (code === "CERT_HAS_EXPIRED") {
    return refused("certificate-expired", `the certificate was valid until ${validTo}: see garrison cert issue`);
  }
  if (code === "CERT_NOT_YET_VALID") {
    return refused("certificate-not-yet-valid", `the certificate is not valid before ${validFrom}: compare the clocks`);
  }
  return refused(
    "certificate-untrusted",
    `the certificate was not signed by the authority of this cluster, or not for this use (${code})`,
  );
};

const refused = (reason: CertificateRefusal, message: string): CertificateVerdict => ({
  type: "refused",
  reason,
  message,
});
