import { asError } from "../../../base/errors.ts";
import { failureOf } from "../http/failure.ts";
import type { Endpoint } from "../net/reach.ts";
import { tls13Suites } from "../net/tls.ts";
import type { BlockRun } from "../run/block-run.ts";
import { cipherLevel, type CipherLevel } from "./ciphers.ts";
import { type Handshake, shakeHands, shakeHandsInSsl3 } from "./handshake.ts";
import { type TlsVersion, tlsVersions, type Version, versionNames } from "./versions.ts";

/** Suites of one version that a server takes, by their level. */
export interface VersionCiphers {
  readonly version: Version;
  readonly ciphers: Readonly<Partial<Record<CipherLevel, readonly string[]>>>;
}

/** More than any library has. */
const maxSuites = 200;

/** The versions that the server speaks, that of the first handshake before the others. */
export const supportedVersions = async (
  endpoint: Endpoint,
  first: Version,
  run: BlockRun,
): Promise<readonly Version[]> => {
  const found = [first];
  if (first !== "ssl30" && (await tried(endpoint, () => shakeHandsInSsl3(endpoint, run), run)) !== undefined) {
    found.push("ssl30");
  }
  for (const version of versionNames) {
    if (version === first) continue;
    const only = tlsVersions[version];
    const handshake = await tried(
      endpoint,
      () => shakeHands(endpoint, { minVersion: only, maxVersion: only }, run),
      run,
    );
    if (handshake?.version === version) found.push(version);
  }
  return found;
};

/**
 * The suites that the server takes with each version. All that are left are offered at once, and what it chooses is
 * taken out, until it finds none: one handshake more than there are suites.
 */
export const supportedCiphers = async (
  endpoint: Endpoint,
  versions: readonly Version[],
  levels: ReadonlySet<CipherLevel>,
  run: BlockRun,
): Promise<readonly VersionCiphers[]> => {
  const found: VersionCiphers[] = [];
  for (const version of versions) {
    const ciphers: Partial<Record<CipherLevel, string[]>> = {};
    const names = version === "ssl30" ? [] : await suitesOf(endpoint, version, run);
    for (const name of names) {
      const level = cipherLevel(name);
      if (levels.has(level)) (ciphers[level] ??= []).push(name);
    }
    found.push({ version, ciphers });
  }
  return found;
};

const suitesOf = async (endpoint: Endpoint, version: TlsVersion, run: BlockRun): Promise<readonly string[]> => {
  const only = tlsVersions[version];
  const names: string[] = [];
  const chosen = new Set<string>();
  while (names.length < maxSuites) {
    const ciphers = version === "tls13" ? newSuites(chosen) : olderSuites(chosen);
    if (ciphers === "") break;
    const options = { minVersion: only, maxVersion: only, ciphers };
    const handshake = await tried(endpoint, () => shakeHands(endpoint, options, run), run);
    if (handshake === undefined || handshake.opensslCipher === "" || chosen.has(handshake.opensslCipher)) break;
    chosen.add(handshake.opensslCipher);
    names.push(handshake.cipher);
  }
  return names;
};

const newSuites = (chosen: ReadonlySet<string>): string => tls13Suites.filter((name) => !chosen.has(name)).join(":");

const olderSuites = (chosen: ReadonlySet<string>): string =>
  ["ALL", "COMPLEMENTOFALL", ...[...chosen].map((name) => `!${name}`), "@SECLEVEL=0"].join(":");

/** A failed handshake is an answer here: the server does not take what is offered. */
const tried = async (
  endpoint: Endpoint,
  shake: () => Promise<Handshake>,
  run: BlockRun,
): Promise<Handshake | undefined> => {
  try {
    return await shake();
  } catch (thrown) {
    const { kind, message } = failureOf(asError(thrown), "");
    if (kind !== "tls" && kind !== "connection-lost" && kind !== "aborted") {
      run.tally.error(`tls://${endpoint.hostname}:${endpoint.port}`, kind, `trying what it takes: ${message}`);
    }
    return undefined;
  }
};
