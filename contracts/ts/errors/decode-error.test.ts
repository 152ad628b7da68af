// Every custom error of every contract comes back with its arguments and a sentence that shows them.
import fc from 'fast-check'
import { type Abi, encodeErrorResult, type Hex, stringToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { address, bytes, uint } from '../testing/arbitraries.ts'
import { startTestChain, type TestChain } from '../testing/test-chain.ts'
import { decodeError, errorSelectors } from './decode-error.ts'

const ID = `0x${'ab'.repeat(32)}` as const

/** Any value of a parameter's type. A `bytes32 name` names a parameter. */
function anyValue({ type, name }: { type: string; name: string }): fc.Arbitrary<unknown> {
  if (type === 'address') return address()
  if (type === 'string') return fc.string()
  if (type === 'int256') return fc.bigInt({ min: -(2n ** 255n), max: 2n ** 255n - 1n })
  if (type === 'bytes32' && name === 'name')
    return fc.constantFrom('heartbeat', 'epochLength').map((text) => stringToHex(text, { size: 32 }))
  if (type.startsWith('bytes')) return bytes(Number(type.slice(5)))
  const bits = Number(type.slice(4))
  return bits <= 48 ? uint(bits).map(Number) : uint(bits)
}

describe.each([...errorSelectors.values()])('$name', (error) => {
  const abi: Abi = [error]
  const encode = (args: readonly unknown[]) => encodeErrorResult({ abi, errorName: error.name, args })
  const args = fc.tuple(...error.inputs.map(anyValue))

  test('comes back with its arguments and a sentence', () => {
    fc.assert(
      fc.property(args, (values) => {
        const decoded = decodeError(encode(values))
        expect(decoded?.name).toBe(error.name)
        expect(Object.values(decoded?.args ?? {})).toEqual(values)
        expect(decoded?.message).toMatch(/^.+\.$/s)
        expect(decoded?.message).not.toContain('undefined')
      }),
      { numRuns: 20 },
    )
  })

  test.each(error.inputs.map(({ name }, index) => ({ name, index })))('its sentence shows $name', ({ index }) => {
    fc.assert(
      fc.property(args, args, (values, others) => {
        fc.pre(values[index] !== others[index])
        const changed = values.with(index, others[index])
        expect(decodeError(encode(changed))?.message).not.toBe(decodeError(encode(values))?.message)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a sentence', () => {
  const encode = (errorName: string, args: readonly unknown[]): Hex => {
    const abi: Abi = [...errorSelectors.values()]
    return encodeErrorResult({ abi, errorName, args })
  }

  test('shows money in whole tokens when it knows their decimals', () => {
    const account = '0x1111111111111111111111111111111111111111'
    const data = encode('Sessions_BalanceTooLow', [account, 1_500_000n, 2_000_001n])
    expect(decodeError(data, { decimals: 6 })?.message).toBe(
      `${account} has a free balance of 1.5, and 2.000001 are needed. Deposit the rest, or take less.`,
    )
    expect(decodeError(data)?.message).toContain('1500000 base units')
  })

  test('shows times as dates, and those beyond all dates as numbers', () => {
    expect(decodeError(encode('Sessions_Expired', [1_800_000_000n]))?.message).toContain('2027-01-15T08:00:00Z')
    expect(decodeError(encode('Sessions_Expired', [2n ** 255n]))?.message).toContain(`second ${2n ** 255n}`)
  })

  test('names parameters', () => {
    const data = encode('Router_OutOfBounds', [stringToHex('heartbeat', { size: 32 }), 0n])
    expect(decodeError(data)?.message).toContain('The parameter heartbeat cannot be 0.')
  })

  test('knows its error by the name, in types too', () => {
    const decoded = decodeError(encode('Sessions_WindowOpen', [ID, 1_800_000_000n]))
    if (decoded?.name !== 'Sessions_WindowOpen') throw new Error(`decoded ${decoded?.name}`)
    const closableAt: bigint = decoded.args.closableAt
    expect(closableAt).toBe(1_800_000_000n)
  })
})

test.each(['0x', '0x12345678', '0x08c379a0', '0xd'] as const)('%s is none of them', (data) => {
  expect(decodeError(data)).toBeUndefined()
})

test('one that was cut short is none of them', () => {
  const data = encodeErrorResult({ abi: [...errorSelectors.values()], errorName: 'Sessions_NotOpen', args: [ID] })
  expect(decodeError(data.slice(0, -2) as Hex)).toBeUndefined()
})

describe('on a chain', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await startTestChain()
  })
  afterAll(() => chain?.stop())

  test('what a call reverts with is decoded', async () => {
    const { contracts, user, publicClient } = chain
    const raw = await publicClient
      .simulateContract({ ...contracts.sessions, functionName: 'withdraw', args: [user.address, 5n], account: user })
      .catch((error) => error.cause.raw)
    expect(decodeError(raw)).toEqual({
      name: 'Sessions_BalanceTooLow',
      args: { account: user.address, available: 0n, needed: 5n },
      message: expect.stringContaining('0 base units'),
    })
  })
})
