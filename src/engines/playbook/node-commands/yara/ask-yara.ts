import type { ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import { CommandFailure } from "../../cacao/commands/failure.ts";
import type { MemoryWatch } from "../../host/memory-watch.ts";
import { killGroup } from "../../host/process/process-group.ts";
import { withoutHalves } from "../output-text.ts";
import { StreamHead } from "../stream-head.ts";
import { parseYaraAnswer, yaraAnswerDescriptor, type YaraAnswer, type YaraRequest } from "./yara-answer.ts";

/**
 * Starts a process that reads a YaraRequest as JSON from standard input and writes the YaraAnswer to descriptor `yaraAnswerDescriptor`:
 * leader of a group of its own, with an empty environment. May throw, and may return one that then says it could not be started.
 */
export type StartYara = () => ChildProcess;

export interface AskYaraSetup {
  readonly start: StartYara;
  readonly memory: MemoryWatch;
}

const answerBytes = 2 * 1024 * 1024;
const errorBytes = 8 * 1024;
const shownChars = 500;

/**
 * Has a process of its own match the rules, and settles when it has ended, soon after the signal is aborted.
 * @throws CommandFailure
 */
export const askYara = async (
  { start, memory }: AskYaraSetup,
  request: YaraRequest,
  signal: AbortSignal,
): Promise<YaraAnswer> => {
  const child = start();
  const { pid, stdin, stderr } = child;
  const answers = child.stdio[yaraAnswerDescriptor];
  if (stdin === null || stderr === null || !(answers instanceof Readable)) {
    throw new CommandFailure("threw", "the process of YARA lacks a stream");
  }
  const answer = new StreamHead(answers, answerBytes);
  const said = new StreamHead(stderr, errorBytes);
  const causes: string[] = [];
  const kill = (): void => {
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) killGroup(pid);
  };
  const unwatch =
    pid === undefined
      ? () => undefined
      : memory.watch(pid, (bytes) => {
          causes.push(`it took ${Math.ceil(bytes / 1_048_576)} MiB, which is more than respond.child.maxRssMb`);
          kill();
        });
  signal.addEventListener("abort", kill);
  if (signal.aborted) kill();
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.once("error", reject).once("close", (code, by) => resolve(by ?? `code ${String(code)}`));
      // A process that ended reads nothing: how it ended says why.
      stdin.on("error", () => undefined).end(JSON.stringify(request));
    });
    if (end === "code 0") return parseYaraAnswer(answer.text);
    const last = withoutHalves(said.text.trim().slice(-shownChars));
    causes.push(...(last === "" ? [] : [last]));
    throw new CommandFailure("threw", [`the process of YARA ended by ${end}`, ...causes].join(": "));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const what = "the process of YARA could not be started, or said what is no answer";
    throw new CommandFailure("threw", what, { cause: error });
  } finally {
    unwatch();
    signal.removeEventListener("abort", kill);
  }
};
