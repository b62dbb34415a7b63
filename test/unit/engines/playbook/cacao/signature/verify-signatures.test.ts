import assert from "node:assert/strict";
import { constants, createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from "node:crypto";
import canonicalize from "canonicalize";
import { TrustedKeyError } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import { readTrustedKey } from "../../../../../../src/engines/playbook/cacao/signature/trusted-key.ts";
import { verifySignatures } from "../../../../../../src/engines/playbook/cacao/signature/verify-signatures.ts";
import { TestAuthority } from "../../../../../support/certificates.ts";

type Fields = Readonly<Record<string, unknown>>;
type Signer = (text: string) => Buffer;

const nowMs = Date.parse("2026-06-01T00:00:00Z");
const playbook: Fields = {
  type: "playbook",
  spec_version: "cacao-2.0",
  id: "playbook--11111111-1111-4111-8111-111111111111",
  name: "Contain “it”",
  modified: "2026-01-01T00:00:00.000Z",
  workflow: { b: [1, 2.5, true, null], a: "text" },
};
const fields: Fields = {
  type: "jss",
  id: "jss--22222222-2222-4222-8222-222222222222",
  created: "2026-01-01T00:00:00.000Z",
  modified: "2026-01-01T00:00:00.000Z",
  signee: "ACME",
  related_to: playbook["id"],
  related_version: playbook["modified"],
  hash_algorithm: "sha-256",
};
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed = generateKeyPairSync("ed25519");
const jcs = (value: unknown): string => canonicalize(value) ?? "";
const spki = (key: KeyObject): string => key.export({ type: "spki", format: "der" }).toString("base64");

/** The playbook with one signature by a signer of the canonical text. */
const signed = (more: Fields, signer: Signer, subject = playbook): Fields & { signatures: [Fields] } => {
  const bare = { ...fields, ...more };
  const value = signer(jcs({ ...subject, signatures: [bare] })).toString("base64url");
  return { ...subject, signatures: [{ ...bare, value }] };
};
const byEd: Signer = (text) => sign(null, Buffer.from(text), ed.privateKey);
const edFields: Fields = { algorithm: "Ed25519", public_key: spki(ed.publicKey) };
const pemOf = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const trusted = [readTrustedKey("acme", pemOf(ed.publicKey))];
const only = (raw: unknown, keys = trusted, atMs = nowMs) => {
  const [report, ...more] = verifySignatures(raw, keys, atMs);
  assert.ok(report !== undefined && more.length === 0);
  return report;
};

const algorithms: readonly (readonly [
  string,
  { publicKey: KeyObject; privateKey: KeyObject },
  string | null,
  object,
])[] = [
  ...["256", "384", "512"].flatMap((bits) => [
    [`RS${bits}`, rsa, `sha${bits}`, {}] as const,
    [
      `PS${bits}`,
      rsa,
      `sha${bits}`,
      { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(bits) / 8 },
    ] as const,
  ]),
  ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" }), "sha256", { dsaEncoding: "ieee-p1363" }],
  ["ES384", generateKeyPairSync("ec", { namedCurve: "P-384" }), "sha384", { dsaEncoding: "ieee-p1363" }],
  ["ES512", generateKeyPairSync("ec", { namedCurve: "P-521" }), "sha512", { dsaEncoding: "ieee-p1363" }],
  ["Ed25519", ed, null, {}],
  ["Ed448", generateKeyPairSync("ed448"), null, {}],
];

describe("signatures of playbooks", () => {
  for (const [algorithm, pair, digest, options] of algorithms) {
    it(`by ${algorithm} are verified in each reading of the standard`, () => {
      const more = { algorithm, public_key: spki(pair.publicKey), hash_algorithm: "sha-512" };
      const over = (data: string | Buffer) => sign(digest, Buffer.from(data), { key: pair.privateKey, ...options });
      const hash = (text: string) => createHash("sha512").update(text).digest();
      const keys = [readTrustedKey("mine", pemOf(pair.publicKey))];
      const readings: readonly [Signer, RegExp][] = [
        [(text) => over(text), /signs the canonical text$/],
        [(text) => over(hash(text)), /signs the sha512 hash of/],
        [(text) => over(hash(text).toString("hex")), /in hexadecimal$/],
      ];
      for (const [signer, reason] of readings) {
        const raw = signed(more, signer);
        const report = only(raw, keys);
        assert.deepEqual(
          [report.state, report.key, report.algorithm, report.signee],
          ["trusted", "mine", algorithm, "ACME"],
        );
        assert.match(report.reason, reason);
        assert.equal(only(raw, []).state, "valid");
        assert.equal(only({ ...raw, name: "Contain it" }, keys).state, "invalid");
      }
    });
  }

  it("are invalid when any one character of the playbook or of the signature is another", () => {
    const text = JSON.stringify(signed(edFields, byEd));
    const canonical = jcs(JSON.parse(text));
    let changed = 0;
    for (let at = 0; at < text.length; at += 1) {
      const other = text.charAt(at) === "1" ? "2" : "1";
      let raw: unknown;
      try {
        raw = JSON.parse(text.slice(0, at) + other + text.slice(at + 1));
      } catch {
        continue;
      }
      if (jcs(raw) === canonical) continue;
      changed += 1;
      const states = verifySignatures(raw, trusted, nowMs).map(({ state }) => state);
      assert.equal(states.includes("trusted") || states.includes("valid"), false, `character ${at}`);
    }
    assert.ok(changed > 500, String(changed));
  });

  it("stand in any order of members, and beside others", () => {
    const first = signed(edFields, byEd);
    const second = signed({ ...edFields, id: "jss--33333333-3333-4333-8333-333333333333" }, byEd);
    const both = {
      signatures: [...first.signatures, ...second.signatures],
      ...Object.fromEntries(Object.entries(playbook).toReversed()),
    };
    assert.deepEqual(
      verifySignatures(both, trusted, nowMs).map(({ state }) => state),
      ["trusted", "trusted"],
    );
    assert.deepEqual(verifySignatures(playbook, trusted, nowMs), []);
  });

  it("are invalid out of their time, revoked, or about another playbook", () => {
    const cases: readonly (readonly [Fields, RegExp])[] = [
      [{ revoked: true }, /revoked/],
      [{ valid_from: "2026-06-01T00:00:00.001Z" }, /valid from/],
      [{ valid_until: "2026-06-01T00:00:00.000Z" }, /valid until/],
      [{ related_to: "playbook--44444444-4444-4444-8444-444444444444" }, /related_to/],
      [{ related_version: "2025-01-01T00:00:00.000Z" }, /related_version/],
      [{ algorithm: "RS256" }, /no RSA key/],
      [{ public_key: "AAAA" }, /no public key/],
      [{ public_key: undefined }, /no key/],
      [{ signee: 5 }, /signee/],
    ];
    for (const [more, reason] of cases) {
      const report = only(signed({ ...edFields, ...more }, byEd));
      assert.equal(report.state, "invalid", String(reason));
      assert.match(report.reason, reason);
    }
    assert.equal(
      only(signed({ ...edFields, revoked: false, valid_from: "2026-06-01T00:00:00.000Z" }, byEd)).state,
      "trusted",
    );
    for (const raw of [
      { ...playbook, signatures: [null] },
      { ...playbook, signatures: "x" },
    ])
      assert.equal(only(raw).state, "invalid");
  });

  it("with a short RSA key, or a value that is not written the one way, are invalid", () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const more = { algorithm: "RS256", public_key: spki(short.publicKey) };
    assert.match(only(signed(more, (text) => sign("sha256", Buffer.from(text), short.privateKey))).reason, /1024 bits/);
    const raw = signed(edFields, byEd);
    const [signature] = raw.signatures;
    assert.equal(
      only({ ...raw, signatures: [{ ...signature, value: `${String(signature["value"])}!` }] }).state,
      "invalid",
    );
  });

  it("are unverified where nobody here can say", () => {
    for (const more of [{ algorithm: "XMSS-SHA2_10_256" }, { algorithm: "HS256" }, { hash_algorithm: "md5" }]) {
      assert.equal(only(signed({ ...edFields, ...more }, byEd)).state, "unverified");
    }
    const url = { algorithm: "Ed25519", cert_url: "https://127.0.0.1:1/cert" };
    assert.match(only(signed(url, byEd)).reason, /cert_url/);
    assert.equal(only(signed({ algorithm: "Ed25519", thumbprint: "AAAA" }, byEd)).state, "unverified");
    const many = { ...playbook, signatures: Array.from({ length: 17 }, () => signed(edFields, byEd).signatures[0]) };
    assert.deepEqual(
      [...new Set(verifySignatures(many, trusted, nowMs).map(({ state }) => state))],
      ["trusted", "unverified"],
    );
  });

  it("over others are reported with them", () => {
    const inner = signed(edFields, byEd).signatures[0];
    const counter = {
      ...fields,
      id: "jss--55555555-5555-4555-8555-555555555555",
      algorithm: "RS256",
      public_key: spki(rsa.publicKey),
    };
    const text = jcs({ ...playbook, signatures: [{ ...inner, signature: counter }] });
    const value = sign("sha256", Buffer.from(text), rsa.privateKey).toString("base64url");
    const raw = { ...playbook, signatures: [{ ...inner, signature: { ...counter, value } }] };
    const report = only(raw);
    assert.deepEqual(
      [report.state, report.countersignature?.state, report.countersignature?.id],
      ["trusted", "valid", counter.id],
    );
    const spoiled = { ...playbook, signatures: [{ ...inner, signee: "ACNE", signature: { ...counter, value } }] };
    assert.deepEqual([only(spoiled).state, only(spoiled).countersignature?.state], ["invalid", "invalid"]);
  });

  it("by certificates count while those are valid, and by the thumbprint of trusted ones", async () => {
    const authority = await TestAuthority.create();
    const { cert: certificate, key } = await authority.issue("garrison://garrison/node/signer");
    const parsed = new X509Certificate(certificate);
    const signer: Signer = (text) => sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
    const chained = signed({ algorithm: "ES256", public_cert_chain: [parsed.raw.toString("base64")] }, signer);
    const validMs = Date.parse(parsed.validFrom) + 1_000;
    assert.equal(only(chained, [], validMs).state, "valid");
    assert.equal(only(chained, [], Date.parse(parsed.validTo) + 1_000).state, "unverified");
    const keys = [readTrustedKey("node", certificate)];
    assert.equal(only(chained, keys, validMs).state, "trusted");
    const thumbprint = createHash("sha256").update(parsed.raw).digest("base64url");
    assert.equal(only(signed({ algorithm: "ES256", thumbprint }, signer), keys, validMs).key, "node");
    const wrong = [parsed.raw.toString("base64"), parsed.raw.toString("base64")];
    assert.match(only(signed({ algorithm: "ES256", public_cert_chain: wrong }, signer)).reason, /not issued/);
  });

  it("need keys that are public", () => {
    const privatePem = ed.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const pem of [privatePem, "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]) {
      assert.throws(() => readTrustedKey("x", pem), TrustedKeyError);
    }
  });
});
