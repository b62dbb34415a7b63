import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { certificatesIn } from "./certificates-in.ts";

/** No chain is longer: one that was would have failed its handshake. */
const longestChain = 64;

/** Node gives what stands between a certificate and its authority only when it is asked first. */
const chains = new WeakMap<TLSSocket, readonly X509Certificate[]>();

/** Whether what the peer of a connection has shown was signed by one of these authorities, which may have changed since its handshake. */
export const isTrusted = (socket: TLSSocket, ca: Buffer): boolean => {
  const chain = chains.get(socket) ?? chainOf(socket);
  chains.set(socket, chain);
  const authorities = certificatesIn("tls.ca", ca);
  return chain.some((one) => authorities.some((authority) => isSignedBy(one, authority)));
};

/** The peer's certificate, and those that it showed with it, as far as each has signed the one before: a peer may show any. */
const chainOf = (socket: TLSSocket): readonly X509Certificate[] => {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < longestChain) {
    const before = chain.at(-1);
    if (before !== undefined && !isSignedBy(before, next)) break;
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
};

const isSignedBy = (one: X509Certificate, issuer: X509Certificate): boolean =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey);
