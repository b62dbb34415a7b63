import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { script } from "../../test/support/script.ts";

const answerMs = 60_000;

/** A process of a bench that answers each call with one message, after a first one that says that it is ready. It ends with this process. */
export class BenchChild<Call extends object, Answer> {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** @param name of its script in this folder */
  static async start<Call extends object, Answer>(
    name: string,
    args: readonly string[],
  ): Promise<BenchChild<Call, Answer>> {
    const { file, execArgv } = script(name, import.meta.url);
    const child = new BenchChild<Call, Answer>(fork(file, args, { execArgv: [...execArgv] }));
    await child.#heard();
    return child;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @throws when it ends or says nothing in time */
  async call(call: Call): Promise<Answer> {
    const answer = this.#heard();
    this.#process.send(call);
    return (await answer) as Answer;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }

  async #heard(): Promise<unknown> {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(new Error(`no answer within ${answerMs} ms`)), answerMs);
    const ended = once(this.#process, "exit", over).then(([code, signal]) => {
      throw new Error(`the process ended with ${code ?? signal}`);
    });
    try {
      const [said] = (await Promise.race([once(this.#process, "message", over), ended])) as [unknown];
      return said;
    } finally {
      clearTimeout(timer);
      ended.catch(() => undefined);
      over.abort();
    }
  }
}
