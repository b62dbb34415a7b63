import type { Json } from "../../../../base/json.ts";
import type { SecurityEvent } from "../../../events/security-event.ts";
import { messageOf } from "../../protocol/error-text.ts";
import type { CacaoSettings } from "../../protocol/messages.ts";
import type { ActionContext } from "../../sdk/action.ts";
import { type Credentials, credentialsOf, secretsOf } from "./authentication/credentials.ts";
import type { CommandOutput } from "./call.ts";
import type { HttpInput, SigmaInput, SshInput, Withheld } from "./command-input.ts";
import { CommandFailure } from "./failure.ts";
import { executeHttp } from "./http/execute-http.ts";
import { Redaction } from "./output/redaction.ts";
import { executeSsh } from "./ssh/execute-ssh.ts";

/** What a command is executed with. */
interface Execution {
  readonly withheld: Withheld;
  readonly credentials: Credentials | undefined;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
  readonly settings: CacaoSettings;
}

/**
 * Executes a command by `thread`: `http-api`, `openc2-http`, `ssh` or `sigma`. It ends what it opened before it settles, and soon after
 * the context's signal is aborted. Secrets are hidden in what it answers and in what it fails with.
 *
 * @param input and `withheld` as `prepareCommand` made them
 * @throws CommandFailure, whose code and message are those of the failed step
 */
export const executeCommand = async (
  name: string,
  input: Json,
  withheld: Json | undefined,
  context: ActionContext,
  settings: CacaoSettings,
): Promise<CommandOutput> => {
  const given = (withheld ?? {}) as Withheld;
  const { authentication, headers = {} } = given;
  const credentials = authentication && credentialsOf(authentication, (secret) => context.secret(secret));
  const redaction = new Redaction([...secretsOf(credentials), ...Object.values(headers).flat()]);
  try {
    const { signal } = context;
    return await run(name, input, { withheld: given, credentials, redaction, signal, settings });
  } catch (thrown) {
    const [code, message] =
      thrown instanceof CommandFailure
        ? ([thrown.code, thrown.message] as const)
        : (["threw", messageOf(thrown)] as const);
    // Without its cause: what a library says may hold what must not be seen.
    throw new CommandFailure(code, redaction.text(message));
  }
};

/** The input of a step is what `prepareCommand` made of the playbook in this process, also when it goes on: a replay compares the two. */
const run = async (name: string, input: Json, execution: Execution): Promise<CommandOutput> => {
  switch (name) {
    case "http-api":
    case "openc2-http":
      return executeHttp(input as unknown as HttpInput, execution);
    case "ssh":
      return executeSsh(input as unknown as SshInput, execution);
    case "sigma": {
      // Most runs match no rules, and what reads them is large.
      const { executeSigma } = await import("./sigma/execute-sigma.ts");
      return executeSigma(input as unknown as SigmaInput, eventOf(execution.withheld));
    }
    default:
      throw new CommandFailure("unimplemented", `a command of type ${name} is not executed by a thread`);
  }
};

const eventOf = ({ event }: Withheld): SecurityEvent => {
  if (event === undefined) throw new CommandFailure("threw", "there is no event to match");
  return event;
};
