import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { asError } from "../../base/errors.ts";
import { certifiedPeer, type PeerName, type TlsMaterial } from "../../wire/index.ts";
import { unusable } from "./unusable.ts";
import { certificatesIn } from "./certificates-in.ts";

/** Whose certificate it has to be. */
export interface ExpectedHolder {
  readonly cluster: string;
  /** Id of the node; absent: it may be a client's or a node's. */
  readonly node?: string;
}

/**
 * Looks at certificates before they are used, so that what is wrong is said here and not by each peer.
 *
 * @returns whom the own certificate names; undefined without one
 * @throws ControlError `tls-unusable`
 */
export const checkMaterial = (
  { ca, identity }: TlsMaterial,
  expected: ExpectedHolder,
  nowMs: number,
): PeerName | undefined => {
  const authorities = certificatesIn("tls.ca", ca);
  if (identity === undefined) return undefined;
  const chain = certificatesIn("tls.cert", identity.cert);
  const [own] = chain;
  if (own === undefined) throw unusable("tls.cert holds no certificate");
  if (!own.checkPrivateKey(privateKey(identity.key))) {
    throw unusable("tls.key is not the private key of tls.cert: name the two files that were made together");
  }
  if (nowMs < Date.parse(own.validFrom)) throw unusable(`tls.cert is not valid before ${own.validFrom}: see the clock`);
  if (nowMs > Date.parse(own.validTo)) {
    throw unusable(`tls.cert was valid until ${own.validTo}: make a new one with garrison cert issue`);
  }
  const isSigned = [...authorities, ...chain.slice(1)].some(
    (issuer) => own.checkIssued(issuer) && own.verify(issuer.publicKey),
  );
  if (!isSigned) throw unusable("tls.cert was not signed by the authority in tls.ca: peers would refuse it");
  checkContext(ca, identity);
  return checkHolder(own, expected);
};

/** OpenSSL takes less than it reads: keys that are too short, and signatures that are too weak, among others. */
const checkContext = (ca: Buffer, identity: TlsMaterial["identity"]): void => {
  try {
    createSecureContext({ ca, ...identity });
  } catch (error) {
    throw unusable(`the files of tls cannot be used for TLS: ${asError(error).message}`, error);
  }
};

const checkHolder = (own: X509Certificate, { cluster, node }: ExpectedHolder): PeerName => {
  const peer = certifiedPeer({ subjectaltname: own.subjectAltName });
  if (peer === undefined) {
    throw unusable("tls.cert names neither a node nor a client of a cluster: make one with garrison cert issue");
  }
  if (peer.cluster !== cluster) {
    throw unusable(`tls.cert is for the cluster ${peer.cluster}, and cluster.name is ${cluster}`);
  }
  if (node === undefined) return peer;
  if (peer.type !== "node") throw unusable(`tls.cert is the one of client ${peer.name}, and this is node ${node}`);
  if (peer.id !== node) throw unusable(`tls.cert is the one of node ${peer.id}, and node.id is ${node}`);
  return peer;
};

const privateKey = (pem: Buffer): KeyObject => {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw unusable(`tls.key holds no private key without a passphrase: ${asError(error).message}`, error);
  }
};
