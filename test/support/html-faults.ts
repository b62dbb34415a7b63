const voidElements = new Set(["meta", "link", "br", "hr", "img", "input"]);

/**
 * What is wrong with the structure of an HTML document: missing doctype, language, title or heading, tags that do not
 * nest, attributes without quotes, unescaped marks in text, ids used twice. Not a full validator.
 */
export const htmlFaults = (document: string): readonly string[] => {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  expect(/^<!doctype html>\n<html lang="[a-z]{2}">/.test(document), "no doctype or language");
  expect((document.match(/<title>[^<]+<\/title>/g) ?? []).length === 1, "not one title");
  expect((document.match(/<h1>/g) ?? []).length === 1, "not one h1");
  const ids = [...document.matchAll(/ id="([^"]*)"/g)].map((found) => found[1]);
  expect(new Set(ids).size === ids.length, "an id is used twice");
  const open: string[] = [];
  let textFrom = 0;
  for (const tag of document.matchAll(/<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*) *>/g)) {
    const [whole, slash, name = ""] = tag;
    const text = document.slice(textFrom, tag.index).replace(/^<!doctype html>/, "");
    expect(!/[<>]|&(?!(?:[a-z]+|#\d+);)/i.test(text), `unescaped text before ${whole}: ${text.trim().slice(0, 40)}`);
    textFrom = tag.index + whole.length;
    if (slash === "/") expect(open.pop() === name, `${whole} closes nothing`);
    else if (!voidElements.has(name)) open.push(name);
  }
  expect(open.length === 0, `not closed: ${open.join(", ")}`);
  expect(document.slice(textFrom).trim() === "", "text after the end");
  return faults;
};
