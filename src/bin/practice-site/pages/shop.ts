import { families, type ProductFamily, type ProductVariant, variants } from "../company.ts";
import { linkList, paragraphs } from "../html.ts";
import type { Page } from "./page.ts";

const categoryPath = (family: ProductFamily): string => `/shop/${family.slug}/`;
const productPath = (family: ProductFamily, variant: ProductVariant): string => `/shop/${family.slug}/${variant.slug}`;

const productPage = (family: ProductFamily, variant: ProductVariant, number: number): Page => ({
  path: productPath(family, variant),
  title: `${family.name} ${variant.name}`,
  content:
    paragraphs(
      `This ${family.name.toLowerCase()} measures ${family.measures} in ${family.unit}, ${variant.purpose}.`,
      `Order number FI-${String(1000 + number)}. Price: ${String(49 + ((number * 37) % 450))} euro.`,
      `Delivered within ${String(2 + (number % 9))} days.`,
    ) +
    linkList([
      [categoryPath(family), `All ${family.name.toLowerCase()}s`],
      [`/docs/${family.slug}/install`, "How to install it"],
    ]),
});

/** The catalogue: a page a product (12 families in 12 variants) and one a family. */
export const shopPages: readonly Page[] = [
  {
    path: "/shop/",
    title: "Shop",
    content: linkList(families.map((family) => [categoryPath(family), `${family.name}s`])),
  },
  ...families.map((family) => ({
    path: categoryPath(family),
    title: `${family.name}s`,
    content:
      paragraphs(`Instruments that measure ${family.measures}.`) +
      linkList(variants.map((variant) => [productPath(family, variant), `${family.name} ${variant.name}`])),
  })),
  ...families.flatMap((family, row) =>
    variants.map((variant, column) => productPage(family, variant, row * variants.length + column)),
  ),
];
