import { SampleFiles } from "../../../src/actors/detect/index.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempDir } from "../../support/temp-dir.ts";

const opened = async (): Promise<SampleFiles> => {
  const folder = tempDir("simulation");
  try {
    const [maxBytes, maxSampleBytes] = [1, 1];
    return await SampleFiles.open({
      ...{ path: folder.path, maxBytes, maxSampleBytes, clock: new ManualClock(), random: seededRandom(0) },
    });
  } finally {
    folder.remove();
  }
};

let samples: Promise<SampleFiles> | undefined;

/** Sample files of nodes that have none, so that no simulated step waits for a disk. One for all nodes and seeds of a process. */
export const noSamples = (): Promise<SampleFiles> => (samples ??= opened());
