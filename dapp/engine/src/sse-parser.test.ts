import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSseParser, type ServerSentEvent } from './sse-parser.ts'

const newline = fc.constantFrom('\n', '\r', '\r\n')
const word = fc.stringMatching(/^[a-z{}":0-9 é✓]{0,12}$/u)

/** Cuts `text` wherever the numbers say. */
function cut(text: string, cuts: number[]): string[] {
  const points = [...cuts.map((at) => at % (text.length + 1)), text.length].sort((a, b) => a - b)
  return points.map((point, index) => text.slice(points[index - 1] ?? 0, point))
}

function parseAll(pieces: string[]): ServerSentEvent[] {
  return pieces.flatMap(createSseParser())
}

describe('behaviour', () => {
  test('however it is cut, the same events come out', () => {
    const block = fc.record({
      name: fc.option(fc.constantFrom('usage', 'counters'), { nil: undefined }),
      data: fc.array(word, { minLength: 1, maxLength: 3 }),
      comment: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(block), newline, fc.array(fc.nat()), (blocks, end, cuts) => {
        const text = blocks
          .map(({ name, data, comment }) =>
            [
              ...(comment ? [': alive', 'id: 7', 'retry: 9'] : []),
              ...(name ? [`event: ${name}`] : []),
              ...data.map((line) => `data: ${line}`),
              '',
              '',
            ].join(end),
          )
          .join('')
        const expected = blocks.map(({ name, data }) => ({ event: name ?? 'message', data: data.join('\n') }))
        expect(parseAll(cut(text, cuts))).toEqual(expected)
      }),
    )
  })

  test('an unfinished event is not an event', () => {
    expect(parseAll(['event: usage\ndata: 1\n'])).toEqual([])
  })

  test('a comment, a field without a colon and a field without a space', () => {
    expect(parseAll([':\n\ndata\n\ndata:x\n\n'])).toEqual([
      { event: 'message', data: '' },
      { event: 'message', data: 'x' },
    ])
  })

  test('an event without an end is refused, in one line or in many', () => {
    expect(() => parseAll(['x'.repeat(70_000)])).toThrow(RangeError)
    expect(() => parseAll(Array.from({ length: 70_000 }, () => 'data: x\n'))).toThrow(RangeError)
  })
})
