import { createHmac } from "node:crypto";
import { bufferOf, bytesOf, textOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import { indent, marshal } from "../go/json.ts";
import type { DslSetup } from "../setup.ts";
import type { Arguments, Helper } from "./helper.ts";
import { secondsAt } from "./times.ts";

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new DslError("wrong-argument", "argument 1 is no JSON");
  }
};

/** A JSON object without spaces, keys in order, as text. */
const minified = (args: Arguments): string => {
  const value = parsed(textOf(args.onlyText(0)));
  if (value === null) return "null";
  const text = typeof value === "object" && !Array.isArray(value) ? marshal(value) : undefined;
  if (text === undefined)
    throw new DslError("wrong-argument", "argument 1 must be a JSON object, not nested too deeply");
  return text;
};

const keyed: Readonly<Record<string, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };
const keyPairs = new Set(["RS", "PS", "ES"].flatMap((kind) => ["256", "384", "512"].map((bits) => kind + bits)));

const base64Url = (bytes: string): string => bufferOf(bytes).toString("base64url");

/** The name that the header of the token gets: that of no algorithm stays as it is written. */
const algorithmOf = (given: string): string => {
  const name = given.toUpperCase();
  if (given.trim().toLowerCase() === "none") return given;
  if (name === "") return "NONE";
  if (keyed[name] !== undefined) return name;
  if (keyPairs.has(name) || name === "EDDSA") {
    throw new DslError("wrong-argument", `${name} needs a key that cannot be given as text`);
  }
  throw new DslError("wrong-argument", "argument 2 is no algorithm of tokens");
};

const claimsOf = (args: Arguments, setup: DslSetup): string => {
  const claims = minified(args);
  if (args.count < 4) return claims;
  const issued = Math.floor(setup.clock.wallMs() / 1000);
  const expires = secondsAt(args, 3, setup);
  if (expires - issued <= 1) return claims;
  const own = `{"iat":${issued},"exp":${expires}`;
  return claims === "{}" ? `${own}}` : `${own},${claims.slice(1)}`;
};

const token = (args: Arguments, setup: DslSetup): string => {
  const algorithm = algorithmOf(args.onlyText(1));
  const header = base64Url(`{"alg":"${algorithm}","typ":"JWT"}`);
  const body = `${header}.${base64Url(bytesOf(claimsOf(args, setup)))}`;
  const digest = keyed[algorithm];
  if (digest === undefined) return `${body}.`;
  const key = args.count > 2 ? args.onlyText(2) : "";
  return `${body}.${createHmac(digest, bufferOf(key)).update(body).digest("base64url")}`;
};

/** Helpers that write JSON and what is made of it. */
export const jsonHelpers: Readonly<Record<string, Helper>> = {
  json_minify: {
    signature: "(text string) string",
    note: "a JSON object without spaces, its keys in order",
    arity: [1, 1],
    run: (args) => bytesOf(minified(args)),
  },
  json_prettify: {
    signature: "(text string) string",
    note: "JSON indented by four spaces",
    arity: [1, 1],
    run: (args) => {
      const text = textOf(args.onlyText(0));
      parsed(text);
      return bytesOf(indent(text));
    },
  },
  generate_jwt: {
    signature: "(claims, algorithm, optionalKey string, optionalExpiry interface{}) string",
    note: "a token with these claims (a JSON object): none, HS256, HS384 or HS512; keys for other algorithms are no text",
    arity: [2, 4],
    run: token,
  },
};
