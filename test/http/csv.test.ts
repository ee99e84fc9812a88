import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { formatCsv } from '../../src/http/csv.ts'
import { parseCsv } from './formats.ts'

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', 'x') }),
)

describe('CSV', () => {
  test.prop([fc.array(fc.tuple(cell, cell))])(
    'is read back as it was, formulas disarmed',
    (rows) => {
      const [header, ...read] = parseCsv(formatCsv(['a', 'b'], rows))
      expect(header).toEqual(['a', 'b'])
      const plain = read.map((row) => row.map((c) => c.replace(/^'(?=[=+\-@\t\r\n])/, '')))
      const quoted = rows.map((row) => row.map((c) => c.replace(/^'(?=[=+\-@\t\r\n])/, '')))
      expect(plain).toEqual(quoted)
    },
  )

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\uff1d1'])(
    '%j is no formula',
    (text) => {
      expect(parseCsv(formatCsv(['a'], [[text]]))[1]).toEqual([`'${text}`])
    },
  )

  test('numbers, truth and nothing', () => {
    expect(formatCsv(['a', 'b', 'c'], [[-1, true, null]])).toBe('a,b,c\r\n-1,true,\r\n')
  })
})
