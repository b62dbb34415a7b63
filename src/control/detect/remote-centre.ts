import { DetectError, type CentrePort, type DetectErrorCode } from "../../actors/detect/index.ts";
import { CentreClient, ClientError, type CentreClientOptions } from "../../client/index.ts";

/** What a node of the centre said is told on; what keeps it from being asked is that it is not there now. */
const codes: Readonly<Record<DetectErrorCode, true>> = {
  invalid: true,
  "not-found": true,
  "too-large": true,
  quota: true,
  busy: true,
  unavailable: true,
  corrupt: true,
  "no-centre": true,
};

const isDetectCode = (reason: string | undefined): reason is DetectErrorCode =>
  reason !== undefined && Object.hasOwn(codes, reason);

const detectError = (error: unknown): unknown => {
  if (!(error instanceof ClientError)) return error;
  const { reason, code, message, retryable } = error;
  const isBad = code === "invalid" || code === "not-found";
  return new DetectError(isDetectCode(reason) ? reason : isBad ? code : "unavailable", message, {
    retryable: retryable || !isBad,
    cause: error,
  });
};

const told = async <Result>(call: Promise<Result>): Promise<Result> => {
  try {
    return await call;
  } catch (error) {
    throw detectError(error);
  }
};

/** The detection centre by gRPC: whichever of its nodes answers. What it waits for, it waits 10 s for, unless it is told how long. */
export const remoteCentre = (options: CentreClientOptions): CentrePort => {
  const client = new CentreClient(options);
  return {
    announce: (relay, kinds) => told(client.announce(relay, kinds)),
    fetchTasks: async (relay, wanted, taskIds) => {
      const tasks = await told(client.fetchTasks(relay, wanted, taskIds));
      return tasks.map(({ claim, ...task }) => ({ ...claim, ...task }));
    },
    extend: (relay, claims, withinMs) => told(client.extend(relay, claims, withinMs)),
    report: (relay, summaries) => told(client.report(relay, summaries)),
    download: async function* (object, signal) {
      try {
        yield* client.download(object, signal);
      } catch (error) {
        throw detectError(error);
      }
    },
  };
};
