import { pageSite } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import { pageText } from "./template-text.ts";

const page = pageSite({ headers: { "x-version": "V-7", "content-type": "text/plain" }, body: "build 12, Build 34" });
const extractors = (...each: readonly string[]): string =>
  pageText(`extractors: [${each.map((one) => `{${one}}`).join(", ")}]`);

export const extractorCases: readonly KeyCase[] = [
  {
    place: "extractor",
    key: "type",
    shows: "says how values are found; without it there is no extractor",
    template: extractors("type: regex, regex: ['[0-9]+']"),
    site: page,
    expected: { status: "supported" },
    changed: { status: "invalid" },
  },
  {
    place: "extractor",
    key: "name",
    shows: "makes a finding of its own",
    template: extractors("type: regex, regex: ['12'], name: one", "type: regex, regex: ['34'], name: two"),
    site: page,
    expected: { findings: ["one=12", "two=34"] },
    changed: { findings: ["two=34"] },
  },
  {
    place: "extractor",
    key: "part",
    shows: "says where to look; the body when absent",
    template: extractors("type: regex, regex: ['V-[0-9]+'], part: header"),
    site: page,
    expected: { findings: ["k=V-7"] },
    changed: { findings: [] },
  },
  {
    place: "extractor",
    key: "regex",
    shows: "RE2 patterns",
    template: extractors("type: regex, regex: ['[0-9]+']"),
    to: ["[a-z]{5}"],
    site: page,
    expected: { findings: ["k=12,34"] },
    changed: { findings: ["k=build"] },
  },
  {
    place: "extractor",
    key: "group",
    shows: "the group that is kept; the whole match when absent",
    template: extractors("type: regex, regex: ['build ([0-9]+)'], group: 1"),
    site: page,
    expected: { findings: ["k=12"] },
    changed: { findings: ["k=build 12"] },
  },
  {
    place: "extractor",
    key: "kval",
    shows: "names of headers and of fields of the response",
    template: extractors("type: kval, kval: [x_version]"),
    to: ["content_type"],
    site: page,
    expected: { findings: ["k=V-7"] },
    changed: { findings: ["k=text/plain"] },
  },
  {
    place: "extractor",
    key: "case-insensitive",
    shows: "names and values in small letters",
    template: extractors("type: kval, kval: [x_version], case-insensitive: true"),
    site: page,
    expected: { findings: ["k=v-7"] },
    changed: { findings: ["k=V-7"] },
  },
  {
    place: "extractorType",
    key: "regex",
    shows: "what a pattern finds",
    template: extractors("type: regex, regex: [x_version]"),
    to: { type: "kval", kval: ["x_version"] },
    site: page,
    expected: { findings: [] },
    changed: { findings: ["k=V-7"] },
  },
  {
    place: "extractorType",
    key: "kval",
    shows: "values by name",
    template: extractors("type: kval, kval: [x_version]"),
    to: { type: "regex", regex: ["x_version"] },
    site: page,
    expected: { findings: ["k=V-7"] },
    changed: { findings: [] },
  },
];
