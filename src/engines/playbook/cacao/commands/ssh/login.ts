import type { AnyAuthMethod, AuthHandlerMiddleware, AuthenticationType, utils } from "ssh2";
import { printable } from "../../../../../base/printable.ts";
import { CommandFailure } from "../failure.ts";

const keyBegin = "-----BEGIN";

/** Shows who is there once: with a private key if that is what the secret is, else with a password. */
export class Login {
  readonly #method: AnyAuthMethod;
  /**
   * @param secret a password, or a private key (OpenSSH or PEM, without passphrase)
   * @throws CommandFailure for a private key that cannot be used
   */
  constructor(user: string, secret: string, parseKey: typeof utils.parseKey) {
    if (!secret.trimStart().startsWith(keyBegin)) {
      this.#method = { type: "password", username: user, password: secret };
      return;
    }
    const key = parseKey(secret.trim());
    if (key instanceof Error || !key.isPrivateKey()) {
      const why = key instanceof Error ? key.message : "it is a public key";
      throw new CommandFailure("threw", `the private key cannot be used (without passphrase, OpenSSH or PEM): ${why}`);
    }
    this.#method = { type: "publickey", username: user, key };
  }

  /**
   * For `authHandler` of ssh2: asked first with null, then with what the host takes after it refused.
   * @param refused told what the host does instead of letting the user in; no other way is tried
   */
  handler(refused: (why: string) => void): AuthHandlerMiddleware {
    // ssh2 gives null the first time, whatever its types say.
    return (methodsLeft: readonly AuthenticationType[] | null, partialSuccess, next) => {
      if (methodsLeft === null) next(this.#method);
      else refused(this.#refusal(methodsLeft, partialSuccess));
    };
  }

  #refusal(methodsLeft: readonly AuthenticationType[], partialSuccess: boolean): string {
    const { type } = this.#method;
    const what = type === "password" ? "password" : "key";
    const methods = printable(methodsLeft.join(", "));
    if (partialSuccess) return `takes the ${what} and asks for ${methods} beside it, which is not supported`;
    if (methodsLeft.includes(type)) return `does not let the user in with this ${what}`;
    return `takes no ${what} but only: ${methods}`;
  }
}
