import { asError } from "../../base/errors.ts";
import type { DetectionEngine, DetectorDescription, ScanObject, ScanResult } from "../../engines/malware/index.ts";

/** Of an engine and its signatures. */
export type EngineVersions = Pick<DetectorDescription, "engineVersion" | "signatureVersion">;

/** What a scan came to, and what it was made with. */
export interface Scanned {
  readonly result: ScanResult;
  readonly madeWith: EngineVersions;
}

const mostScans = 3;

export const versionsOf = (engine: Pick<DetectionEngine, "describe">): EngineVersions => {
  const { engineVersion, signatureVersion } = engine.describe();
  return { engineVersion, signatureVersion };
};

/**
 * Scans an object, once more when the versions of the engine have changed meanwhile: which of them such a result was made with cannot be said.
 * When they change under each of three scans it is an error. Never rejects.
 */
export const scanInOneVersion = async (
  engine: Pick<DetectionEngine, "describe" | "scan">,
  object: ScanObject,
  signal: AbortSignal,
): Promise<Scanned> => {
  let before = versionsOf(engine);
  for (let scans = 0; scans < mostScans && !signal.aborted; scans += 1) {
    const result = await scanned(engine, object, signal);
    const after = versionsOf(engine);
    if (after.engineVersion === before.engineVersion && after.signatureVersion === before.signatureVersion) {
      return { result, madeWith: after };
    }
    before = after;
  }
  const message = `its version changed under each of ${mostScans} scans`;
  return { result: { outcome: "error", failure: "failed", message }, madeWith: before };
};

const scanned = async (
  engine: Pick<DetectionEngine, "scan">,
  object: ScanObject,
  signal: AbortSignal,
): Promise<ScanResult> => {
  try {
    return await engine.scan(object, signal);
  } catch (error) {
    return { outcome: "error", failure: "failed", message: asError(error).message };
  }
};
