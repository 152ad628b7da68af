// What users do, and what is relayed for them: deposits, openings, top-ups, stops, closings, withdrawals.
import {
  depositIntentNonce,
  openIntentNonce,
  packSettleItems,
  receiveWithAuthorizationTypes,
  sessionsTypes,
  signReceipt,
} from '@x4pn/contracts'
import { type Hex, keccak256, parseSignature, toHex } from 'viem'
import { accountNamed, actors, type Bench, type Record } from './bench.ts'

const USDC = 1_000_000n
const AMOUNT = 25n * USDC
const RELAY_FEE = 20_011n
const DAY = 86_400
/** Signed deadlines and validities: seconds ahead. */
const SOON = 300
const SALT = keccak256(toHex('salt'))
const { user, friend, relayer, node } = actors
const NODE = node.address

export async function weighUserOperations(bench: Bench, record: Record): Promise<void> {
  await weighDeposits(bench, record)
  await weighOpenings(bench, record)
  await weighTopUps(bench, record)
  await weighEndings(bench, record)
  await weighWithdrawals(bench, record)
}

const sessionKey = (name: string) => accountNamed(`session key of ${name}`).address

async function weighDeposits({ contracts, domains, send, now }: Bench, record: Record): Promise<void> {
  const { sessions } = contracts
  record('deposit, the first', await send(user, sessions, 'deposit', [1_000n * USDC]))
  record('deposit', await send(user, sessions, 'deposit', [AMOUNT]))
  record('depositFor', await send(friend, sessions, 'depositFor', [user.address, AMOUNT]))

  // A permit replaces the allowance, which is what the other operations need: here the relayer is the user.
  const permit = { owner: relayer.address, spender: sessions.address, value: AMOUNT, nonce: 0n }
  const deadline = BigInt((await now()) + SOON)
  const signature = await relayer.signTypedData({
    domain: domains.token,
    types: permitTypes,
    primaryType: 'Permit',
    message: { ...permit, deadline },
  })
  const { r, s, yParity } = parseSignature(signature)
  record(
    'depositWithPermit, the first',
    await send(relayer, sessions, 'depositWithPermit', [AMOUNT, deadline, 27 + yParity, r, s]),
  )

  const intent = { from: user.address, user: user.address, amount: AMOUNT, salt: SALT }
  const authorization = await authorize(domains, sessions.address, AMOUNT, deadline, depositIntentNonce(intent))
  record(
    'depositWithAuthorization',
    await send(relayer, sessions, 'depositWithAuthorization', [
      ...[user.address, user.address, AMOUNT, SALT, 0n, deadline, authorization],
    ] as const),
  )
}

async function weighOpenings({ contracts, domains, send, now }: Bench, record: Record): Promise<void> {
  const { sessions } = contracts
  record('open', await send(user, sessions, 'open', [NODE, sessionKey('open'), AMOUNT]))
  record(
    'openFromBalance',
    await send(user, sessions, 'openFromBalance', [NODE, sessionKey('openFromBalance'), AMOUNT]),
  )

  const common = {
    user: user.address,
    node: NODE,
    deposit: AMOUNT,
    relayFee: RELAY_FEE,
    feeTo: relayer.address,
  }
  const intent = { ...common, sessionKey: sessionKey('openWithAuthorization') }
  const validBefore = BigInt((await now()) + SOON)
  const nonce = openIntentNonce(intent)
  const authorization = await authorize(domains, sessions.address, AMOUNT + RELAY_FEE, validBefore, nonce)
  record(
    'openWithAuthorization',
    await send(relayer, sessions, 'openWithAuthorization', [intent, 0n, validBefore, authorization]),
  )

  const fromBalance = { ...common, sessionKey: sessionKey('openBySig'), deadline: (await now()) + SOON }
  const signature = await user.signTypedData({
    domain: domains.sessions,
    types: sessionsTypes,
    primaryType: 'OpenFromBalance',
    message: fromBalance,
  })
  record('openBySig', await send(relayer, sessions, 'openBySig', [fromBalance, signature]))
}

async function weighTopUps({ contracts: { sessions }, send }: Bench, record: Record): Promise<void> {
  const key = sessionKey('open')
  record('topUp', await send(user, sessions, 'topUp', [user.address, NODE, key, AMOUNT]))
  record("topUp of another's stream", await send(friend, sessions, 'topUp', [user.address, NODE, key, AMOUNT]))
  record('topUpFromBalance', await send(user, sessions, 'topUpFromBalance', [NODE, key, AMOUNT]))
}

async function weighEndings(bench: Bench, record: Record): Promise<void> {
  const { contracts, domains, context, send, now, advance } = bench
  const { sessions } = contracts
  const cooperative = accountNamed('session key of closeCooperative')
  await send(user, sessions, 'openFromBalance', [NODE, cooperative.address, AMOUNT])

  record('stop', await send(user, sessions, 'stop', [NODE, sessionKey('open')]))
  const key = accountNamed('session key of openFromBalance')
  const stop = { user: user.address, node: NODE, sessionKey: key.address }
  const stopSignature = await key.signTypedData({
    domain: domains.sessions,
    types: sessionsTypes,
    primaryType: 'Stop',
    message: stop,
  })
  record('stopBySig', await send(relayer, sessions, 'stopBySig', [user.address, NODE, key.address, stopSignature]))
  await advance(DAY + SOON)
  record('close', await send(user, sessions, 'close', [NODE, sessionKey('open'), user.address]))
  record('closeFor', await send(relayer, sessions, 'closeFor', [user.address, NODE, key.address]))

  const maxClaim = 7_654_321n
  const receipt = { user: user.address, node: NODE, cumulative: maxClaim, rate: 0n, start: 0, until: 0 }
  const item = packSettleItems([await signReceipt(cooperative, context, receipt)])
  const terms = { ...stop, sessionKey: cooperative.address, maxClaim, deposit: AMOUNT, deadline: (await now()) + SOON }
  const release = await node.signTypedData({
    domain: domains.sessions,
    types: sessionsTypes,
    primaryType: 'Release',
    message: terms,
  })
  record(
    'closeCooperative, first income of a node',
    await send(relayer, sessions, 'closeCooperative', [
      ...[user.address, NODE, cooperative.address, maxClaim, terms.deadline, item, release],
    ] as const),
  )
}

async function weighWithdrawals({ contracts, domains, send, now }: Bench, record: Record): Promise<void> {
  const { sessions } = contracts
  record('withdraw', await send(user, sessions, 'withdraw', [user.address, AMOUNT]))
  const intent = {
    ...{ user: user.address, to: user.address, amount: AMOUNT, relayFee: RELAY_FEE, feeTo: relayer.address },
    ...{ deadline: (await now()) + SOON, salt: SALT },
  }
  const signature = await user.signTypedData({
    domain: domains.sessions,
    types: sessionsTypes,
    primaryType: 'WithdrawIntent',
    message: intent,
  })
  record('withdrawBySig', await send(relayer, sessions, 'withdrawBySig', [intent, signature]))
}

/** The user's EIP-3009 authorization to the sessions contract. */
function authorize(domains: Bench['domains'], to: Hex, value: bigint, validBefore: bigint, nonce: Hex): Promise<Hex> {
  return user.signTypedData({
    domain: domains.token,
    types: receiveWithAuthorizationTypes,
    primaryType: 'ReceiveWithAuthorization',
    message: { from: user.address, to, value, validAfter: 0n, validBefore, nonce },
  })
}

const permitTypes = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const
