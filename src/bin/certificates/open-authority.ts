import { createPrivateKey, X509Certificate } from "node:crypto";
import { asError } from "../../base/errors.ts";
// Not through the index: who signs needs no server.
import { readPem } from "../../control/tls/read-pem.ts";
import { UsageError } from "../process/usage-error.ts";
import { clusterOfAuthority } from "./authority-name.ts";
import type { KeyPair } from "./issue.ts";
import { pathsOf, readText } from "./key-pair-files.ts";

export interface Authority {
  readonly pair: KeyPair;
  /** The cluster that it signs for. */
  readonly cluster: string;
  /** How long it is still good for, at least 1. */
  readonly daysLeft: number;
}

const dayMs = 86_400_000;

/**
 * The authority that `cert init` has made in a folder. Whoever can read its key can be anyone: it is refused when others can.
 * @throws UsageError; ControlError `tls-unusable`
 */
export const openAuthority = async (directory: string, name: string, nowMs: number): Promise<Authority> => {
  const paths = pathsOf(directory, name);
  const pair = { cert: await readText(paths.cert), key: String(await readPem("the authority's key", paths.key, true)) };
  const { certificate, matches } = parse(pair, paths.cert);
  const cluster = clusterOfAuthority(certificate.subjectAltName);
  if (!certificate.ca || cluster === undefined) {
    throw new UsageError(`${paths.cert} is not the authority of a cluster: make one with garrison cert init`);
  }
  if (!matches) throw new UsageError(`${paths.key} is not the key of ${paths.cert}`);
  const daysLeft = Math.floor((Date.parse(certificate.validTo) - nowMs) / dayMs);
  if (daysLeft < 1) {
    throw new UsageError(
      `${paths.cert} is good until ${certificate.validTo} only: make a new authority with garrison cert init`,
    );
  }
  return { pair, cluster, daysLeft };
};

const parse = (pair: KeyPair, file: string): { readonly certificate: X509Certificate; readonly matches: boolean } => {
  try {
    const certificate = new X509Certificate(pair.cert);
    return { certificate, matches: certificate.checkPrivateKey(createPrivateKey(pair.key)) };
  } catch (error) {
    throw new UsageError(`${file} and its key cannot be used: ${asError(error).message}`, error);
  }
};
