import type { Json } from "../../../base/json.ts";
import type { Operators } from "../operators/evaluate.ts";
import type { TextPattern } from "./placeholders.ts";
import type { Problem } from "./problem.ts";
import type { Severity } from "./severity.ts";

/** How the files are named that are templates, in folders and in bundles. */
export const templateName = /\.ya?ml$/i;

/** A template's `info`, all its keys; author and tags as lists, severity in lower case. */
export interface TemplateInfo {
  readonly name: string;
  readonly author: readonly string[];
  readonly severity: Severity;
  readonly tags?: readonly string[];
  readonly [key: string]: Json | undefined;
}

/** `same-host` compares host and port. */
export type RedirectPolicy = "none" | "same-host" | "all";

/** A path of a request block, such as `{{BaseURL}}:8080/login`. */
export interface PathPattern {
  readonly text: TextPattern;
  /** The port written right after the leading placeholder, which replaces the target's; not part of `text`. */
  readonly port: number | undefined;
  /** Whether the leading placeholder is followed by a slash, so that the target's own last slash is left out. */
  readonly trailingSlash: boolean;
}

/** One block under `http`: the same request for each path, judged by the same operators. */
export interface HttpBlock {
  readonly method: string;
  readonly paths: readonly PathPattern[];
  /** In the order of the template. */
  readonly headers: readonly { readonly name: string; readonly value: TextPattern }[];
  readonly body: TextPattern | undefined;
  readonly redirects: RedirectPolicy;
  readonly maxRedirects: number;
  /** Bytes of the body to read; undefined for the engine's limit. */
  readonly maxBytes: number | undefined;
  readonly stopAtFirstMatch: boolean;
  readonly operators: Operators;
}

/** A template compiled once, to be run against any number of targets. */
export interface Template {
  readonly id: string;
  /** As it was given when loading; nuclei's `template-path`. */
  readonly file: string;
  /** SHA-256 of the template's text, hexadecimal. */
  readonly digest: string;
  readonly info: TemplateInfo;
  readonly stopAtFirstMatch: boolean;
  readonly http: readonly HttpBlock[];
  /** Requests that a scan of one target sends at most, without redirects. */
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
  | { readonly status: "supported"; readonly template: Template }
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
  requestsPerTemplate: 10_000,
  operatorsPerBlock: 1_000,
  folderDepth: 32,
};
