/**
 * Tables as comma-separated values.
 *
 * CRLF after every line, the first of them the header; cells are quoted where they must be. A cell
 * that a spreadsheet would take for a formula is preceded by an apostrophe, since names come from
 * whoever enrols: whoever needs the exact bytes reads the JSON.
 *
 * See https://www.rfc-editor.org/rfc/rfc4180 and https://owasp.org/www-community/attacks/CSV_Injection.
 *
 * @module
 */

/** What a cell may hold; null is an empty cell. */
export type Cell = string | number | boolean | null

/** Writes a table, its header first. */
export function formatCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(formatCell).join(',')}\r\n`).join('')
}

function formatCell(cell: Cell): string {
  const text = typeof cell === 'string' ? disarmed(cell) : String(cell ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The full-width forms too: some spreadsheets fold them. */
function disarmed(text: string): string {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
}
