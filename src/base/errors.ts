/** Names of the things that an error is about, for logs and for status details: paths, ids, bounds. */
export type ErrorIds = Readonly<Record<string, string | number>>;

export interface ErrorFacts {
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable?: boolean;
  readonly ids?: ErrorIds;
  readonly cause?: unknown;
}

/**
 * The shape of every error that Garrison raises. Each layer declares its codes in its own `errors.ts`; callers and
 * tests decide by `code`, never by the text.
 */
export class GarrisonError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;
  readonly ids: ErrorIds;

  constructor(code: Code, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = facts.retryable ?? false;
    this.ids = facts.ids ?? {};
  }
}

/**
 * What was thrown, as an Error whose name and message are text: JavaScript lets anything be thrown, also what has no text and what
 * fails when it is looked at.
 */
export const asError = (thrown: unknown): Error => {
  try {
    if (!(thrown instanceof Error)) return new Error(String(thrown));
    const { name, message }: { name: unknown; message: unknown } = thrown;
    if (typeof name === "string" && typeof message === "string") return thrown;
    return new Error("an error without text");
  } catch {
    return new Error(`a thrown ${typeof thrown} without text`);
  }
};
