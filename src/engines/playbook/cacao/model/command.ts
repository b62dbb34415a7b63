import type { Template } from "./text.ts";

/** The command types that are executed. Others are refused by name. */
export type CommandType = Command["type"];

interface Described {
  readonly description: string | undefined;
}

/** Of both commands that speak HTTP. */
interface HttpRequest extends Described {
  /** In upper case. */
  readonly method: string;
  /** With its leading slash, which the file may leave out. */
  readonly target: Template;
  readonly headers: readonly { readonly name: string; readonly values: readonly Template[] }[];
}

/** What is sent: text in which variables stand, or bytes as they are (`content_b64`). */
export type Content =
  { readonly type: "text"; readonly text: Template } | { readonly type: "bytes"; readonly base64: string };

export interface HttpApiCommand extends HttpRequest {
  readonly type: "http-api";
  readonly content: Content | undefined;
}

export interface OpenC2Command extends HttpRequest {
  readonly type: "openc2-http";
  readonly content: Content;
}

/** A text that somebody executes: a shell on another machine, a shell here, a person, this system. */
export interface TextCommand extends Described {
  readonly type: "ssh" | "bash" | "manual" | "garrison";
  readonly command: Template;
}

/** Rules in the language of the type. Variables do not stand in them. */
export interface RuleCommand extends Described {
  readonly type: "sigma" | "yara";
  readonly rules: string;
}

export type Command = HttpApiCommand | OpenC2Command | TextCommand | RuleCommand;
