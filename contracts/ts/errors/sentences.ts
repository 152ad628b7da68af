// What a table of errors looks like: one sentence or two for every error of an ABI, no more and no less.
import { type Abi, type AbiParameterToPrimitiveType, formatUnits, type Hex, hexToString } from 'viem'

type ErrorOf<abi extends Abi> = Extract<abi[number], { type: 'error' }>

export type ErrorName<abi extends Abi> = ErrorOf<abi>['name']

/** The arguments of an error by their names. */
export type ErrorArgs<abi extends Abi, name extends ErrorName<abi>> = {
  [parameter in Extract<ErrorOf<abi>, { name: name }>['inputs'][number] as parameter['name'] &
    string]: AbiParameterToPrimitiveType<parameter>
}

/** How amounts of the token are shown. */
export type ShowMoney = (amount: bigint) => string

/** What was wrong, with the value, and what to do. */
export type Sentences<abi extends Abi, name extends ErrorName<abi> = ErrorName<abi>> = {
  [each in name]: (args: ErrorArgs<abi, each>, money: ShowMoney) => string
}

/** Unix second → ISO time, or the number itself where no date is that late. */
export function time(second: bigint): string {
  const LAST_DATE = 8_640_000_000_000n
  if (second > LAST_DATE) return `second ${second}`
  return new Date(Number(second) * 1000).toISOString().replace('.000', '')
}

export function moneyIn(decimals: number | undefined): ShowMoney {
  return decimals === undefined ? (amount) => `${amount} base units` : (amount) => formatUnits(amount, decimals)
}

/** The text in a `bytes32` that names a parameter. */
export function nameIn(bytes32: Hex): string {
  return hexToString(bytes32, { size: 32 })
}
