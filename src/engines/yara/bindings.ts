/** What is used of YARA's bindings. They are given from outside, since to load them takes time that only some processes need. */
export interface Yara {
  readonly compile: (rules: string, options: YaraOptions) => CompiledRules;
  readonly validate: (
    rules: string,
    options: YaraOptions,
  ) => { readonly errors: readonly { readonly message: string }[] };
}

export interface YaraOptions {
  /** A rule that could include a file would tell what is in it. */
  readonly enableIncludes: false;
  /** Takes regular expressions that YARA takes and YARA-X by itself does not. */
  readonly relaxedReSyntax?: boolean;
}

export interface CompiledRules {
  /** Takes as long as the rules make it, and cannot be interrupted. */
  scan(data: Buffer): readonly RuleMatch[];
  setMaxMatchesPerPattern(count: number): void;
}

export interface RuleMatch {
  readonly ruleIdentifier: string;
  readonly tags: readonly string[];
  /** Numbers and texts; a boolean comes as the text `unknown`. */
  readonly meta: object;
}
