import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Logger } from "../../kernel/index.ts";
import type { Role } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";
import { readCallerToken } from "./caller-token.ts";
import { operatorName, TokenBook, type KnownToken } from "./token-book.ts";
import { readOrCreateToken } from "./token-file.ts";

/** How old what is known of the files may be: so long a token is still good after its file has gone. */
const rereadMs = 2_000;

export interface CallTokensSetup {
  /** The operator token's file, made when it is not there. Absolute. */
  readonly tokenFile: string;
  /** The other callers: at most 64, each with a name and a file of its own. Files are absolute. */
  readonly tokens: readonly { readonly name: string; readonly role: Role; readonly file: string }[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * The tokens of the callers of a node, kept as their files are: a token whose file is removed, replaced or unsafe is not good any more
 * within 2 s. Only the operator token is made anew when its file is gone.
 */
export class CallTokens {
  /**
   * Reads all files, and reads them again until `close`.
   *
   * @throws ControlError `token-missing`, `token-unsafe`
   */
  static async open(setup: CallTokensSetup): Promise<CallTokens> {
    const tokens = new CallTokens(setup);
    for (const { known, problem } of await tokens.#read()) {
      if (problem !== undefined) throw problem;
      tokens.#good.push(known);
    }
    tokens.book.replace(tokens.#good);
    tokens.#plan();
    return tokens;
  }

  readonly book = new TokenBook([]);
  readonly #setup: CallTokensSetup;
  readonly #problems = new Map<string, string>();
  #good: KnownToken[] = [];
  #timer: { cancel(): void } | undefined;
  #closed = false;

  private constructor(setup: CallTokensSetup) {
    this.#setup = setup;
  }

  /** Reads no more. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #plan(): void {
    this.#timer = this.#setup.clock.after(rereadMs, () => void this.#reread(), true);
  }

  async #reread(): Promise<void> {
    const files = await this.#read();
    if (this.#closed) return;
    this.#good = files.flatMap(({ known, problem }) => (problem === undefined ? [known] : []));
    this.book.replace(this.#good);
    for (const { name, problem } of files) this.#tell(name, problem);
    this.#plan();
  }

  /** Once for each problem. */
  #tell(name: string, problem: ControlError | undefined): void {
    const { log } = this.#setup;
    const before = this.#problems.get(name);
    if (problem === undefined) {
      if (this.#problems.delete(name)) log.info({ caller: name }, "the token of a caller is good again");
    } else if (problem.message !== before) {
      this.#problems.set(name, problem.message);
      log.error({ caller: name }, `the token of a caller is not good any more: ${problem.message}`);
    }
  }

  async #read(): Promise<readonly Reading[]> {
    const { tokenFile, tokens, random } = this.#setup;
    const readings = await Promise.all([
      reading(operatorName, "admin", readOrCreateToken(tokenFile, random)),
      ...tokens.map(({ name, role, file }) => reading(name, role, readCallerToken(name, file))),
    ]);
    return readings.map((one, at) => distinct(one, readings.slice(0, at)));
  }
}

type Reading =
  | { readonly name: string; readonly known: KnownToken; readonly problem?: undefined }
  | { readonly name: string; readonly known?: undefined; readonly problem: ControlError };

const reading = async (name: string, role: Role, token: Promise<string>): Promise<Reading> => {
  try {
    return { name, known: { name, role, token: await token } };
  } catch (thrown) {
    if (thrown instanceof ControlError) return { name, problem: thrown };
    const error = asError(thrown);
    return { name, problem: new ControlError("token-unsafe", `${name}: ${error.message}`, { cause: error }) };
  }
};

/** A token says who calls: two callers cannot have the same. */
const distinct = (one: Reading, before: readonly Reading[]): Reading => {
  const same = before.find(({ known }) => known !== undefined && known.token === one.known?.token);
  if (same === undefined) return one;
  const problem = new ControlError("token-unsafe", `${one.name} has the same token as ${same.name}: make another one`, {
    ids: { caller: one.name },
  });
  return { name: one.name, problem };
};
