import { createHash } from "node:crypto";
import type { Random } from "../../../base/random.ts";
import { bufferOf } from "../value/value.ts";
import type { DigestLogin } from "./http-request.ts";

export interface DigestRequest {
  readonly method: string;
  /** Path and query as they are sent. */
  readonly path: string;
}

const algorithms: Readonly<Record<string, string>> = { MD5: "md5", "SHA-256": "sha256" };
/** Names are looked for from their beginning only, or a long one would be tried at each of its letters. */
const parameter = /(?<![a-z-])([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/**
 * The value of Authorization that answers a challenge (RFC 7616): algorithms MD5 and SHA-256, with their `-sess` kinds,
 * and qop `auth` or none. Undefined when there is no challenge among them that can be answered.
 *
 * @param challenges values of WWW-Authenticate
 */
export const answerDigest = (
  challenges: readonly string[],
  { method, path }: DigestRequest,
  { username, password }: DigestLogin,
  random: Random,
): string | undefined => {
  const challenge = challenges.flatMap(readChallenges).find(isAnswerable);
  if (challenge === undefined) return undefined;
  const { realm = "", nonce = "", opaque, algorithm = "MD5", qop } = challenge;
  const [kind = "MD5", session] = algorithm.toUpperCase().split(/-(?=SESS$)/);
  const hash = (text: string): string =>
    createHash(algorithms[kind] ?? "md5")
      .update(bufferOf(text))
      .digest("hex");
  const cnonce = random.id();
  const count = "00000001";
  const login = hash(`${username}:${realm}:${password}`);
  const secret = session === undefined ? login : hash(`${login}:${nonce}:${cnonce}`);
  const what = hash(`${method}:${path}`);
  const response =
    qop === undefined ? hash(`${secret}:${nonce}:${what}`) : hash(`${secret}:${nonce}:${count}:${cnonce}:auth:${what}`);
  return [
    `Digest username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(path)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop === undefined ? [] : ["qop=auth", `nc=${count}`]),
    ...(qop === undefined && session === undefined ? [] : [`cnonce="${cnonce}"`]),
  ].join(", ");
};

type Challenge = Readonly<Record<string, string | undefined>>;

/** A header may hold several challenges, of other schemes, too. */
const readChallenges = (value: string): readonly Challenge[] =>
  value
    .slice(0, 8_192)
    .split(/(?:^|,)\s*(?=[a-z0-9-]+\s+[a-z-]+\s*=)/i)
    .filter((text) => /^digest\s/i.test(text))
    .map((text) =>
      Object.fromEntries(
        [...text.slice("digest".length).matchAll(parameter)].map(([, name = "", inQuotes, plain]) => [
          name.toLowerCase(),
          inQuotes?.replaceAll(/\\(.)/g, "$1") ?? plain,
        ]),
      ),
    );

const isAnswerable = ({ nonce, algorithm = "MD5", qop }: Challenge): boolean =>
  nonce !== undefined &&
  algorithms[algorithm.toUpperCase().replace(/-SESS$/, "")] !== undefined &&
  (qop === undefined || qop.split(",").some((kind) => kind.trim().toLowerCase() === "auth"));

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
