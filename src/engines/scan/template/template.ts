import type { FlowScript } from "../flow/script.ts";
import type { Value } from "../value/value.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { Block } from "./block.ts";
import type { HelperFile } from "./files.ts";
import type { Problem } from "./problem.ts";
import type { TemplateHead, TemplateInfo } from "./template-head.ts";
import type { TemplateVariables } from "./variables.ts";

/** How the files are named that are templates, in folders and in bundles. */
export const templateName = /\.ya?ml$/i;

/** A template compiled once, to be run against any number of targets. */
export interface Template extends TemplateHead {
  readonly variables: TemplateVariables;
  readonly constants: Readonly<Record<string, Value>>;
  /** It brings its own targets. */
  readonly selfContained: boolean;
  readonly stopAtFirstMatch: boolean;
  /** In the order of the file. */
  readonly blocks: readonly Block[];
  /** Decides which blocks run, when and with what; undefined: all, one after the other. */
  readonly flow: FlowScript | undefined;
  /** Other templates that it runs; undefined: it is no workflow. */
  readonly workflow: Workflow<Template> | undefined;
  /** Requests that a scan of one target sends at most, as far as that is known before; without redirects. */
  readonly requestCount: number;
}

/**
 * What became of the text of one template. `reasons` holds every problem of the file, not only the first, ordered by line;
 * empty when supported.
 */
export type ParsedTemplate = {
  readonly file: string;
  /** Undefined when the file names none. */
  readonly id: string | undefined;
  /** The protocols that the file uses, supported or not, such as `["http"]`. */
  readonly protocols: readonly string[];
  /** Undefined when the file has none that can be read. */
  readonly info: TemplateInfo | undefined;
  readonly reasons: readonly Problem[];
} & (
  | { readonly status: "supported"; readonly template: Template; readonly helpers: readonly HelperFile[] }
  | { readonly status: "refused" | "invalid"; readonly template?: undefined }
);

/** The same with what a bundle takes of a supported one. */
export type TemplateFile = ParsedTemplate &
  (
    | {
        readonly status: "supported";
        /** The bytes of the file. */
        readonly content: Uint8Array;
        /** Where it stands in a bundle: relative to the folder that was given, unique among the files loaded together. */
        readonly path: string;
      }
    | { readonly status: "refused" | "invalid" }
  );

/** Bounds on templates, because they come from anywhere. */
export interface TemplateLimits {
  /** Bytes of a file. */
  readonly fileBytes: number;
  readonly files: number;
  readonly requestsPerTemplate: number;
  /** Matchers plus extractors of a request block. */
  readonly operatorsPerBlock: number;
  /** Folders below the one that was given. */
  readonly folderDepth: number;
}

export const defaultTemplateLimits: TemplateLimits = {
  fileBytes: 1_048_576,
  files: 100_000,
  requestsPerTemplate: 1_000_000,
  operatorsPerBlock: 1_000,
  folderDepth: 32,
};
