import { expect, test } from 'vitest'
import { fileName } from './file-name.ts'

const stream = `0x${'ab'.repeat(32)}` as const

test('wg-quick takes at most 15 characters before .conf', () => {
  for (const country of ['DE', undefined]) {
    const name = fileName(stream, country)
    expect(name).toMatch(/^[a-z0-9-]{1,15}\.conf$/)
  }
  expect(fileName(stream, 'DE')).toBe('x4pn-de-ababab.conf')
})
