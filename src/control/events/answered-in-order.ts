import { asError } from "../../base/errors.ts";

/**
 * Serves requests beside each other and gives out their answers in the order of the requests. While `window` requests are without an
 * answer, no further one is taken. When one fails, the answers before it are given out, and then its error is thrown.
 */
export async function* answeredInOrder<Request, Answer>(
  requests: AsyncIterable<Request>,
  serve: (request: Request) => Promise<Answer>,
  window: number,
): AsyncGenerator<Answer, void> {
  const reader = requests[Symbol.asyncIterator]();
  const answers: Promise<Answer>[] = [];
  let reading: Promise<IteratorResult<Request>> | undefined;
  let more = true;
  let failure: Error | undefined;
  for (;;) {
    if (more && reading === undefined && answers.length < window) reading = observed(reader.next());
    const [first] = answers;
    if (first === undefined && reading === undefined) break;
    const next = await Promise.race([settled(reading, "request"), settled(first, "answer")].filter(isThere));
    if (next === "answer") {
      void answers.shift();
      // It has settled: this throws if it failed.
      if (first !== undefined) yield await first;
      continue;
    }
    try {
      const request = await reading;
      if (request === undefined || request.done === true) more = false;
      else answers.push(observed(serve(request.value)));
    } catch (error) {
      // What has been taken is answered first.
      more = false;
      failure = asError(error);
    }
    reading = undefined;
  }
  if (failure !== undefined) throw failure;
}

/** A promise whose failure is looked at later. */
const observed = <Result>(promise: Promise<Result>): Promise<Result> => {
  promise.catch(() => undefined);
  return promise;
};

const settled = <Name>(promise: Promise<unknown> | undefined, name: Name): Promise<Name> | undefined =>
  promise?.then(
    () => name,
    () => name,
  );

const isThere = <Value>(value: Value | undefined): value is Value => value !== undefined;
