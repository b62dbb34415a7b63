import { readText } from "../net/texts.ts";
import { everyCipher, tls13Suites, type TlsOptions } from "../net/tls.ts";
import { compileOperators } from "../operators/compile.ts";
import type { Block } from "../template/block.ts";
import type { BlockContext } from "../template/block-context.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import { targetNames } from "../target/target-values.ts";
import { type CipherLevel, opensslName } from "./ciphers.ts";
import { scanModes, type SslPlan } from "./plan.ts";
import { runHandshake } from "./run-handshake.ts";
import { type TlsVersion, tlsVersions, versionNames } from "./versions.ts";

const levels = ["insecure", "weak", "secure"] as const;

/** Compiles one entry of `ssl`, or reports why it cannot be run. */
export const compileSslBlock = (section: Section, context: BlockContext): Block => {
  refuseOtherKeys(section, "ssl");
  const address = section.string("address") ?? "";
  if (address === "") section.complain("invalid", "address", "is missing; use {{Host}}:{{Port}} for the target's");
  const ciphers = readLevels(section);
  const plan: SslPlan = {
    address: readText(section, "address", address),
    options: { ...readVersions(section), ciphers: readCiphers(section) },
    ssl3: ssl3Names.has(versionText(section, "max_version")),
    mode: readMode(section),
    versions: section.boolean("tls_version_enum") || ciphers !== undefined,
    ciphers,
  };
  const id = section.string("id") || undefined;
  return {
    protocol: "ssl",
    id,
    operators: compileOperators(section, context.limits),
    requests: 1,
    stopAtFirstMatch: false,
    clusterKey: id === undefined && isShared(section, plan) ? clusterKey(plan) : undefined,
    run: (run) => runHandshake(plan, run),
  };
};

const readMode = (section: Section): SslPlan["mode"] => {
  const given = (section.string("scan_mode") ?? "").trim().toLowerCase();
  const mode = scanModes.find((name) => name === given);
  if (mode === undefined && given !== "") section.complain("invalid", "scan_mode", `unknown mode "${given}"`);
  return mode ?? "auto";
};

const readVersions = (section: Section): Pick<TlsOptions, "minVersion" | "maxVersion"> => {
  const least = readVersion(section, "min_version");
  const most = readVersion(section, "max_version");
  const newest = ssl3Names.has(versionText(section, "max_version")) ? -1 : versionNames.indexOf(most ?? "tls13");
  if (least !== undefined && versionNames.indexOf(least) > newest) {
    section.complain("invalid", "max_version", "is before min_version");
  }
  return {
    minVersion: tlsVersions[least ?? "tls10"],
    maxVersion: tlsVersions[most ?? "tls13"],
  };
};

const ssl3Names: ReadonlySet<string> = new Set(["sslv3", "ssl30"]);

const versionText = (section: Section, key: "min_version" | "max_version"): string =>
  (section.string(key) ?? "").trim().toLowerCase();

/** SSL 3.0 as the oldest version means every version. */
const readVersion = (section: Section, key: "min_version" | "max_version"): TlsVersion | undefined => {
  const given = versionText(section, key);
  const version = versionNames.find((name) => name === given);
  if (version === undefined && given !== "" && !ssl3Names.has(given)) {
    section.complain("invalid", key, `unknown version "${given}"`);
  }
  return version;
};

const readCiphers = (section: Section): string => {
  const names = section.strings("cipher_suites").flatMap(({ value, line }, at) => {
    const name = opensslName(value.trim());
    if (name !== undefined) return [name];
    section.complain("refused", `cipher_suites[${at}]`, `the TLS library has no "${value}"`, line);
    return [];
  });
  if (names.length === 0) return everyCipher;
  return names.every((name) => (tls13Suites as readonly string[]).includes(name))
    ? names.join(":")
    : `${names.join(":")}:@SECLEVEL=0`;
};

const readLevels = (section: Section): ReadonlySet<CipherLevel> | undefined => {
  const given = section.strings("tls_cipher_types");
  const found = given.flatMap(({ value, line }, at) => {
    const name = value.trim().toLowerCase();
    if (name === "all") return levels;
    const level = levels.find((candidate) => candidate === name);
    if (level === undefined) section.complain("invalid", `tls_cipher_types[${at}]`, `unknown type "${value}"`, line);
    return level ?? [];
  });
  if (!section.boolean("tls_cipher_enum")) return undefined;
  return new Set(found.length === 0 ? (["insecure"] as const) : found);
};

const isShared = (section: Section, { address }: SslPlan): boolean =>
  !["min_version", "max_version", "cipher_suites"].some((key) => section.has(key)) &&
  address.names.every((used) => targetNames.has(used));

const clusterKey = ({ address, mode, versions, ciphers }: SslPlan): string =>
  JSON.stringify(["ssl", address.source, mode, versions, ciphers === undefined ? "" : [...ciphers].toSorted()]);
