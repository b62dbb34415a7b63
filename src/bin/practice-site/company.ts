/** The facts that all pages are made from: a small, invented maker of measuring instruments. */
export const company = {
  name: "Fernhill Instruments",
  town: "Fernhill",
  founded: 1974,
  domain: "fernhill.example",
} as const;

export interface ProductFamily {
  readonly slug: string;
  readonly name: string;
  readonly measures: string;
  readonly unit: string;
}

export const families: readonly ProductFamily[] = [
  { slug: "barometers", name: "Barometer", measures: "air pressure", unit: "hPa" },
  { slug: "anemometers", name: "Anemometer", measures: "wind speed", unit: "m/s" },
  { slug: "hygrometers", name: "Hygrometer", measures: "relative humidity", unit: "%" },
  { slug: "rain-gauges", name: "Rain gauge", measures: "rainfall", unit: "mm" },
  { slug: "tide-gauges", name: "Tide gauge", measures: "water level", unit: "cm" },
  { slug: "thermographs", name: "Thermograph", measures: "temperature over time", unit: "°C" },
  { slug: "pyranometers", name: "Pyranometer", measures: "solar radiation", unit: "W/m²" },
  { slug: "flow-meters", name: "Flow meter", measures: "flow in open channels", unit: "l/s" },
  { slug: "soil-probes", name: "Soil probe", measures: "soil moisture", unit: "% vol" },
  { slug: "inclinometers", name: "Inclinometer", measures: "tilt of slopes", unit: "°" },
  { slug: "dosimeters", name: "Dosimeter", measures: "ambient dose rate", unit: "nSv/h" },
  { slug: "sound-meters", name: "Sound meter", measures: "sound level", unit: "dB" },
];

export interface ProductVariant {
  readonly slug: string;
  readonly name: string;
  readonly purpose: string;
}

export const variants: readonly ProductVariant[] = [
  { slug: "classic", name: "Classic", purpose: "for wall mounting in offices and schools" },
  { slug: "field", name: "Field", purpose: "in a rubber case for daily work outdoors" },
  { slug: "marine", name: "Marine", purpose: "sealed against salt water and spray" },
  { slug: "alpine", name: "Alpine", purpose: "for heights above 2,000 m and frost down to −40 °C" },
  { slug: "lab", name: "Lab", purpose: "with a certificate of calibration" },
  { slug: "logger", name: "Logger", purpose: "with memory for 400 days of readings" },
  { slug: "radio", name: "Radio", purpose: "with a radio link of up to 3 km" },
  { slug: "solar", name: "Solar", purpose: "with a solar cell and no battery to change" },
  { slug: "pocket", name: "Pocket", purpose: "small enough for a jacket" },
  { slug: "twin", name: "Twin", purpose: "with two sensors that check each other" },
  { slug: "mast", name: "Mast", purpose: "with brackets for a 50 mm mast" },
  { slug: "heritage", name: "Heritage", purpose: "in brass, after our first catalogue" },
];

export interface Topic {
  readonly slug: string;
  readonly name: string;
  readonly line: string;
}

export const topics: readonly Topic[] = [
  { slug: "calibration", name: "Calibration", line: "A reading is worth as much as the last calibration behind it." },
  { slug: "harbours", name: "Harbours", line: "Three harbours now publish our tide readings every minute." },
  { slug: "schools", name: "Schools", line: "A class that measures its own weather asks better questions." },
  { slug: "workshop", name: "Workshop", line: "Most repairs start with a clean contact and a patient hand." },
  { slug: "glaciers", name: "Glaciers", line: "The station on the ice went through the winter on one charge." },
  { slug: "standards", name: "Standards", line: "The new edition of the standard changes how gusts are averaged." },
  { slug: "rivers", name: "Rivers", line: "Gauges upstream bought the village two hours of warning." },
  { slug: "people", name: "People", line: "Forty years at one bench leave a mark on a company." },
  { slug: "materials", name: "Materials", line: "Brass still wins where the housing must last for decades." },
  {
    slug: "radio-links",
    name: "Radio links",
    line: "A low mast with a clear view beats a strong sender behind a hill.",
  },
  { slug: "history", name: "History", line: "The first catalogue had nine instruments and one typist." },
  { slug: "travel", name: "Travel", line: "We drove a thousand kilometres to change four screws." },
];

export const seasons: readonly string[] = ["spring", "summer", "autumn", "winter"];
export const years: readonly number[] = [2023, 2024];

export const guides: readonly { readonly slug: string; readonly name: string; readonly step: string }[] = [
  { slug: "install", name: "Installation", step: "Choose a place away from walls, vents and trees." },
  { slug: "calibrate", name: "Calibration", step: "Let the instrument rest for two hours beside the reference." },
  { slug: "readings", name: "Reading values", step: "Note the value, the time and who read it." },
  { slug: "maintenance", name: "Maintenance", step: "Clean the sensor with a soft brush, never with solvents." },
  { slug: "faults", name: "Fault finding", step: "Compare with a second instrument before opening the case." },
];

const givenNames = ["Ada", "Bruno", "Clara", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines"];
const familyNames = ["Albrecht", "Brandt", "Costa", "Dufour"];

export const teams: readonly { readonly slug: string; readonly name: string }[] = [
  { slug: "workshop", name: "Workshop" },
  { slug: "sales", name: "Sales" },
  { slug: "support", name: "Support" },
  { slug: "design", name: "Design" },
];

export interface Person {
  readonly slug: string;
  readonly name: string;
  readonly team: string;
  readonly extension: number;
}

export const people: readonly Person[] = familyNames.flatMap((family, row) =>
  givenNames.map((given, column) => ({
    slug: `${given}-${family}`.toLowerCase(),
    name: `${given} ${family}`,
    team: teams[(row + column) % teams.length]?.slug ?? "workshop",
    extension: 200 + row * givenNames.length + column,
  })),
);
