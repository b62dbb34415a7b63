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

/** What was thrown, as an Error: JavaScript lets anything be thrown, also what has no text. */
export const asError = (thrown: unknown): Error => {
  if (thrown instanceof Error) return thrown;
  try {
    return new Error(String(thrown));
  } catch {
    return new Error(`a thrown ${typeof thrown} without text`);
  }
};
