import type { CipherNameAndProtocol, DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { Endpoint } from "../net/reach.ts";
import { startTls, type TlsOptions } from "../net/tls.ts";
import { within } from "../net/within.ts";
import type { BlockRun } from "../run/block-run.ts";
import { FailureError } from "../http/failure.ts";
import { helloInSsl3 } from "./ssl3.ts";
import { type Version, versionOf } from "./versions.ts";

/** What a handshake told. */
export interface Handshake {
  readonly version: Version;
  /** The standard's name, such as TLS_AES_128_GCM_SHA256. */
  readonly cipher: string;
  /** OpenSSL's name of it. */
  readonly opensslCipher: string;
  /** DER; the server's own first. */
  readonly certificates: readonly Buffer[];
  readonly ip: string | undefined;
  /** The server ended the handshake for want of a certificate of ours. */
  readonly wantsCertificate: boolean;
}

const maxChain = 10;

/**
 * Makes one handshake and hangs up. A server that has shown its certificate and then wants one of ours counts as
 * answered.
 *
 * @throws FailureError, SkippedHostError
 */
export const shakeHands = async (endpoint: Endpoint, options: TlsOptions, run: BlockRun): Promise<Handshake> => {
  const { signal, sockets, services } = run;
  const socket = await sockets.connect(endpoint, signal);
  let refused: Handshake | undefined;
  const bounds = {
    clock: services.clock,
    signal,
    withinMs: sockets.limits.connectMs,
    what: `the TLS handshake with ${endpoint.hostname}:${endpoint.port}`,
  };
  try {
    const ip = socket.remoteAddress;
    const secured = await within(bounds, () =>
      startTls(socket, endpoint.hostname, options, (unfinished) => {
        refused = told(unfinished, ip, true);
      }),
    );
    const handshake = told(secured, ip, false);
    secured.destroy();
    if (handshake === undefined) throw new FailureError("tls", "the server showed no certificate");
    return handshake;
  } catch (thrown) {
    if (refused !== undefined) return refused;
    throw thrown;
  } finally {
    socket.destroy();
  }
};

/** The same in SSL 3.0, as far as the server's certificate. */
export const shakeHandsInSsl3 = async (endpoint: Endpoint, run: BlockRun): Promise<Handshake> => {
  const { signal, sockets, services } = run;
  const { clock } = services;
  const { connectMs: withinMs } = sockets.limits;
  const socket = await sockets.connect(endpoint, signal);
  const ip = socket.remoteAddress;
  const what = `the SSL 3.0 hello with ${endpoint.hostname}:${endpoint.port}`;
  try {
    const hello = await within({ clock, signal, withinMs, what }, () =>
      helloInSsl3(socket, { clock, random: run.dsl.random, signal, withinMs }),
    );
    return { version: "ssl30", ...hello, opensslCipher: "", ip, wantsCertificate: false };
  } finally {
    socket.destroy();
  }
};

const told = (secured: TLSSocket, ip: string | undefined, wantsCertificate: boolean): Handshake | undefined => {
  const version = versionOf(secured.getProtocol());
  const certificates = chainOf(secured);
  if (version === undefined || certificates.length === 0) return undefined;
  const { cipher, opensslCipher } = cipherOf(secured);
  return { version, cipher, opensslCipher, certificates, ip, wantsCertificate };
};

const cipherOf = (secured: TLSSocket): Pick<Handshake, "cipher" | "opensslCipher"> => {
  // An unfinished handshake has none yet, although the type says so.
  const agreed = secured.getCipher() as CipherNameAndProtocol | undefined;
  return { cipher: agreed?.standardName ?? "", opensslCipher: agreed?.name ?? "" };
};

const chainOf = (secured: TLSSocket): readonly Buffer[] => {
  const chain: Buffer[] = [];
  // Empty where the server showed none; the last one is its own issuer, or has none.
  let shown = secured.getPeerCertificate(true) as Partial<DetailedPeerCertificate> | undefined;
  while (shown?.raw !== undefined && chain.length < maxChain) {
    if (chain.at(-1)?.equals(shown.raw) === true) break;
    chain.push(shown.raw);
    shown = shown.issuerCertificate;
  }
  return chain;
};
