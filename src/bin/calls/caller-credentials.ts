import { X509Certificate } from "node:crypto";
import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { ClientTls } from "../../client/index.ts";
import type { Config } from "../../config/index.ts";
import { readCallerToken, readToken } from "../../control/access/index.ts";
// Not through the index: a client needs no server.
import { readPem } from "../../control/tls/read-pem.ts";
import { TlsFiles } from "../../control/tls/tls-files.ts";
import { certifiedPeer, type PeerName } from "../../wire/index.ts";
import { UsageError } from "../process/usage-error.ts";

/** Flags that say as whom a command calls, and how it knows the nodes. Paths. */
export interface CredentialFlags {
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tokenFile?: string;
}

/** As whom nodes are called. */
export interface CallerCredentials {
  readonly token?: string;
  readonly tls?: ClientTls;
  /** What it is, for messages: "the token in FILE". */
  readonly described: string;
}

type Settings = Pick<Config, "cluster" | "control" | "tls">;

interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * The client certificate that the flags or the config name, else the token of the flag or of `control.tokenFile`; with the authority that
 * nodes have to be signed by, if there is one. The certificate of a node in the config is not for calls: the token is used beside it.
 *
 * @throws UsageError for flags that do not go together; ControlError `token-missing`, `token-unsafe`, `tls-unusable`
 */
export const callerCredentials = async (
  flags: CredentialFlags,
  config: Settings,
  clock: Clock,
): Promise<CallerCredentials> => {
  const pair = keyPairOf(flags, config);
  const ca = flags.tlsCa ?? config.tls.ca;
  const peer = pair === undefined ? undefined : await holderOf(pair, flags);
  if (pair !== undefined && peer?.type === "client") {
    if (ca === undefined) throw new UsageError("a client certificate needs the authority of the nodes: give --tls-ca");
    const { cluster } = peer;
    const source = await TlsFiles.open({ paths: { ca, ...pair }, holder: { cluster }, clock });
    return { tls: { source, cluster }, described: `the certificate of ${peer.name} in ${pair.cert}` };
  }
  const file = flags.tokenFile ?? config.control.tokenFile;
  const token = flags.tokenFile === undefined ? await readToken(file) : await readCallerToken("this caller", file);
  const described = `the token in ${file}`;
  if (ca === undefined) return { token, described };
  const { name: cluster } = config.cluster;
  const source = await TlsFiles.open({ paths: { ca }, holder: { cluster }, clock });
  return { token, tls: { source, cluster }, described };
};

/** What the flags name comes before what the config names, and a token by flag before a certificate of the config. */
const keyPairOf = ({ tlsCert, tlsKey, tokenFile }: CredentialFlags, { tls }: Settings): KeyPair | undefined => {
  if (tlsCert !== undefined || tlsKey !== undefined) {
    if (tlsCert === undefined || tlsKey === undefined) throw new UsageError("--tls-cert and --tls-key go together");
    if (tokenFile !== undefined) throw new UsageError("--tls-cert and --token-file both say who calls: give one");
    return { cert: tlsCert, key: tlsKey };
  }
  const { cert, key } = tls;
  return tokenFile !== undefined || cert === undefined || key === undefined ? undefined : { cert, key };
};

const holderOf = async ({ cert }: KeyPair, { tlsCert }: CredentialFlags): Promise<PeerName | undefined> => {
  const peer = namedBy(cert, await readPem("the certificate", cert));
  if (tlsCert === undefined || peer?.type === "client") return peer;
  throw new UsageError(
    `--tls-cert ${cert} is not the certificate of a client: make one with garrison cert issue --client`,
  );
};

const namedBy = (file: string, pem: Buffer): PeerName | undefined => {
  try {
    return certifiedPeer({ subjectaltname: new X509Certificate(pem).subjectAltName });
  } catch (error) {
    throw new UsageError(`${file} holds no certificate: ${asError(error).message}`, error);
  }
};
