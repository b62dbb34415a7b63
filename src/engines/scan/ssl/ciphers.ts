import { createSecureContext } from "node:tls";
import { tls13Suites } from "../net/tls.ts";

/** How good a cipher suite is, as ciphersuite.info, and tlsx with it, sorts them. */
export type CipherLevel = "insecure" | "weak" | "secure";

const insecure = /NULL|EXPORT|anon|RC4|RC2|_DES_|_DES40_|MD5|KRB5|GOST|SM4/i;
const weak = /_CBC_|_3DES_/;
const keepsSecrets = /^TLS_(?:AES|CHACHA20|DHE|ECDHE|ECCPWD)_/;

/** @param name the standard's name, such as TLS_RSA_WITH_AES_128_CBC_SHA */
export const cipherLevel = (name: string): CipherLevel => {
  if (insecure.test(name)) return "insecure";
  return weak.test(name) || !keepsSecrets.test(name) ? "weak" : "secure";
};

/**
 * OpenSSL's name of a suite that is given by the standard's or OpenSSL's own; undefined when the library does not have
 * it.
 */
export const opensslName = (given: string): string | undefined => {
  const name = given.startsWith("TLS_") && !isOfTls13(given) ? fromStandard(given) : given;
  try {
    createSecureContext({ ciphers: isOfTls13(name) ? name : `${name}:@SECLEVEL=0` });
    return /^[A-Za-z0-9_-]+$/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
};

const isOfTls13 = (name: string): boolean => (tls13Suites as readonly string[]).includes(name);

const fromStandard = (name: string): string => {
  const [keyExchange = "", cipher = ""] = name.slice("TLS_".length).split("_WITH_");
  const exchange = keyExchange
    .replace(/^RSA$/, "")
    .replace(/^DH_anon$/i, "ADH")
    .replace(/^ECDH_anon$/i, "AECDH")
    .replaceAll("_", "-");
  const algorithm = cipher
    .replace(/^3DES_EDE_CBC/, "DES-CBC3")
    .replace(/^CHACHA20_POLY1305_SHA256$/, "CHACHA20-POLY1305")
    .replace(/^NULL_/, "NULL-")
    .replace(/^(AES|CAMELLIA|ARIA)_(\d+)/, "$1$2")
    .replace(/_CBC_/, "-")
    .replace(/_CCM_8$/, "-CCM8")
    .replaceAll("_", "-");
  // OpenSSL leaves RSA out here, and nowhere else.
  const prefix = algorithm.startsWith("ARIA") ? exchange.replace(/^ECDHE-RSA$/, "ECDHE") : exchange;
  return prefix === "" ? algorithm : `${prefix}-${algorithm}`;
};
