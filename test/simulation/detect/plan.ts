import type { CentreSettings } from "../../../src/actors/detect/index.ts";
import { Checksums, type ChecksumsOf } from "../../../src/actors/detect/samples/checksums.ts";
import type { DetectorClass, TaskType, VerdictRule } from "../../../src/engines/malware/index.ts";
import { defaultRule } from "../../../src/engines/malware/rules/index.ts";
import type { World } from "../world.ts";
import { centreSettings, objectBytes } from "./settings.ts";

export interface PlannedObject extends ChecksumsOf {
  readonly bytes: Uint8Array;
  /** What detectors find in it, as far as they find anything. */
  readonly isHarmful: boolean;
}

/** An object that somebody wants to know about. */
export interface PlannedSubmission {
  readonly object: PlannedObject;
  readonly taskType: TaskType;
  /** Where the verdict is to be sent: each is another one. */
  readonly url: string;
}

export interface PlannedKind {
  readonly kind: string;
  readonly class: DetectorClass;
  readonly taskTypes: readonly TaskType[];
}

export interface PlannedDetector {
  readonly host: string;
  /** Unique on its host. */
  readonly name: string;
  readonly kind: PlannedKind;
}

/** What there is to be looked at, by whom and how, decided from the seed before it begins. */
export interface DetectionPlan {
  readonly objects: ReadonlyMap<string, PlannedObject>;
  readonly submissions: readonly PlannedSubmission[];
  readonly detectors: readonly PlannedDetector[];
  readonly settings: CentreSettings;
}

/** Nodes with a part in detection: on which machine each is, and whether it is a centre too. More would be load, and nothing else. */
export const roles: ReadonlyMap<string, { readonly host: "h0" | "h1"; readonly isCentre: boolean }> = new Map([
  ["n0", { host: "h0", isCentre: true }],
  ["n1", { host: "h0", isCentre: false }],
  ["n2", { host: "h1", isCentre: true }],
]);

const scanner: PlannedKind = { kind: "scanner", class: "static", taskTypes: ["sample-file", "script", "code"] };
const rules: PlannedKind = { kind: "rules", class: "static", taskTypes: ["sample-file", "script", "log-data"] };
const sandbox: PlannedKind = { kind: "sandbox", class: "dynamic", taskTypes: ["sample-file", "script"] };

const always: readonly PlannedDetector[] = [
  { host: "h0", name: "scanner-1", kind: scanner },
  { host: "h0", name: "scanner-2", kind: scanner },
  { host: "h0", name: "rules-1", kind: rules },
  { host: "h1", name: "scanner-1", kind: scanner },
  { host: "h1", name: "rules-1", kind: rules },
];
const sometimes: PlannedDetector = { host: "h1", name: "sandbox-1", kind: sandbox };

const sandboxChance = 0.5;
const sandboxRequiredChance = 0.5;
const skipChance = 0.7;
const harmfulChance = 0.4;
const fewestObjects = 3;
const furtherObjects = 3;
const fewestSubmissions = 5;
const furtherSubmissions = 4;
const mostScanners = 3;
const quorum = 2 / 3;
const decidedBy: readonly VerdictRule[] = [
  defaultRule,
  { type: "any", quorum },
  { type: "any", quorum: 0 },
  { type: "all", quorum },
  { type: "quorum", black: 1, quorum },
];
/** `code` requires one method only, `script` and `log-data` one detector of each kind that is there. */
const taskTypes: readonly TaskType[] = ["sample-file", "sample-file", "script", "log-data", "code"];

export const detectionPlanOf = (world: World): DetectionPlan => {
  const { random } = world;
  const objects = Array.from({ length: fewestObjects + random.below(furtherObjects + 1) }, (_, index) =>
    plannedObject(index, world.chance(harmfulChance)),
  );
  const some = (): PlannedObject => objects[random.below(objects.length)] ?? plannedObject(0, false);
  const submissions = Array.from({ length: fewestSubmissions + random.below(furtherSubmissions + 1) }, (_, index) => ({
    object: some(),
    taskType: taskTypes[random.below(taskTypes.length)] ?? "sample-file",
    url: `http://requester.test/${index}`,
  }));
  return {
    objects: new Map(objects.map((object) => [object.sha256, object])),
    submissions,
    detectors: world.chance(sandboxChance) ? [...always, sometimes] : always,
    settings: {
      ...{ ...centreSettings, rule: decidedBy[random.below(decidedBy.length)] ?? { type: "any", quorum } },
      require: [
        { taskType: "sample-file", kind: "scanner", count: 1 + random.below(mostScanners) },
        { taskType: "sample-file", kind: "rules" },
        ...(world.chance(sandboxRequiredChance) ? [{ taskType: "sample-file", kind: "sandbox" } as const] : []),
        { taskType: "code", kind: "scanner" },
      ],
      skipUseless: world.chance(skipChance),
    },
  };
};

const plannedObject = (index: number, isHarmful: boolean): PlannedObject => {
  const bytes = Buffer.alloc(objectBytes, `object ${index} `);
  const checksums = new Checksums();
  checksums.add(bytes);
  return { ...checksums.end(), bytes, isHarmful };
};
