import { resolve } from "node:path";
import { formatAddress, parseListenAddress } from "./addresses/listen-address.ts";
import { resolvedClamdAddress } from "./detect/detect-values.ts";
import type { ConfigPath } from "./schema.ts";
import { parseStoreUrl } from "./addresses/store-url.ts";

const address = (value: string): string => {
  const parsed = parseListenAddress(value);
  return typeof parsed === "string" ? value : formatAddress(parsed);
};

const storeUrl = (value: string, directory: string): string => {
  const location = parseStoreUrl(value);
  return typeof location === "object" && location.type === "lmdb"
    ? `lmdb:${resolve(directory, location.directory)}`
    : value;
};

const absolute = (value: string, directory: string): string => resolve(directory, value);

const forms: Readonly<Partial<Record<ConfigPath, (value: string, directory: string) => string>>> = {
  "control.tokenFile": absolute,
  "store.url": storeUrl,
  "store.passwordFile": absolute,
  "store.tls.ca": absolute,
  "store.tls.cert": absolute,
  "store.tls.key": absolute,
  "tracing.headersFile": absolute,
  "tls.ca": absolute,
  "tls.cert": absolute,
  "tls.key": absolute,
  "listen.grpc": address,
  "listen.http": address,
  "interactsh.tokenFile": absolute,
  "collaborator.listen": address,
  "collaborator.dns": address,
  "detect.cachePath": absolute,
  "detect.clamav.address": resolvedClamdAddress,
  "detect.clamav.signatureFolder": absolute,
  "detect.digest.folder": absolute,
  "detect.samples.path": absolute,
  "detect.sandbox.tokenFile": absolute,
  "detect.socket": absolute,
  "guard.folder": absolute,
  "guard.spoolFolder": absolute,
  "respond.http.listen": address,
  "respond.https.ca": absolute,
  "respond.ssh.knownHosts": absolute,
  "respond.syslog.udp": address,
  "respond.syslog.tcp": address,
  "respond.syslog.tls": address,
};

type EntryForm = (entry: unknown, directory: string) => unknown;

const located: EntryForm = (entry, directory) => absolute(String(entry), directory);

/** An entry with a file in one of its keys. */
const withFile =
  (key: string): EntryForm =>
  (entry, directory) => {
    const fields = entry as Readonly<Record<string, unknown>>;
    return { ...fields, [key]: absolute(String(fields[key]), directory) };
  };

/** Of lists, by entry. */
const entryForms: Readonly<Partial<Record<ConfigPath, EntryForm>>> = {
  "control.tokens": withFile("file"),
  "detect.digest.allow": located,
  "detect.digest.deny": located,
  "detect.sigma.rules": located,
  "detect.yara.rules": located,
  "respond.playbooks": located,
  "respond.rules": located,
  "respond.templates": located,
  "respond.secrets": withFile("file"),
  "respond.http.sources": withFile("secretFile"),
  "respond.signatures.trusted": withFile("keyFile"),
};

/** A valid value in the form in which it is used: paths absolute, from the directory where they were written; addresses in one form. */
export const resolved = (path: ConfigPath, value: unknown, directory = "."): unknown => {
  const entryForm = entryForms[path];
  if (Array.isArray(value) && entryForm !== undefined) return value.map((entry) => entryForm(entry, directory));
  return typeof value === "string" ? (forms[path]?.(value, directory) ?? value) : value;
};
