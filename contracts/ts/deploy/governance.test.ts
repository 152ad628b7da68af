// Governing for real: a 2-of-3 Safe, the AccessManager's delay, the contracts' own delays, and the guardian's pause.
// In order: each test goes on from where the one before left the chain.
import { keccak256, toFunctionSelector, toHex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packReleaseItems, packSettleItems } from '../pack.ts'
import { signReceipt } from '../receipt.ts'
import { type GovernedChain, startGovernedChain } from '../testing/governed-chain.ts'
import { mintTestUsdc } from '../testing/mint-test-usdc.ts'
import { registryDomain, registryTypes } from '../typed-data.ts'

const USDC = 1_000_000n
const X4PN = 10n ** 18n
const DAY = 86_400
const EPOCH = 7 * DAY

let chain: GovernedChain
const node = privateKeyToAccount(generatePrivateKey())

beforeAll(async () => {
  chain = await startGovernedChain()
  const { clientsOf, deployment, deployer, user, contracts, send } = chain
  await mintTestUsdc(clientsOf(deployer), deployment, { to: user.address, amount: 1_000_000n * USDC })
  await send(user, contracts.token, 'approve', [deployment.sessions, 2n ** 256n - 1n])
  await send(user, contracts.sessions, 'deposit', [100_000n * USDC])
  await register(node)
  await chain.clientsOf(deployer).walletClient.sendTransaction({ to: node.address, value: 10n ** 18n, chain: null })
})
afterAll(() => chain?.stop())

async function register(key: PrivateKeyAccount): Promise<void> {
  const { operator, deployment, contracts, send, now } = chain
  const deadline = (await now()) + DAY
  const consent = await key.signTypedData({
    domain: registryDomain({ chainId: deployment.chainId, contract: deployment.registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: key.address, operator: operator.address, deadline },
  })
  const params = {
    ...{ payout: operator.address, pricePerGiB: 1n, pricePerHour: 1n, country: toHex('DE'), flags: 0 },
    ...{ commitment: keccak256('0x'), apiUrl: 'https://node.example', metadataCid: '' },
  } as const
  await send(operator, contracts.registry, 'register', [key.address, params, deadline, consent])
}

/** A stream of the user's to the node, opened from the free balance. */
async function openStream(deposit: bigint) {
  const key = privateKeyToAccount(generatePrivateKey())
  await chain.send(chain.user, chain.contracts.sessions, 'openFromBalance', [node.address, key.address, deposit])
  return key
}

async function receiptOf(key: PrivateKeyAccount, cumulative: bigint) {
  const { deployment, user } = chain
  const receipt = { user: user.address, node: node.address, cumulative, rate: 0n, start: 0, until: 0 }
  return signReceipt(key, { chainId: deployment.chainId, contract: deployment.sessions }, receipt)
}

const settle = async (key: PrivateKeyAccount, cumulative: bigint) =>
  chain.send(chain.stranger, chain.contracts.sessions, 'settle', [
    node.address,
    packSettleItems([await receiptOf(key, cumulative)]),
  ])

describe('a parameter changes', () => {
  test('the fee: two owners, the delay of the AccessManager, the delay of the contract', async () => {
    const { publicClient, contracts, owners, deployer, govern, advance } = chain
    const [first, second, third] = owners
    const feeBps = () => publicClient.readContract({ ...contracts.sessions, functionName: 'feeBps' })
    const change = govern(contracts.sessions, 'setFee', [250])

    await expect(change.schedule([first])).rejects.toThrow('GS020')
    await expect(change.schedule([first, deployer])).rejects.toThrow('GS026')
    await expect(change.directly([first, second])).rejects.toThrow('AccessManagerNotScheduled')
    await expect(change.execute([first, second])).rejects.toThrow('AccessManagerNotScheduled')
    await change.schedule([first, third])
    await advance(2 * DAY - 60)
    await expect(change.execute([second, third])).rejects.toThrow('AccessManagerNotReady')
    await advance(60)
    await change.execute([second, third])

    expect(await feeBps()).toBe(100n)
    await advance(7 * DAY - 60)
    expect(await feeBps()).toBe(100n)
    await advance(60)
    expect(await feeBps()).toBe(250n)
  })

  test("the registry's minimum bond: 37 days after it was executed", async () => {
    const { publicClient, contracts, owners, govern, advance } = chain
    const signers = owners.slice(0, 2)
    const minimum = () => publicClient.readContract({ ...contracts.registry, functionName: 'minimumBond' })
    const change = govern(contracts.registry, 'setMinimumBond', [3n * X4PN])
    await change.schedule(signers)
    await advance(2 * DAY)
    await change.execute(signers)
    await advance(37 * DAY - 60)
    expect(await minimum()).toBe(0n)
    await advance(60)
    expect(await minimum()).toBe(3n * X4PN)
    // It counts: the operator has no X4PN yet.
    await expect(register(privateKeyToAccount(generatePrivateKey()))).rejects.toThrow(
      toFunctionSelector('ERC20InsufficientAllowance(address,uint256,uint256)'),
    )
  })

  test('the reference floor: raised as soon as it is executed', async () => {
    const { publicClient, contracts, owners, govern, advance } = chain
    const signers = owners.slice(1)
    const change = govern(contracts.rewards, 'setReferenceFloor', [25_000n])
    await change.schedule(signers)
    await advance(2 * DAY)
    await change.execute(signers)
    expect(await publicClient.readContract({ ...contracts.rewards, functionName: 'referencePrice' })).toBe(25_000n)
  })
})

test('a pause stops every inflow and nothing else, and ends by itself after 7 days', async () => {
  const { contracts, guardian, user, stranger, operator, send, advance, now } = chain
  const { sessions } = contracts
  const [settled, stopped, closed, released] = [
    ...[await openStream(10n * USDC), await openStream(10n * USDC)],
    ...[await openStream(10n * USDC), await openStream(10n * USDC)],
  ] as const
  if (!settled || !stopped || !closed || !released) throw new Error('four streams')
  await send(user, sessions, 'stop', [node.address, closed.address])
  await advance(DAY)

  await expect(send(stranger, sessions, 'pauseInflows', [])).rejects.toThrow('AccessManagedUnauthorized')
  await send(guardian, sessions, 'pauseInflows', [])
  const pausedAt = await now()
  // None may be prolonged.
  await expect(send(guardian, sessions, 'pauseInflows', [])).rejects.toThrow('Sessions_InflowsPaused')

  const fresh = privateKeyToAccount(generatePrivateKey()).address
  const intent = {
    user: user.address,
    node: node.address,
    sessionKey: fresh,
    deposit: USDC,
    relayFee: 0n,
    feeTo: user.address,
  }
  const permit = [USDC, 0n, 27, `0x${'11'.repeat(32)}`, `0x${'11'.repeat(32)}`] as const
  const authorization = [user.address, user.address, USDC, `0x${'11'.repeat(32)}`, 0n, 0n, '0x'] as const
  const inflows = {
    deposit: () => send(user, sessions, 'deposit', [USDC]),
    depositFor: () => send(user, sessions, 'depositFor', [stranger.address, USDC]),
    depositWithPermit: () => send(user, sessions, 'depositWithPermit', permit),
    depositWithAuthorization: () => send(stranger, sessions, 'depositWithAuthorization', authorization),
    open: () => send(user, sessions, 'open', [node.address, fresh, USDC]),
    openFromBalance: () => send(user, sessions, 'openFromBalance', [node.address, fresh, USDC]),
    openWithAuthorization: () => send(stranger, sessions, 'openWithAuthorization', [intent, 0n, 0n, '0x']),
    openBySig: () => send(stranger, sessions, 'openBySig', [{ ...intent, deadline: 0 }, '0x']),
    topUp: () => send(user, sessions, 'topUp', [user.address, node.address, settled.address, USDC]),
    topUpFromBalance: () => send(user, sessions, 'topUpFromBalance', [node.address, settled.address, USDC]),
  }
  // Every function by which money comes in: whatever the ABI has that begins so.
  const entrances = sessions.abi.flatMap((item) =>
    item.type === 'function' && /^(deposit|open|topUp)/.test(item.name) ? [item.name] : [],
  )
  expect(Object.keys(inflows).toSorted()).toEqual(entrances.toSorted())
  for (const [name, send] of Object.entries(inflows)) {
    await expect(send(), name).rejects.toThrow('Sessions_InflowsPaused')
  }

  await settle(settled, 3n * USDC)
  await send(user, sessions, 'stop', [node.address, stopped.address])
  await send(user, sessions, 'close', [node.address, closed.address, user.address])
  const items = packReleaseItems([
    { user: user.address, sessionKey: released.address, receipt: await receiptOf(released, USDC) },
  ])
  await send(node, sessions, 'release', [items])
  await send(user, sessions, 'withdraw', [user.address, USDC])
  await send(stranger, sessions, 'payOut', [node.address])
  await advance(DAY)
  await send(stranger, sessions, 'closeFor', [user.address, node.address, stopped.address])
  expect(
    await chain.publicClient.readContract({ ...contracts.token, functionName: 'balanceOf', args: [operator.address] }),
  ).toBe((4n * USDC * 9_750n) / 10_000n)

  await advance(pausedAt + 7 * DAY - 30 - (await now()))
  await expect(inflows.deposit()).rejects.toThrow('Sessions_InflowsPaused')
  await advance(30)
  await inflows.deposit()
  await inflows.openFromBalance()
  await inflows.topUp()
})

test('X4PN is earned, bonded, frozen by the Safe at once and burned a week later', async () => {
  const { publicClient, contracts, owners, operator, stranger, deployment, send, govern, advance } = chain
  const { rewards, registry, x4pn, sessions } = contracts
  const supply = () => publicClient.readContract({ ...x4pn, functionName: 'totalSupply' })
  // 1,000 USDC paid, 2.5 % of it fees, half of that at 2.5 cents: 500 X4PN.
  const key = await openStream(1_000n * USDC)
  await advance(EPOCH)
  await send(stranger, sessions, 'book', [node.address])
  await settle(key, 1_000n * USDC)
  await advance(EPOCH)
  await send(stranger, sessions, 'book', [node.address])
  const epoch = await publicClient.readContract({ ...sessions, functionName: 'currentEpoch' })
  await advance(EPOCH)
  await send(stranger, rewards, 'claim', [node.address, [epoch]])
  expect(await supply()).toBe(500n * X4PN)

  await send(operator, x4pn, 'approve', [deployment.registry, 500n * X4PN])
  await send(operator, registry, 'addBond', [node.address, 400n * X4PN])
  const signers = owners.slice(0, 2)
  await govern(registry, 'openCase', [node.address, 400n * X4PN, 'bafyevidence']).directly(signers)
  const bond = () => publicClient.readContract({ ...registry, functionName: 'bondOf', args: [node.address] })
  expect((await bond()).frozen).toBe(80n * X4PN)
  await send(operator, registry, 'objectTo', [1n, 'bafystatement'])
  await advance(14 * DAY - 60)
  const execution = govern(registry, 'executeCase', [1n])
  await expect(execution.directly(signers)).rejects.toThrow('Bond_TooEarly')
  await advance(60)
  await execution.directly(signers)
  expect((await bond()).amount).toBe(320n * X4PN)
  expect(await supply()).toBe(420n * X4PN)
})

test('the guardian delays minting, and the Safe can end it', async () => {
  const { contracts, guardian, stranger, owners, publicClient, send, govern, advance } = chain
  const { rewards, sessions } = contracts
  const epoch = (await publicClient.readContract({ ...sessions, functionName: 'currentEpoch' })) - 1n
  await send(guardian, rewards, 'pauseMinting', [])
  await expect(send(stranger, rewards, 'roll', [epoch])).rejects.toThrow('Rewards_Paused')
  // The Safe is no guardian: it makes itself one, as its admin's delay allows.
  const grant = govern(contracts.manager, 'grantRole', [3n, chain.safe.address, 0])
  await expect(grant.directly(owners.slice(0, 2))).rejects.toThrow('AccessManagerNotScheduled')
  await grant.schedule(owners.slice(0, 2))
  await advance(2 * DAY)
  await grant.execute(owners.slice(0, 2))
  await govern(rewards, 'unpauseMinting', []).directly(owners.slice(0, 2))
  await send(stranger, rewards, 'roll', [epoch])
})
