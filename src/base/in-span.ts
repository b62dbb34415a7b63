import { asError, GarrisonError } from "./errors.ts";
import type { Span, Tracing } from "./tracing.ts";

/** Runs `work` in a span, which ends with it, with the code of the failure if it fails. */
export const inSpan = async <Result>(tracing: Tracing, span: Span, work: () => Promise<Result>): Promise<Result> => {
  try {
    const result = await tracing.run(span.context, work);
    span.end();
    return result;
  } catch (thrown) {
    span.end(failureCode(thrown));
    throw thrown;
  }
};

/** What a failure is called in a span: its code, or the name of an error that has none. Never its text, which may quote a payload. */
export const failureCode = (thrown: unknown): string =>
  thrown instanceof GarrisonError ? String(thrown.code) : asError(thrown).name;
