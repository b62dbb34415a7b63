import type { SecureVersion } from "node:tls";

/** The versions that are spoken, by tlsx's names, oldest first. */
export const tlsVersions = {
  tls10: "TLSv1",
  tls11: "TLSv1.1",
  tls12: "TLSv1.2",
  tls13: "TLSv1.3",
} as const satisfies Readonly<Record<string, SecureVersion>>;

export type TlsVersion = keyof typeof tlsVersions;

/** SSL 3.0 too, of which no more than the hello is spoken. */
export type Version = "ssl30" | TlsVersion;

export const versionNames = Object.keys(tlsVersions) as readonly TlsVersion[];

/** Tlsx's name of what the library says was agreed on. */
export const versionOf = (protocol: string | null): TlsVersion | undefined =>
  versionNames.find((name) => tlsVersions[name] === protocol);
