import { programBound } from "../../scan/search/pattern/program-bound.ts";
import { sigmaBounds } from "../bounds.ts";
import { SigmaError } from "../errors.ts";
import type { Expression } from "../expression.ts";
import type { ItemValue, PatternValue, TextValue } from "../modifiers/item-value.ts";
import { joined, many } from "../text/part.ts";
import { TextTest } from "../text/text-test.ts";
import { BooleanTest } from "../value/boolean-test.ts";
import { ComparisonTest } from "../value/comparison-test.ts";
import { NetworkTest } from "../value/network-test.ts";
import { PatternTest } from "../value/pattern-test.ts";
import type { ValueTest } from "../value/value-test.ts";
import type { CompileContext } from "./compile-context.ts";
import { lookAround } from "./look-around.ts";

/** What a value says of a field. */
export const fieldExpression = (field: string, value: ItemValue, at: string, context: CompileContext): Expression => {
  switch (value.type) {
    case "null":
      return { type: "null", field };
    case "exists":
      return { type: "exists", field, expected: value.expected };
    case "reference":
      return { type: "reference", field, other: value.field, relation: value.relation, cased: value.cased };
    case "text":
      return { type: "field", field, test: textTest(value.parts, value, at) };
    case "pattern":
      return { type: "field", field, test: patternTest(value, at, context) };
    case "number":
      return { type: "field", field, test: new ComparisonTest("eq", value.number) };
    case "time":
      return { type: "field", field, test: new ComparisonTest("eq", value.number, value.unit) };
    case "comparison":
      return { type: "field", field, test: new ComparisonTest(value.operator, value.than, value.unit) };
    case "boolean":
      return { type: "field", field, test: new BooleanTest(value.boolean) };
    case "network":
      return { type: "field", field, test: orThrow(NetworkTest.parse(value.cidr), at) };
  }
};

/** What a value says of the whole event: a text is looked for anywhere, unless it is said where it stands. */
export const keywordExpression = (value: ItemValue, at: string, context: CompileContext): Expression => {
  if (value.type === "text") return { type: "keyword", test: textTest(anywhere(value), value, at) };
  if (value.type === "pattern") return { type: "keyword", test: patternTest(value, at, context) };
  if (value.type === "number") {
    return { type: "keyword", test: new TextTest([many, { type: "text", text: String(value.number) }, many], false) };
  }
  throw new SigmaError("invalid-rule", at, "a keyword is a text, a number or a regular expression");
};

const anywhere = ({ parts, placed }: TextValue): TextValue["parts"] =>
  placed ? parts : joined([many, ...parts, many]);

const textTest = (parts: TextValue["parts"], { cased }: TextValue, at: string): ValueTest => {
  if (parts.filter(({ type }) => type === "one" || type === "dash").length > sigmaBounds.singleWildcards) {
    throw new SigmaError("too-large", at, `has more than ${sigmaBounds.singleWildcards} of ? and of dashes to vary`);
  }
  return new TextTest(parts, cased);
};

const patternTest = ({ source, flags }: PatternValue, at: string, context: CompileContext): ValueTest => {
  const refused = lookAround(source);
  if (refused !== undefined) {
    throw new SigmaError("unsupported", at, `${refused} is not supported in regular expressions: they are RE2's`);
  }
  const whole = flags === "" ? source : `(?${flags})${source}`;
  context.addInstructions(programBound(whole), at);
  return orThrow(PatternTest.compile(whole), at);
};

const orThrow = <Test extends ValueTest>(test: Test | string, at: string): Test => {
  if (typeof test === "string") throw new SigmaError("invalid-rule", at, test);
  return test;
};
