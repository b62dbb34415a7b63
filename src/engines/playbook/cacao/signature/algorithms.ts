import { constants, type KeyObject, verify } from "node:crypto";

/** How a signature is checked. `digest`: the hash inside of the algorithm; null: its own. */
export interface Algorithm {
  readonly digest: string | null;
  /** Why a key cannot be one of this algorithm, in words for a person. */
  readonly keyProblem: (key: KeyObject) => string | undefined;
  readonly options: { readonly padding?: number; readonly saltLength?: number; readonly dsaEncoding?: "ieee-p1363" };
}

/** As of RFC 7518, 3.3. */
const leastRsaBits = 2_048;

const rsaProblem = (key: KeyObject): string | undefined => {
  if (key.asymmetricKeyType !== "rsa") return "its key is no RSA key";
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < leastRsaBits ? `its RSA key has ${bits} bits, and ${leastRsaBits} are the least` : undefined;
};

const pkcs1 = (digest: string): Algorithm => ({
  digest,
  keyProblem: rsaProblem,
  options: { padding: constants.RSA_PKCS1_PADDING },
});

const pss = (digest: string): Algorithm => ({
  digest,
  keyProblem: rsaProblem,
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
});

const ecdsa = (digest: string, curve: string, name: string): Algorithm => ({
  digest,
  keyProblem: (key) =>
    key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === curve
      ? undefined
      : `its key is no key of the curve ${name}`,
  options: { dsaEncoding: "ieee-p1363" },
});

const edwards = (type: "ed25519" | "ed448", name: string): Algorithm => ({
  digest: null,
  keyProblem: (key) => (key.asymmetricKeyType === type ? undefined : `its key is no ${name} key`),
  options: {},
});

const rs256 = pkcs1("sha256");
const rs384 = pkcs1("sha384");
const rs512 = pkcs1("sha512");

/** By the names of RFC 7518 and RFC 8037, and by those that CACAO Roaster writes. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ["RS256", rs256],
  ["RS384", rs384],
  ["RS512", rs512],
  ["RSA-SHA256", rs256],
  ["RSA-SHA384", rs384],
  ["RSA-SHA512", rs512],
  ["PS256", pss("sha256")],
  ["PS384", pss("sha384")],
  ["PS512", pss("sha512")],
  ["ES256", ecdsa("sha256", "prime256v1", "P-256")],
  ["ES384", ecdsa("sha384", "secp384r1", "P-384")],
  ["ES512", ecdsa("sha512", "secp521r1", "P-521")],
  ["Ed25519", edwards("ed25519", "Ed25519")],
  ["Ed448", edwards("ed448", "Ed448")],
]);

/** The algorithm of a name; undefined: it is not verified here. */
export const algorithmOf = (name: string): Algorithm | undefined => algorithms.get(name);

/** By the names of the IANA registry of named information, with and without the hyphen. */
const hashes: ReadonlyMap<string, string> = new Map([
  ["sha-256", "sha256"],
  ["sha-384", "sha384"],
  ["sha-512", "sha512"],
  ["sha256", "sha256"],
  ["sha384", "sha384"],
  ["sha512", "sha512"],
  ["sha3-256", "sha3-256"],
  ["sha3-384", "sha3-384"],
  ["sha3-512", "sha3-512"],
]);

/** The name that node:crypto has for a hash; undefined: it is not verified here. */
export const hashOf = (name: string): string | undefined => hashes.get(name);

/** Whether a signature is one over the data. What makes no sense to the algorithm is none. */
export const fits = (
  { options }: Algorithm,
  digest: string | null,
  data: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): boolean => {
  try {
    return verify(digest, data, { key, ...options }, signature);
  } catch {
    return false;
  }
};
