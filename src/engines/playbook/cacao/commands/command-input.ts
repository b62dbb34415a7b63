import type { SecurityEvent } from "../../../events/security-event.ts";
import type { VariableType } from "../model/variable.ts";

/** What the input of every command says, for people. */
export interface CommandAbout {
  /** Id of the step, and its name if it has one. */
  readonly step: string;
  readonly step_name?: string;
  /** Of the command; of the step when it has none. */
  readonly description?: string;
  /** Names of who executes it and of what it is executed on; the latter is absent when it is the agent itself, or nothing. */
  readonly agent: string;
  readonly target?: string;
}

/** Text as it is, or bytes. */
export type BodyInput = { readonly type: "text" | "base64"; readonly value: string };

/** Of `http-api` and `openc2-http`. */
export interface HttpInput extends CommandAbout {
  /** In upper case. */
  readonly method: string;
  /** Absolute, without user and password. */
  readonly url: string;
  /** Values by name. Of those that show who sends it, `withheldValue` is all that stands here. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly content?: BodyInput;
  readonly authentication?: AuthenticationType;
}

export interface SshInput extends CommandAbout {
  readonly host: string;
  readonly port: number;
  readonly command: string;
  readonly authentication: AuthenticationType;
}

/** Executed by `bash -c` in a sandbox of the node. */
export interface BashInput extends CommandAbout {
  readonly command: string;
  /** Values of in_args by name, `__name__`; what is unknown is left out. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ManualInput extends CommandAbout {
  /** What the person is asked to do. */
  readonly text: string;
  /** Names of the targets. */
  readonly for: readonly string[];
  /** Values by name of the variable; null: unknown. */
  readonly in_args: Readonly<Record<string, string | null>>;
  /** What the person has to give, and nothing else. */
  readonly out_args: readonly OutArgument[];
}

export interface OutArgument {
  readonly name: string;
  readonly type: VariableType;
  readonly description?: string;
}

export interface SigmaInput extends CommandAbout {
  /** YAML, any number of documents. */
  readonly rules: string;
  /** Name of the variable that they are matched against; `__event__` is the run's event. What it holds is withheld: it may be large. */
  readonly data: string;
}

export interface YaraInput extends CommandAbout {
  readonly rules: string;
  /** The values of in_args, a line each, or the bytes of the only one if it is a hexstring; without in_args the run's event as JSON. */
  readonly data: { readonly type: "text" | "hex"; readonly value: string };
}

/** A command of Garrison's own. */
export interface GarrisonInput extends CommandAbout {
  /** At least one. */
  readonly words: readonly string[];
}

/** What stands in the journal in place of a header's value. */
export const withheldValue = "(withheld)";

export type AuthenticationType = "http-basic" | "oauth2" | "user-auth";

/** A secret as far as the main thread of a run knows it: by name, or as the playbook writes it. */
export type WithheldSecret =
  { readonly type: "secret"; readonly name: string } | { readonly type: "text"; readonly text: string };

/** How the thread shows who it is, variables filled in. */
export type WithheldAuthentication =
  | { readonly type: "http-basic" | "user-auth"; readonly user: string; readonly password: WithheldSecret }
  | {
      readonly type: "oauth2";
      /** Name of the header, in lower case, and what stands before the token; empty: nothing. */
      readonly header: string;
      readonly scheme: string;
      readonly token: WithheldSecret;
    };

/** What goes to the thread that executes a command, and nowhere else. */
export interface Withheld {
  readonly authentication?: WithheldAuthentication;
  /** Values of the headers that show who sends a request. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** What rules of sigma are matched against. */
  readonly event?: SecurityEvent;
}
