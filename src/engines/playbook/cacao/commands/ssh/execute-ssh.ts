import type { ClientChannel } from "ssh2";
import type { CacaoSettings } from "../../../protocol/messages.ts";
import type { CommandOutput } from "../call.ts";
import type { SshInput } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";
import type { Credentials } from "../authentication/credentials.ts";
import { BoundedBytes } from "../output/bounded-bytes.ts";
import { cut } from "../output/cut.ts";
import { lineEnds } from "../output/line-ends.ts";
import { outputBytes, outputText } from "../output/output-text.ts";
import type { Redaction } from "../output/redaction.ts";
import { SshConnection } from "./connection.ts";
import { HostCheck } from "./host-check.ts";
import { KnownHosts } from "./known-hosts.ts";
import { Login } from "./login.ts";

interface SshExecution {
  readonly credentials: Credentials | undefined;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
  readonly settings: Pick<CacaoSettings, "ssh" | "knownHosts">;
}

/** How the command ended, as the host says; neither: it does not say. */
interface RemoteExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** Of what the command wrote as errors, in the output and in the message of a failure. */
const errorsKept = { chars: 4_096, jsonBytes: 8_192 } as const;
const errorsTold = { chars: 500, jsonBytes: 1_000 } as const;

/**
 * Executes a command on another machine by ssh: `text` is its standard output without the line ends at its end; facts are `exit_code` and `stderr` (its first 4,096
 * characters). The host has to be known, and no terminal is there.
 *
 * @throws CommandFailure `refused` for a host that is not known or whose key is another one, and where ssh is switched off; `threw` for
 *   all else, and for every end but exit code 0
 */
export const executeSsh = async (
  { host, port, command }: SshInput,
  { credentials, redaction, signal, settings }: SshExecution,
): Promise<CommandOutput> => {
  if (!settings.ssh) {
    throw new CommandFailure("refused", "commands by ssh are switched off on this node (respond.commands.ssh)");
  }
  if (settings.knownHosts.length === 0) {
    const why = "no host is known: name a file of known hosts in respond.ssh.knownHosts, with the key of this one";
    throw new CommandFailure("refused", why);
  }
  if (credentials?.type !== "user-auth") {
    throw new CommandFailure("threw", "ssh needs an authentication of type user-auth");
  }
  const { default: ssh2 } = await import("ssh2");
  const { user, password } = credentials;
  const login = new Login(user, password, ssh2.utils.parseKey);
  const check = new HostCheck(new KnownHosts(settings.knownHosts), host, port);
  const connection = new SshConnection(new ssh2.Client(), { host, port }, user, login, check);
  const abort = (): void => connection.abort(new CommandFailure("threw", "it was aborted"));
  signal.addEventListener("abort", abort);
  try {
    if (signal.aborted) abort();
    await connection.ready();
    return await connection.execute(command, (channel) => outputOf(channel, redaction));
  } finally {
    signal.removeEventListener("abort", abort);
    connection.close();
  }
};

const outputOf = async (channel: ClientChannel, redaction: Redaction): Promise<CommandOutput> => {
  const [written, errors] = [new BoundedBytes(outputBytes), new BoundedBytes(outputBytes)];
  channel.on("data", (chunk: Buffer) => written.add(chunk));
  channel.stderr.on("data", (chunk: Buffer) => errors.add(chunk));
  const exit = await exitOf(channel);
  const stderr = outputText(errors, redaction).text;
  const failure = problemOf(exit);
  if (failure !== undefined) {
    const why = cut(stderr.trim(), errorsTold);
    throw new CommandFailure("threw", `the command ${failure}${why === "" ? "" : `: ${why}`}`);
  }
  const { text, truncated, encoding } = outputText(written, redaction);
  return {
    text: text.replace(lineEnds, ""),
    truncated,
    facts: {
      exit_code: 0,
      stderr: cut(stderr, errorsKept),
      ...(encoding === "base64" && { encoding }),
    },
  };
};

const exitOf = async (channel: ClientChannel): Promise<RemoteExit> => {
  let exit: RemoteExit = { code: undefined, signal: undefined };
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = { code: code ?? undefined, signal };
  });
  await new Promise<void>((resolve) => void channel.once("close", () => resolve()));
  return exit;
};

const problemOf = ({ code, signal }: RemoteExit): string | undefined => {
  if (signal !== undefined) return `was ended by ${signal.slice(0, 20)}`;
  if (code === undefined) return "ended and nobody knows how: the connection was lost, or the host does not say";
  return code === 0 ? undefined : `ended with exit code ${code}`;
};
