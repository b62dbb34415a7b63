import type { CentreDesk, Samples, Verdicts, VerdictView } from "../../actors/detect/index.ts";
import type { Clock } from "../../base/clock.ts";
import { detectionService, type FileDigest, type Verdict } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import type { Call } from "../calls/call.ts";
import type { CallServer } from "../calls/call-server.ts";
import { ControlError } from "../errors.ts";
import { answeredInOrder } from "../events/answered-in-order.ts";
import { fillPage } from "../fill-page.ts";
import { pageRequest } from "../page-request.ts";
import type { CallbackSender } from "./callback-sender.ts";
import { SampleUploads } from "./sample-uploads.ts";
import { verdictMessage } from "./verdict-message.ts";

/** Messages of one stream that may be without an answer. */
const window = 16;
/** Samples are written to the disk as they come, so that many may come at once. */
const mostUploads = 32;

export interface DetectionCallsSetup {
  readonly calls: CallServer;
  readonly verdicts: Pick<Verdicts, "check" | "get" | "watch" | "history">;
  readonly samples: Pick<Samples, "submit">;
  readonly centre: Pick<CentreDesk, "relays">;
  readonly callbacks: Pick<CallbackSender, "check">;
  /** Told of each answer about a digest. */
  readonly answered: (view: VerdictView) => void;
  readonly refusals: Refusals;
  readonly clock: Clock;
}

interface Question {
  readonly digests: readonly FileDigest[];
  readonly scan: boolean;
  readonly source?: string;
}

/** Verdicts and samples: asked for, shown, taken. Nothing here scans or decides. */
export const serveDetection = (setup: DetectionCallsSetup): void => {
  const { calls, verdicts, centre, answered, clock } = setup;
  const uploads = new SampleUploads({ ...setup, mostUploads });

  const check = async (
    { digests, scan, source }: Question,
    { caller }: Pick<Call, "caller">,
  ): Promise<readonly Verdict[]> => {
    const views = await verdicts.check(digests, { scan, source: source ?? caller.name });
    for (const view of views) answered(view);
    return views.map(verdictMessage);
  };

  calls.unary(detectionService.checkDigests, async (request, call) => ({ verdicts: await check(request, call) }));

  calls.exchange(detectionService.streamDigests, (requests, call) => {
    let last = 0;
    return answeredInOrder(
      requests,
      async ({ sequence, ...question }) => {
        if (sequence <= last) {
          throw new ControlError("invalid", `sequence: ${sequence} comes after ${last}: each has to be greater`);
        }
        last = sequence;
        return { sequence, verdicts: await check(question, call) };
      },
      window,
    );
  });

  calls.upload(detectionService.submitSample, (parts, call) => uploads.take(parts, call));

  calls.unary(detectionService.getVerdict, async ({ digest }) => {
    const view = await verdicts.get(digest);
    answered(view);
    return { verdict: verdictMessage(view) };
  });

  calls.stream(detectionService.watchVerdict, async function* ({ sha256 }, { signal }) {
    for await (const view of verdicts.watch(sha256, signal)) yield { verdict: verdictMessage(view) };
  });

  calls.unary(detectionService.listVerdicts, async (request) => {
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) => verdicts.history(request.sha256, page),
      (past) => ({ ...past, decidedAtMs: Math.round(past.decidedAtMs) }),
    );
    return { verdicts: rows, nextPageToken: next };
  });

  calls.unary(detectionService.listDetectors, async () => ({ hosts: await centre.relays() }));
};
