// From a choice to a configuration, as data: each step knows whether it is done, and can be run again after a reload.
// What the chain says decides; the record only says what was promised.
import {
  authorizeOpen,
  authorizeOpenFromBalance,
  EngineError,
  gatewayClient,
  join,
  type Network,
  open,
  readStream,
  relayOpen,
  type StreamState,
  signInDomain,
  type VerifiedNode,
  verifyNode,
  type Wallet,
} from '@x4pn/client'
import type { PublicClient } from 'viem'
import { type Connection, connections } from '../vault/connections.ts'

export const stepIds = ['check', 'sign', 'open', 'join'] as const
export type StepId = (typeof stepIds)[number]

export type FlowContext = {
  network: Network
  client: PublicClient
  /** Asks for the connected wallet only when one is needed: a reload after the signature needs none. */
  wallet: () => Promise<Wallet>
  /** `location.origin`. */
  origin: string
}

/** What the steps find out on their way; kept only in `connection`. */
export type FlowState = {
  connection: Connection
  node?: VerifiedNode
  onChain?: StreamState
  /** The latest block's second. */
  chainTime?: number
}

type Step = {
  id: StepId
  isDone: (state: FlowState, context: FlowContext) => boolean
  run: (state: FlowState, context: FlowContext) => Promise<void>
}

export const steps: Step[] = [
  {
    id: 'check',
    isDone: ({ node, onChain }) => node !== undefined && onChain !== undefined,
    async run(state, { client, network, origin }) {
      const { stream, node: known } = state.connection
      // Whether the page has an origin to sign in with, before money moves.
      signInDomain(known.apiUrl, origin)
      state.onChain = await readStream(client, network.deployment, stream.stream)
      state.chainTime = Number((await client.getBlock()).timestamp)
      if (state.onChain.status === 'stopped' || state.onChain.status === 'closed') {
        throw new EngineError('STREAM_NOT_OPEN', { details: `${stream.stream} is ${state.onChain.status}` })
      }
      const node = await verifyNode({ client, deployment: network.deployment, node: stream.node })
      // Once the deposit is in, the node fixes its price at joining, and `join` compares it with what was agreed.
      if (state.onChain.status === 'none' && node.listed.pricePerGiB > BigInt(known.pricePerGiB)) {
        throw new EngineError('JOIN_TERMS_WORSE', {
          details: `${node.listed.pricePerGiB} per GiB, agreed ${known.pricePerGiB}`,
        })
      }
      state.node = node
    },
  },
  {
    id: 'sign',
    isDone: ({ connection, onChain, chainTime = 0 }) =>
      onChain?.status === 'open' || connection.payBy === 'transaction' || isGood(connection, chainTime),
    async run(state, context) {
      const { connection } = state
      const { stream, deposit, relayFee, node } = connection
      const wallet = await context.wallet()
      const options = { stream, deposit: BigInt(deposit), relayFee: BigInt(relayFee), feeTo: node.payout }
      const authorize = connection.payBy === 'balance' ? authorizeOpenFromBalance : authorizeOpen
      const asking = { client: context.client, wallet, deployment: context.network.deployment }
      try {
        const authorized = await authorize(asking, options)
        await update(state, { authorized })
      } catch (error) {
        // Without such signatures in the token the wallet sends transactions; not before a person has been told.
        if (error instanceof EngineError && error.code === 'TOKEN_UNSUPPORTED') {
          await update(state, { payBy: 'transaction', relayFee: '0' })
        }
        throw error
      }
    },
  },
  {
    id: 'open',
    isDone: ({ onChain }) => onChain?.status === 'open',
    async run(state, context) {
      const { client, network } = context
      const { deployment } = network
      const { stream, authorized, payBy, deposit, node } = state.connection
      if (payBy === 'transaction') {
        await open({ client, wallet: await context.wallet(), deployment }, stream, BigInt(deposit))
      } else if (authorized) {
        const gateway = gatewayClient({ apiUrl: node.apiUrl })
        try {
          await relayOpen({ client, gateway, deployment, stream, authorized })
        } catch (error) {
          // Signed anew next time. Should the old one still be sent: it is the same stream, which opens once.
          if (error instanceof EngineError && error.code.startsWith('RELAY_')) await forgetSignature(state)
          throw error
        }
      }
      state.onChain = await readStream(client, deployment, stream.stream)
    },
  },
  {
    id: 'join',
    isDone: () => false,
    async run({ connection, node }, { origin }) {
      if (!node) throw new Error('unreachable: the check comes first')
      const { stream, keys } = connection
      const gateway = gatewayClient({ apiUrl: node.listed.apiUrl })
      const { session } = await join({
        stream,
        node,
        gateway,
        keys,
        agreedPricePerGiB: BigInt(connection.node.pricePerGiB),
        origin,
      })
      await connections.writeSession(session)
    },
  },
]

/** A signed opening that is still good for a moment: with less than half a minute left it might expire on its way. */
function isGood({ authorized }: Connection, chainTime: number): boolean {
  return authorized !== undefined && expiryOf(authorized) - 30 > chainTime
}

async function forgetSignature(state: FlowState): Promise<void> {
  const { authorized: _, ...connection } = state.connection
  state.connection = connection
  await connections.write(connection)
}

/** Unix second. */
function expiryOf(authorized: NonNullable<Connection['authorized']>): number {
  return authorized.action === 'openFromBalance' ? authorized.intent.deadline : authorized.validBefore
}

async function update(state: FlowState, change: Partial<Connection>): Promise<void> {
  state.connection = { ...state.connection, ...change }
  await connections.write(state.connection)
}
