import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Random } from "../../base/random.ts";
import { formatPeerName, type PeerName } from "../../wire/index.ts";
import { formatAuthority } from "./authority-name.ts";

/** A certificate and its private key (PKCS #8), each as PEM text. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Validity {
  /** Since 1970. */
  readonly nowMs: number;
  /** From now, at least 1. */
  readonly days: number;
}

const curve = { name: "ECDSA", namedCurve: "P-256" } as const;
const signing = { name: "ECDSA", hash: "SHA-256" } as const;
const dayMs = 86_400_000;
/** The clocks of the machines are not quite the same. */
const earlierMs = 5 * 60_000;

/** The certificate authority of a cluster: it signs certificates of nodes and clients, and no further authorities. */
export const createAuthority = async (cluster: string, validity: Validity, random: Random): Promise<KeyPair> => {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(random),
    name: [{ O: ["Garrison"] }, { CN: [`authority of ${cluster}`] }],
    ...period(validity),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new SubjectAlternativeNameExtension([{ type: "url", value: formatAuthority(cluster) }]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${certificate.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
};

/**
 * A certificate for a node, which is server and client, or for a client.
 *
 * @param hosts addresses and DNS names, for programs that compare them; nodes do not
 */
export const issueCertificate = async (
  authority: KeyPair,
  peer: PeerName,
  hosts: readonly string[],
  validity: Validity,
  random: Random,
): Promise<KeyPair> => {
  const issuer = new X509Certificate(authority.cert);
  const keys = await newKeys();
  const uses =
    peer.type === "node" ? [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth] : [ExtendedKeyUsage.clientAuth];
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(random),
    issuer: issuer.subjectName,
    subject: [{ O: ["Garrison"] }, { CN: [peer.type === "node" ? `node ${peer.id}` : `client ${peer.name}`] }],
    ...period(validity),
    publicKey: keys.publicKey,
    signingKey: await privateKey(authority.key),
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(uses),
      new SubjectAlternativeNameExtension([
        { type: "url", value: formatPeerName(peer) },
        ...hosts.map((host) => ({ type: isIP(host) === 0 ? ("dns" as const) : ("ip" as const), value: host })),
      ]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${certificate.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
};

const period = ({ nowMs, days }: Validity): { readonly notBefore: Date; readonly notAfter: Date } => ({
  notBefore: new Date(nowMs - earlierMs),
  notAfter: new Date(nowMs + days * dayMs),
});

/** 128 bits, positive and never shorter. */
const serialNumber = (random: Random): string => {
  const [first = 0, ...others] = Array.from({ length: 16 }, () => random.below(256));
  return Buffer.from([(first & 0x3f) | 0x40, ...others]).toString("hex");
};

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(curve, true, ["sign", "verify"]);

const keyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;

const privateKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(pem), curve, false, ["sign"]);
