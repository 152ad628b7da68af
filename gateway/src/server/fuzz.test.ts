// Every route with whatever strangers send: the answer is one that the API document names, and the gateway goes on.
import { errorTable, routes } from '@x4pn/gateway-api'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { ask, type Failure } from '../testing/http.ts'
import type { TestStream } from '../testing/network.ts'
import { gateway, network, useGateway } from '../testing/use-gateway.ts'

const RUNS = 60

let stream: TestStream
/** A request of each kind that is right, to be spoilt. */
let right: Record<string, unknown>

useGateway()
beforeAll(async () => {
  stream = await network.openStream(gateway.node)
  await gateway.join(stream)
  const { user, node, sessionKey } = stream
  right = {
    join: await gateway.signIn(stream, 'join'),
    leave: await gateway.signIn(await network.openStream(gateway.node), 'leave'),
    receipts: { receipts: [await gateway.receipt(stream, 5n)] },
    relay: { action: 'stop', user, node, sessionKey, signature: `0x${'22'.repeat(65)}` },
  }
})

/** Texts that have broken parsers: long, empty, not Unicode, numbers beside what a number can be. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('', '0x', '-1', '1e400', 'NaN', '__proto__', `0x${'f'.repeat(5000)}`, '\u0000', '../..'),
  fc.bigInt().map(String),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
)
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  nasty,
  fc.constantFrom(null, [], {}, 0, -1, 2 ** 53, { constructor: { prototype: {} } }),
)

/** `value` with one place of it replaced, removed or doubled. */
function spoil(value: unknown, choices: readonly number[], replacement: unknown): unknown {
  const [choice = 0, ...rest] = choices
  if (typeof value !== 'object' || value === null || choices.length === 0) return replacement
  const keys = Object.keys(value)
  const key = keys[choice % keys.length]
  if (key === undefined) return replacement
  const inner = (value as Record<string, unknown>)[key]
  const changed = Array.isArray(value) ? [...value] : { ...value }
  const target = changed as Record<string, unknown>
  if (choice % 7 === 0) delete target[key]
  else target[key] = choice % 3 === 0 ? replacement : spoil(inner, rest, replacement)
  return changed
}

/** Codes that come before any route looks: its own and the server's. */
const always = ['BAD_REQUEST', 'RATE_LIMITED', 'NOT_FOUND']

function expectKnown(name: keyof typeof routes, status: number, body: unknown): void {
  if (status === 200) return
  const { code } = (body as Failure).error
  expect([...always, ...routes[name].errors]).toContain(code)
  expect(status).toBe(errorTable[code].status)
}

const path = (name: keyof typeof routes, id: string = stream.stream) =>
  `${gateway.apiUrl}${routes[name].path.replace(':stream', encodeURIComponent(id))}`

const bodies = ['join', 'leave', 'receipts', 'relay'] as const

describe.each(bodies)('POST %s', (name) => {
  test('anything at all', () =>
    fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const answer = await ask<unknown>(path(name), { method: 'POST', body })
        expectKnown(name, answer.status, answer.body)
      }),
      { numRuns: RUNS },
    ))

  test('a right one, spoilt in one place', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }), anything, async (choices, replacement) => {
        const answer = await ask<unknown>(path(name), {
          method: 'POST',
          body: spoil(right[name], choices, replacement),
        })
        expectKnown(name, answer.status, answer.body)
      }),
      { numRuns: RUNS },
    ))
})

test.each(['usage', 'leave'] as const)('a stream that is none: %s', (name) =>
  fc.assert(
    fc.asyncProperty(nasty, async (id) => {
      const { method } = routes[name]
      const answer = await ask<unknown>(path(name, id), method === 'POST' ? { method, body: right[name] } : { method })
      expectKnown(name, answer.status, answer.body)
    }),
    { numRuns: RUNS },
  ),
)

test('echo with any nonce, and any bearer token', () =>
  fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      const echo = await ask<unknown>(`${path('echo')}?nonce=${encodeURIComponent(text)}`)
      expectKnown('echo', echo.status, echo.body)
      const authorization = `Bearer ${encodeURIComponent(text)}`
      const usage = await ask<unknown>(path('usage'), { headers: { authorization } })
      expectKnown('usage', usage.status, usage.body)
      expect(usage.status).not.toBe(200)
    }),
    { numRuns: RUNS },
  ))

test('afterwards it serves as before', async () => {
  expect((await ask(`${gateway.apiUrl}/v1/info`)).status).toBe(200)
  expect(await gateway.pay(stream, 10n)).toMatchObject({ claimed: '10' })
  expect(gateway.tunnel.peers.size).toBe(1)
})
