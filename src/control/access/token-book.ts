import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller, Role } from "../../wire/index.ts";

/** What a call's credential came to where it is no caller's: there was none, or it is not known. */
export type TokenFault = "none" | "wrong";

/** A caller that is known by a token. */
export interface KnownToken {
  readonly name: string;
  readonly role: Role;
  /** 32 … 200 printable characters. */
  readonly token: string;
}

/** The name under which the holder of the operator token calls. */
export const operatorName = "operator";

interface Entry {
  readonly caller: Caller;
  readonly expected: Buffer;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The tokens that are good now. */
export class TokenBook {
  #entries: readonly Entry[] = [];
  #operatorToken: string | undefined;

  constructor(tokens: readonly KnownToken[]) {
    this.replace(tokens);
  }

  /** The token by which nodes on loopback know each other; undefined while its file cannot be used. */
  get operatorToken(): string | undefined {
    return this.#operatorToken;
  }

  /** From now on these tokens are good, and no others. */
  replace(tokens: readonly KnownToken[]): void {
    this.#operatorToken = tokens.find(({ name }) => name === operatorName)?.token;
    // Digests have one length, which timingSafeEqual needs.
    this.#entries = tokens.map(({ name, role, token }) => ({
      caller: { name, role, by: "token" },
      expected: digest(`Bearer ${token}`),
    }));
  }

  /** Whose credential this is, in a time that says nothing about any token. */
  callerOf(authorization: string | undefined): Caller | TokenFault {
    if (authorization === undefined) return "none";
    const given = digest(authorization);
    let met: Caller | TokenFault = "wrong";
    for (const { caller, expected } of this.#entries) {
      // Every entry is looked at, whichever it is.
      if (timingSafeEqual(given, expected)) met = caller;
    }
    return met;
  }
}
