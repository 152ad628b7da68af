// From the bytes that a call reverted with to what was wrong, the values, and what to do.
import { decodeErrorResult, type Hex, toFunctionSelector } from 'viem'
import {
  accessManagerAbi,
  x4pnDepositRouterAbi,
  x4pnNodeRegistryAbi,
  x4pnRewardsAbi,
  x4pnTokenAbi,
  x4pnUpkeepAbi,
  x4pnVpnSessionsAbi,
} from '../generated/abis.ts'
import { bondErrors } from './bond-errors.ts'
import { accessManagerErrors, libraryErrors, tokenErrors } from './library-errors.ts'
import { routerErrors, upkeepErrors } from './periphery-errors.ts'
import { registryErrors } from './registry-errors.ts'
import { rewardsErrors, x4pnTokenErrors } from './rewards-errors.ts'
import { type ErrorArgs, type ErrorName, moneyIn, type ShowMoney } from './sentences.ts'
import { sessionsErrors } from './sessions-errors.ts'

const abi = [
  ...x4pnVpnSessionsAbi,
  ...x4pnNodeRegistryAbi,
  ...x4pnDepositRouterAbi,
  ...x4pnUpkeepAbi,
  ...x4pnRewardsAbi,
  ...x4pnTokenAbi,
  ...accessManagerAbi,
] as const
type KnownAbi = typeof abi
type KnownError = Extract<KnownAbi[number], { type: 'error' }>

/** One sentence or two for every custom error of every contract. */
const sentences = {
  ...sessionsErrors,
  ...registryErrors,
  ...bondErrors,
  ...routerErrors,
  ...upkeepErrors,
  ...rewardsErrors,
  ...x4pnTokenErrors,
  ...accessManagerErrors,
  ...libraryErrors,
  ...tokenErrors,
} satisfies { [name in ErrorName<KnownAbi>]: unknown }

/** `name` says which `args` there are. */
export type DecodedError = {
  [name in ErrorName<KnownAbi>]: {
    name: name
    args: ErrorArgs<KnownAbi, name>
    /** What was wrong, with the values, and what to do. */
    message: string
  }
}[ErrorName<KnownAbi>]

const known: readonly KnownError[] = abi.filter((item) => item.type === 'error')

/** Every custom error that is known, by its selector. */
export const errorSelectors: ReadonlyMap<Hex, KnownError> = new Map(
  known.map((error) => [toFunctionSelector(`${error.name}(${error.inputs.map(({ type }) => type)})`), error]),
)

/**
 * @param data What the call returned when it reverted.
 * @param decimals The token's, to show amounts in whole tokens; without them they are shown in base units.
 * @returns Nothing for what is no custom error of these contracts.
 */
export function decodeError(data: Hex, { decimals }: { decimals?: number } = {}): DecodedError | undefined {
  const error = errorSelectors.get(data.slice(0, 10).toLowerCase() as Hex)
  if (!error) return undefined
  const values = valuesIn(data, error)
  if (!values) return undefined
  const args = Object.fromEntries(error.inputs.map(({ name }, index) => [name, values[index]]))
  // Each sentence takes the arguments of its own error, and the selector has said which one this is.
  const sentence = sentences[error.name] as (args: object, money: ShowMoney) => string
  return { name: error.name, args, message: sentence(args, moneyIn(decimals)) } as DecodedError
}

function valuesIn(data: Hex, error: KnownError): readonly unknown[] | undefined {
  try {
    return decodeErrorResult({ abi: [error], data }).args ?? []
  } catch {
    // Cut short on its way.
    return undefined
  }
}
