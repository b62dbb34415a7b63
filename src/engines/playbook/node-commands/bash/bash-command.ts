import { z } from "zod";
import type { Clock } from "../../../../base/clock.ts";
import type { Json } from "../../../../base/json.ts";
import type { CommandOutput } from "../../cacao/commands/call.ts";
import { CommandFailure } from "../../cacao/commands/failure.ts";
import { parseInput } from "../parse-input.ts";
import type { PlaybookLog } from "../../host/settings.ts";
import type { CommandTask, NodeCommand } from "../command.ts";
import { lineEnds } from "../../cacao/commands/output/line-ends.ts";
import { outputText, withoutHalves } from "../output-text.ts";
import { sandboxLimits } from "./sandbox.ts";
import { seccompFilter } from "./seccomp-filter.ts";
import { SandboxedProcess, type SandboxedCommand, type SandboxEnd, type StartSandbox } from "./sandboxed-process.ts";

export interface BashCommandSetup {
  readonly start: StartSandbox;
  readonly atOnce: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: PlaybookLog;
}

const withoutNul = z.string().refine((text) => !text.includes("\0"), { error: "it has a NUL character" });

const bashInput = z.object({
  command: withoutNul.min(1),
  /** Only such names: one like LD_PRELOAD or BASH_ENV would change the programs that hold the sandbox. */
  environment: z.record(z.string().regex(/^__[A-Za-z0-9_-]{1,250}__$/), withoutNul),
});

/** What a person needs to see of why a command failed. */
const shownChars = 1_000;
const stderrBytes = 8 * 1024;
const probeMs = 10_000;

/**
 * Commands of `bash`, each in a sandbox of bubblewrap. Whether there can be one is tried once, now.
 * @returns one whose output has what it wrote to standard output as `text`, and `exit_code` and `stderr` as facts
 */
export const bashCommand = ({ start, atOnce, timeoutMs, clock, log }: BashCommandSetup): NodeCommand => {
  const filter = seccompFilter(process.arch);

  const execute = async (command: SandboxedCommand, signal: AbortSignal): Promise<SandboxEnd> => {
    if (filter === undefined) {
      throw new CommandFailure("refused", `there is no filter of system calls for ${process.arch}`);
    }
    const sandbox = new SandboxedProcess({ start, limits: sandboxLimits, filter, clock }, command);
    const kill = (): void => sandbox.kill();
    signal.addEventListener("abort", kill);
    if (signal.aborted) kill();
    try {
      return await sandbox.ended;
    } finally {
      signal.removeEventListener("abort", kill);
    }
  };

  /** Resolves with why there is no sandbox on this node. */
  const probe = async (): Promise<string | undefined> => {
    const late = new AbortController();
    const timer = clock.after(probeMs, () => late.abort());
    try {
      const { code, stderr } = await execute({ text: "exit 0", environment: {} }, late.signal);
      return code === 0 ? undefined : `bubblewrap ended by ${code ?? "a signal"}: ${lastChars(stderr.text)}`;
    } catch (error) {
      if (error instanceof CommandFailure) return error.message;
      throw error;
    } finally {
      timer.cancel();
    }
  };
  const probed = probe().then((why) => {
    if (why !== undefined) log.warn({ why }, "this node refuses commands of bash: it has no sandbox for them");
    return why;
  });
  // Whoever wants a command hears of it.
  probed.catch(() => undefined);

  return {
    atOnce,
    timeoutMs,
    run: async (input: Json, { signal }: CommandTask): Promise<CommandOutput> => {
      const { command, environment } = parseInput(bashInput, input);
      const why = await probed;
      if (why !== undefined)
        throw new CommandFailure("refused", `this node has no sandbox for bash: ${why}. ${howToMend}`);
      return outputOf(await execute({ text: command, environment }, signal));
    },
  };
};

const howToMend =
  "Install the package bubblewrap (0.8 or later), and allow user namespaces to users other than root (user.max_user_namespaces, the AppArmor profile, or the seccomp profile of the container)";

const outputOf = ({ code, stdout, stderr }: SandboxEnd): CommandOutput => {
  if (code !== 0) {
    const how = code === null ? "was killed" : `ended with exit code ${code}`;
    const said = lastChars(stderr.text);
    throw new CommandFailure("threw", `bash ${how}${said === "" ? "" : `: ${said}`}`);
  }
  const { text, truncated } = outputText(stdout.text);
  return {
    text: text.replace(lineEnds, ""),
    truncated: truncated || stdout.truncated,
    facts: { exit_code: code, stderr: outputText(stderr.text, stderrBytes).text },
  };
};

const lastChars = (text: string): string => withoutHalves(text.trim().slice(-shownChars));
