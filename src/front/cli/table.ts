/** Columns for people. Pure. */
import { stripVTControlCharacters } from "node:util";

/** How many columns a terminal gives to a text: colour takes none. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Lines with padded columns and a header; the last column is never padded. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [header, ...rows];
  const widths = header.map((_name, column) =>
    Math.max(...all.map((row) => widthOf(row[column] ?? ""))),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
