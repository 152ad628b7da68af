// Every typed struct, filled at random, is hashed here as the contract hashes it: with the right signature the contract
// goes on to what lies behind the signature, and with any one field changed it does not.
import fc from 'fast-check'
import { type Abi, type Address, getAddress, type Hex, stringToHex, toHex, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { depositAuthorizationData, openAuthorizationData } from './authorization.ts'
import { decodeError } from './errors/decode-error.ts'
import { openFromBalanceData, stopData, withdrawData } from './intents.ts'
import { account, address, bytes, uint } from './testing/arbitraries.ts'
import { startTestChain, type TestChain } from './testing/test-chain.ts'
import { registryDomain, registryTypes, sessionsDomain, sessionsTypes } from './typed-data.ts'

const RUNS = { numRuns: 15 }
const SOON = 300

let chain: TestChain
let context: { chainId: number; contract: Address }
let now: number

beforeAll(async () => {
  chain = await startTestChain()
  context = { chainId: chain.deployment.chainId, contract: chain.deployment.sessions }
  now = await chain.now()
})
afterAll(() => chain?.stop())

/** What a call ends in, tried out: the error's name, or nothing when it would go through. */
async function outcome(
  functionName: string,
  args: readonly unknown[],
  contract: { address: Address; abi: Abi } = chain.contracts.sessions,
  sender: Address = chain.user.address,
): Promise<string | undefined> {
  try {
    const call: { abi: Abi; functionName: string; args: readonly unknown[] } = { abi: contract.abi, functionName, args }
    await chain.publicClient.simulateContract({ address: contract.address, ...call, account: sender })
    return undefined
  } catch (error) {
    const { raw } = (error as { cause: { raw?: Hex } }).cause
    if (raw === undefined) throw error
    // What the token of local chains says is in no table.
    return decodeError(raw)?.name ?? raw.slice(0, 10)
  }
}

const amount = () => uint(95).map((value) => value + 1n)
const key = () => fc.record({ node: address(), sessionKey: address() })
const relay = () => fc.record({ deposit: amount(), relayFee: amount(), feeTo: address() })

/** The same message with one field changed in its last bit, for each field that is named. */
function* changes<message extends object>(message: message, ...fields: (keyof message & string)[]): Generator<message> {
  for (const field of fields) yield { ...message, [field]: changed(message[field]) }
}

function changed(value: unknown): unknown {
  if (typeof value === 'bigint') return value ^ 1n
  if (typeof value === 'number') return value - 1
  const hex = value as Hex
  const flipped = toHex(BigInt(hex) ^ 1n, { size: (hex.length - 2) / 2 })
  return hex.length === 42 ? getAddress(flipped) : flipped
}

test('OpenFromBalance', async () => {
  await fc.assert(
    fc.asyncProperty(account(), key(), relay(), async (user, names, money) => {
      const message = { user: user.address, ...names, ...money, deadline: now + SOON }
      const signature = await user.signTypedData(openFromBalanceData(context, message))
      expect(await outcome('openBySig', [message, signature])).toBe('Sessions_BalanceTooLow')
      const fields = ['user', 'node', 'sessionKey', 'deposit', 'relayFee', 'feeTo', 'deadline'] as const
      for (const other of changes(message, ...fields)) {
        expect(await outcome('openBySig', [other, signature])).toBe('Sessions_BadSignature')
      }
    }),
    RUNS,
  )
})

test('WithdrawIntent', async () => {
  await fc.assert(
    fc.asyncProperty(account(), address(), relay(), bytes(32), async (user, to, { deposit, relayFee, feeTo }, salt) => {
      const message = { user: user.address, to, amount: deposit, relayFee, feeTo, deadline: now + SOON, salt }
      const signature = await user.signTypedData(withdrawData(context, message))
      expect(await outcome('withdrawBySig', [message, signature])).toBe('Sessions_BalanceTooLow')
      const fields = ['user', 'to', 'amount', 'relayFee', 'feeTo', 'deadline', 'salt'] as const
      for (const other of changes(message, ...fields)) {
        expect(await outcome('withdrawBySig', [other, signature])).toBe('Sessions_BadSignature')
      }
    }),
    RUNS,
  )
})

test('Stop, by the user and by the session key', async () => {
  await fc.assert(
    fc.asyncProperty(account(), account(), address(), async (user, session, node) => {
      const message = { user: user.address, node, sessionKey: session.address }
      for (const signer of [user, session]) {
        const signature = await signer.signTypedData(stopData(context, message))
        const args = (of: typeof message) => [of.user, of.node, of.sessionKey, signature]
        expect(await outcome('stopBySig', args(message))).toBe('Sessions_NotOpen')
        for (const other of changes(message, 'user', 'node', 'sessionKey')) {
          expect(await outcome('stopBySig', args(other))).toBe('Sessions_BadSignature')
        }
      }
    }),
    RUNS,
  )
})

test('Release', async () => {
  const { contracts, send, user } = chain
  await send(contracts.sessions, 'deposit', [10n ** 9n])
  await fc.assert(
    fc.asyncProperty(account(), address(), uint(20), uint(21), async (node, sessionKey, deposit, maxClaim) => {
      fc.pre(deposit > 1n && maxClaim > 0n)
      const names = { user: user.address, node: node.address, sessionKey }
      await send(contracts.sessions, 'openFromBalance', [node.address, sessionKey, deposit])
      const message = { ...names, maxClaim, deposit, deadline: (await chain.now()) + SOON }
      const sign = (of: typeof message) =>
        node.signTypedData({
          domain: sessionsDomain(context),
          types: sessionsTypes,
          primaryType: 'Release',
          message: of,
        })
      const signature = await sign(message)
      const args = (of: typeof message, by: Hex) => [
        ...[of.user, of.node, of.sessionKey, of.maxClaim, of.deadline, '0x', by],
      ]
      // No receipt is attached.
      expect(await outcome('closeCooperative', args(message, signature))).toBe('Sessions_ClaimTooLow')
      for (const other of changes(message, 'maxClaim', 'deadline')) {
        expect(await outcome('closeCooperative', args(other, signature))).toBe('Sessions_BadSignature')
      }
      // The deposit is no argument: the contract puts in its own. The names lead to other streams.
      for (const other of changes(message, 'user', 'node', 'sessionKey', 'deposit')) {
        expect(await outcome('closeCooperative', args(message, await sign(other)))).toBe('Sessions_BadSignature')
      }
    }),
    RUNS,
  )
})

describe('the nonces of authorizations', () => {
  /** `TestUSDC_BadSignature(address)`: the token took another nonce for the one that was signed. */
  let badSignature: string
  let authorization: Parameters<typeof openAuthorizationData>[0]
  const validity = () => ({ validAfter: 0n, validBefore: BigInt(now + SOON) })

  beforeAll(async () => {
    const { contracts, deployment, publicClient } = chain
    const [name, version] = await Promise.all([
      publicClient.readContract({ ...contracts.token, functionName: 'name' }),
      publicClient.readContract({ ...contracts.token, functionName: 'version' }),
    ])
    const { chainId, token, sessions } = deployment
    authorization = { sessions, tokenDomain: { name, version, chainId, verifyingContract: token } }
    const anyone = `0x${'11'.repeat(20)}` as const
    const noise: Hex = `0x${'22'.repeat(64)}1b`
    const args = [anyone, anyone, 1n, `0x${'00'.repeat(32)}`, 0n, BigInt(now + SOON), noise]
    badSignature = (await outcome('depositWithAuthorization', args)) ?? ''
    expect(badSignature).toMatch(/^0x[0-9a-f]{8}$/)
  })

  test('OpenIntent', async () => {
    await fc.assert(
      fc.asyncProperty(account(), key(), relay(), async (user, names, money) => {
        const intent = { user: user.address, ...names, ...money }
        const { validAfter, validBefore } = validity()
        const signature = await user.signTypedData(openAuthorizationData(authorization, intent, validity()))
        const args = (of: typeof intent) => [of, validAfter, validBefore, signature]
        expect(await outcome('openWithAuthorization', args(intent))).toBe('ERC20InsufficientBalance')
        for (const other of changes(intent, 'user', 'node', 'sessionKey', 'deposit', 'relayFee', 'feeTo')) {
          fc.pre(other.deposit > 0n)
          expect(await outcome('openWithAuthorization', args(other))).toBe(badSignature)
        }
      }),
      RUNS,
    )
  })

  test('DepositIntent', async () => {
    await fc.assert(
      fc.asyncProperty(account(), address(), amount(), bytes(32), async (from, user, value, salt) => {
        const intent = { from: from.address, user, amount: value, salt }
        const { validAfter, validBefore } = validity()
        const signature = await from.signTypedData(depositAuthorizationData(authorization, intent, validity()))
        const args = (of: typeof intent) => [of.from, of.user, of.amount, of.salt, validAfter, validBefore, signature]
        expect(await outcome('depositWithAuthorization', args(intent))).toBe('ERC20InsufficientBalance')
        for (const other of changes(intent, 'from', 'user', 'amount', 'salt')) {
          fc.pre(other.amount > 0n)
          expect(await outcome('depositWithAuthorization', args(other))).toBe(badSignature)
        }
      }),
      RUNS,
    )
  })
})

test('NodeConsent', async () => {
  const { registry } = chain.contracts
  const domain = registryDomain({ ...context, contract: registry.address })
  const params = {
    payout: zeroAddress,
    pricePerGiB: 1n,
    pricePerHour: 1n,
    country: stringToHex('DE'),
    flags: 0,
    commitment: `0x${'00'.repeat(32)}`,
    apiUrl: 'https://node.example',
    metadataCid: '',
  }
  await fc.assert(
    fc.asyncProperty(account(), address(), async (node, operator) => {
      const message = { node: node.address, operator, deadline: now + SOON }
      const consent = await node.signTypedData({
        domain,
        types: registryTypes,
        primaryType: 'NodeConsent',
        message,
      })
      const register = (of: typeof message) =>
        outcome('register', [of.node, params, of.deadline, consent], registry, of.operator)
      expect(await register(message)).toBeUndefined()
      for (const other of changes(message, 'node', 'operator', 'deadline')) {
        expect(await register(other)).toBe('Registry_BadConsent')
      }
    }),
    RUNS,
  )
})
