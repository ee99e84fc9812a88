/**
 * QR codes: an address that a camera reads.
 *
 * See ISO/IEC 18004.
 *
 * @module
 */
import { encode } from 'uqr'

/** How many modules stay white on each side, as the standard asks. */
const QUIET = 4

/** The modules of a text's code, row by row; true is black. What is around it must be white. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encode(text, { ecc: 'M', border: 0 }).data
}

/** The code as an image, always black on white. */
export function QrSvg({ text, label }: { readonly text: string; readonly label: string }) {
  const modules = qrModules(text)
  const rows = modules.flatMap((row, y) =>
    row.map((black, x) => (black ? `M${x} ${y}h1v1h-1z` : '')),
  )
  const size = modules.length + 2 * QUIET
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET} ${-QUIET} ${size} ${size}`}
      role="img"
      shape-rendering="crispEdges"
    >
      <title>{label}</title>
      <path fill="#fff" d={`M${-QUIET} ${-QUIET}h${size}v${size}h${-size}z`} />
      <path fill="#000" d={rows.join('')} />
    </svg>
  )
}
