import type { Json } from "../../../base/json.ts";
import type { Severity } from "./severity.ts";

/** A template's `info`, all its keys; author and tags as lists, severity in lower case. */
export interface TemplateInfo {
  readonly name: string;
  readonly author: readonly string[];
  readonly severity: Severity;
  readonly tags?: readonly string[];
  readonly [key: string]: Json | undefined;
}

/** What names a template. */
export interface TemplateHead {
  readonly id: string;
  /** As it was given when loading; nuclei's `template-path`. */
  readonly file: string;
  readonly info: TemplateInfo;
  /** It asks for out-of-band interactions: its text names `interactsh-url`. */
  readonly usesOob: boolean;
}
