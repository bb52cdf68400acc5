/**
 * Text as a field of a CSV file (RFC 4180).
 *
 * A spreadsheet takes a text that begins like a formula for one, and pictures' names may be anyone's. So such a text gets an
 * apostrophe in front, which spreadsheets read as "text": where it begins with `=`, a tab or a line break, or with `+`, `-` or `@`
 * and could call or link to something. Other names stay as they are (`-1.png` does), and nothing is lost: whoever reads the file
 * takes one apostrophe away where what follows would have got one, also where the name itself began with some.
 */
export function csvText(text: string): string {
  const safe = isFormula(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isFormula(text: string): boolean {
  const own = text.replace(/^'+/, '');
  return /^[=\t\r\n]/.test(own) || (/^[+\-@]/.test(own) && /[(|!]/.test(own));
}
