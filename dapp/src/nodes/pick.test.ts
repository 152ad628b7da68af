import type { ListedNode } from '@x4pn/client'
import { zeroAddress, zeroHash } from 'viem'
import { expect, test } from 'vitest'
import { affordable } from './pick.ts'

const node = (pricePerGiB: bigint): ListedNode => ({
  node: zeroAddress,
  operator: zeroAddress,
  payout: zeroAddress,
  pricePerGiB,
  pricePerHour: 0n,
  country: undefined,
  commitment: zeroHash,
  apiUrl: 'https://node.example',
  metadataCid: undefined,
  retired: false,
})
const prices = (...all: bigint[]) => affordable(all.map(node)).map(({ pricePerGiB }) => pricePerGiB)

test('a quick node cannot ask what it likes: at most half above the median', () => {
  expect(prices()).toEqual([])
  expect(prices(7n)).toEqual([7n])
  expect(prices(10n, 15n, 16n, 4n)).toEqual([10n, 15n, 4n])
  expect(prices(10n, 10n, 1_000n)).toEqual([10n, 10n])
  expect(prices(0n, 0n, 5n)).toEqual([0n, 0n])
})
