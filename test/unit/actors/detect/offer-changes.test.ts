import assert from "node:assert/strict";
import { nextOffers } from "../../../../src/actors/detect/desk/offer-changes.ts";
import { noOffers } from "../../../../src/actors/detect/records/offers-record.ts";
import { offer } from "../../../support/detect-centre.ts";

const yara = (signatureVersion: string, seen: number) => ({ offer: offer("yara", { signatureVersion }), seen });

describe("the current versions of kinds", () => {
  const first = nextOffers(noOffers, [yara("1", 10)], [], "p", 1_000);

  it("are those of the live relays that were first seen last", () => {
    assert.equal(first?.epoch, 1);
    const next = nextOffers(first, [yara("2", 20), yara("1", 10)], [], "p", 2_000);
    assert.deepEqual([next?.epoch, next?.kinds["yara"]?.signatureVersion], [2, "2"]);
    assert.deepEqual([next?.kinds["yara"]?.sinceEpoch, next?.kinds["yara"]?.liveSinceMs], [2, 1_000]);
  });

  it("do not change as long as the same is offered, by however many", () => {
    assert.ok(first !== undefined);
    assert.equal(nextOffers(first, [yara("1", 10), yara("1", 10)], [], "p", 2_000), undefined);
    assert.equal(
      nextOffers(first, [{ ...yara("1", 10), offer: offer("yara", { detectors: 7 }) }], [], "p", 2_000),
      undefined,
    );
  });

  it("stay when nobody offers the kind any more", () => {
    assert.ok(first !== undefined);
    const gone = nextOffers(first, [], [], "p", 2_000);
    assert.ok(gone !== undefined);
    assert.deepEqual([gone.kinds["yara"]?.live, gone.kinds["yara"]?.liveSinceMs], [false, 2_000]);
    assert.equal(gone.kinds["yara"]?.signatureVersion, "1");
    assert.equal(nextOffers(gone, [], [], "p", 3_000), undefined);
    const back = nextOffers(gone, [yara("1", 10)], [], "p", 4_000);
    assert.deepEqual([back?.kinds["yara"]?.live, back?.kinds["yara"]?.sinceEpoch], [true, 3]);
  });

  it("are not changed by a host whose engine has yet to answer: the kind is awaited", () => {
    assert.ok(first !== undefined);
    const silent = [offer("yara", { signatureVersion: "unknown" })];
    assert.equal(nextOffers(first, [yara("1", 10)], silent, "p", 2_000), undefined, "others have it");
    const awaited = nextOffers(first, [], silent, "p", 2_000);
    assert.ok(awaited !== undefined);
    const { live, awaited: isAwaited, signatureVersion, liveSinceMs } = awaited.kinds["yara"] ?? {};
    assert.deepEqual([live, isAwaited, signatureVersion, liveSinceMs], [false, true, "1", 2_000]);
    assert.equal(nextOffers(awaited, [], silent, "p", 3_000), undefined);
    const back = nextOffers(awaited, [yara("1", 10)], silent, "p", 4_000)?.kinds["yara"];
    assert.deepEqual([back?.live, back?.awaited, back?.sinceEpoch], [true, false, 3]);
    const gone = nextOffers(awaited, [], [], "p", 4_000)?.kinds["yara"];
    assert.deepEqual([gone?.live, gone?.awaited], [false, false]);
  });

  it("change with the types that the kind takes, and with the policy", () => {
    assert.ok(first !== undefined);
    const types = { ...yara("1", 10), offer: offer("yara", { taskTypes: ["script"] }) };
    assert.deepEqual(nextOffers(first, [types], [], "p", 2_000)?.kinds["yara"]?.taskTypes, ["script"]);
    assert.equal(nextOffers(first, [yara("1", 10)], [], "q", 2_000)?.policy, "q");
  });

  it("are remembered of a bounded number of kinds: those that are gone for long go first", () => {
    let offers = noOffers;
    for (let at = 0; at < 80; at += 1) {
      const kinds = [offer(`k${at}`), offer("yara")].map((each, index) => ({ offer: each, seen: 1 + index }));
      offers = nextOffers(offers, kinds, [], "p", at * 1_000) ?? offers;
    }
    const names = Object.keys(offers.kinds);
    assert.equal(names.length, 64);
    assert.ok(names.includes("yara") && names.includes("k79") && !names.includes("k0"));
  });
});
