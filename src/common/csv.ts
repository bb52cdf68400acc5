/** The one writer of CSV files (RFC 4180), whose texts no spreadsheet takes for formulas. */

export type CsvValue = string | number | boolean | null | undefined;

/**
 * A file of CSV: each line ends with CR LF. What is nothing and what is not a number are empty; infinities are `inf` and `-inf`,
 * as readers of numbers know them.
 */
export function writeCsv(header: readonly string[], lines: readonly (readonly CsvValue[])[]): string {
  return [header, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return typeof value === 'string' ? csvText(value) : String(value);
}

/**
 * Text as a field of a CSV file.
 *
 * A spreadsheet takes a text that begins like a formula for one, and pictures' names may be anyone's. So such a text gets an
 * apostrophe in front, which spreadsheets read as "text": where it begins with `=`, a tab or a line break, or with `+`, `-` or `@`
 * and could call or link to something. Other names stay as they are (`-1.png` does), and nothing is lost: whoever reads the file
 * takes one apostrophe away where what follows would have got one (`nameOfCsvText`), also where the name itself began with some.
 */
export function csvText(text: string): string {
  const safe = isFormula(text) ? `'${text}` : text;
  // A field that is nothing but blanks, or begins or ends with some, would be trimmed by readers that are not strict.
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that `csvText` was given, of a field as a reader of CSV gives it. */
export function nameOfCsvText(field: string): string {
  return field.startsWith("'") && isFormula(field.slice(1)) ? field.slice(1) : field;
}

/** Also by the wide signs of East Asian scripts, which spreadsheets there take for the narrow ones. */
function isFormula(text: string): boolean {
  const own = text.replace(/^'+/, '');
  return /^[=＝\t\r\n]/.test(own) || (/^[+\-@＋－＠]/.test(own) && /[(|!（｜！]/.test(own));
}
