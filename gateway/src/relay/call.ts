// What a relayed request asks of the sessions contract: one call of its ABI, and what the relayer is to get for it.
import type { RelayRequest } from '@x4pn/gateway-api'
import type { Address, Hex } from 'viem'

type OpenIntent = {
  user: Address
  node: Address
  sessionKey: Address
  deposit: bigint
  relayFee: bigint
  feeTo: Address
}
type WithdrawIntent = {
  user: Address
  to: Address
  amount: bigint
  relayFee: bigint
  feeTo: Address
  deadline: number
  salt: Hex
}

export type RelayCall =
  | { functionName: 'openWithAuthorization'; args: [OpenIntent, bigint, bigint, Hex] }
  | { functionName: 'openBySig'; args: [OpenIntent & { deadline: number }, Hex] }
  | { functionName: 'stopBySig'; args: [Address, Address, Address, Hex] }
  | { functionName: 'closeFor'; args: [Address, Address, Address] }
  | { functionName: 'withdrawBySig'; args: [WithdrawIntent, Hex] }

/** Token base units, and whose free balance they go to. */
export type RelayFee = { amount: bigint; to: Address }

export type Relayed = {
  user: Address
  call: RelayCall
  /** Stopping and closing carry none. */
  fee: RelayFee | undefined
}

export function relayed(request: RelayRequest): Relayed {
  switch (request.action) {
    case 'openWithAuthorization': {
      const intent = withAmounts(request.intent)
      const { validAfter, validBefore, signature } = request
      return {
        user: intent.user,
        call: {
          functionName: 'openWithAuthorization',
          args: [intent, BigInt(validAfter), BigInt(validBefore), signature],
        },
        fee: feeOf(intent),
      }
    }
    case 'openFromBalance': {
      const intent = { ...withAmounts(request.intent), deadline: request.intent.deadline }
      const call = { functionName: 'openBySig', args: [intent, request.signature] } satisfies RelayCall
      return { user: intent.user, call, fee: feeOf(intent) }
    }
    case 'stop': {
      const { user, node, sessionKey, signature } = request
      return { user, call: { functionName: 'stopBySig', args: [user, node, sessionKey, signature] }, fee: undefined }
    }
    case 'close': {
      const { user, node, sessionKey } = request
      return { user, call: { functionName: 'closeFor', args: [user, node, sessionKey] }, fee: undefined }
    }
    case 'withdraw': {
      const { amount, relayFee, ...rest } = request.intent
      const intent = { ...rest, amount: BigInt(amount), relayFee: BigInt(relayFee) }
      const call = { functionName: 'withdrawBySig', args: [intent, request.signature] } satisfies RelayCall
      return { user: intent.user, call, fee: feeOf(intent) }
    }
  }
}

type Written<Intent> = { [Key in keyof Intent]: Intent[Key] extends bigint ? string : Intent[Key] }

function withAmounts({ deposit, relayFee, user, node, sessionKey, feeTo }: Written<OpenIntent>): OpenIntent {
  return { user, node, sessionKey, deposit: BigInt(deposit), relayFee: BigInt(relayFee), feeTo }
}

const feeOf = ({ relayFee, feeTo }: { relayFee: bigint; feeTo: Address }): RelayFee => ({ amount: relayFee, to: feeTo })
