// What a transaction may cost, held against what it brings: nobody settles a cent for ten cents of gas.
import type { Config } from '../config.ts'
import { type Session, unsettled } from '../sessions/session.ts'
import { isEnding } from './due.ts'

/** Gas of a batch whatever is in it, and of each item in it. */
const BASE_GAS = 33_500n
const ITEM_GAS = 13_500n
/** 10⁻¹⁸ of the chain's coin make one. */
const COIN = 10n ** 18n
/** Percent of its value that may be spent on what could otherwise be lost. */
const AT_MOST = 100n

/**
 * What of `due` is worth sending now, and what a unit of gas may cost it. Streams that are being closed go under the
 * higher ceiling: their money is lost when the challenge window ends.
 * @param price What a unit of gas costs now, 10⁻¹⁸ coins.
 */
export function worthSettling(
  due: readonly Session[],
  price: bigint,
  gas: Config['gas'],
): { batch: Session[]; ceiling: bigint } {
  const ending = price > gas.urgentPrice ? [] : affordable(due.filter(isEnding), price, gas.coinPrice, AT_MOST)
  const all = price > gas.price ? [] : affordable(due, price, gas.coinPrice, gas.percent)
  return {
    batch: [...new Set([...ending, ...all])],
    ceiling: ending.length > 0 ? gas.urgentPrice : gas.price,
  }
}

/** The largest batch, most valuable first, whose gas, all of it and each item's, is worth at most so many percent of it. */
function affordable(due: readonly Session[], price: bigint, coinPrice: bigint, percent: bigint): Session[] {
  if (coinPrice === 0n) return [...due]
  const worthIts = (session: Session) => costOf(ITEM_GAS, price, coinPrice) * 100n <= unsettled(session) * percent
  const byValue = due.filter(worthIts).sort((a, b) => (unsettled(a) < unsettled(b) ? 1 : -1))
  let value = 0n
  let most = 0
  for (const [index, session] of byValue.entries()) {
    value += unsettled(session)
    const cost = costOf(BASE_GAS + ITEM_GAS * BigInt(index + 1), price, coinPrice)
    if (cost * 100n <= value * percent) most = index + 1
  }
  return byValue.slice(0, most)
}

/** Token base units, rounded up. */
export const costOf = (gas: bigint, price: bigint, coinPrice: bigint): bigint =>
  (gas * price * coinPrice + COIN - 1n) / COIN
