// What a run found, as a table for people and as an object for programs.
import type { Weighed } from './bench.ts'
import { ASSUMED_ON, type Network, networks, usdOf } from './prices.ts'

const FLOOR = ', floor'
const names = Object.keys(networks) as Network[]

/** Each operation with its cost; a settlement also with its ratio to the floor of the same size. */
export function report(weighed: Weighed[]) {
  return {
    unit: 'gas, receipt.gasUsed of a transaction on anvil',
    assumptions: { on: ASSUMED_ON, note: 'round figures, not looked up', networks },
    operations: weighed.map((operation) => {
      const { name, items, gas } = operation
      const floor = name.startsWith('settle') && !name.endsWith(FLOOR) ? floorOf(weighed, operation) : undefined
      return {
        name,
        items,
        gas,
        gasPerItem: gas / items,
        usdPerItem: Object.fromEntries(names.map((network) => [network, usdOf(gas / items, network)])),
        ...(floor === undefined ? {} : { floor, ratioToFloor: gas / floor }),
      }
    }),
  }
}

function floorOf(weighed: Weighed[], { items }: Weighed): number | undefined {
  return weighed.find(({ name }) => name === `settle N=${items}${FLOOR}`)?.gas
}

export function renderTable({ operations }: ReturnType<typeof report>): string {
  const heading = ['', 'gas', 'each', '× floor', ...names.map((network) => `$ ${network}`)]
  const rows = operations.map(({ name, items, gas, gasPerItem, ratioToFloor, usdPerItem }) => [
    name,
    gas.toLocaleString('en'),
    items === 1 ? '' : gasPerItem.toLocaleString('en', { maximumFractionDigits: 0 }),
    ratioToFloor?.toFixed(3) ?? '',
    ...names.map((network) => usdPerItem[network]?.toFixed(5) ?? ''),
  ])
  const table = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  return [...lines.map((cells) => `  ${cells.join('  ')}`.trimEnd()), '', ...assumptions()].join('\n')
}

function assumptions(): string[] {
  const each = names.map((network) => {
    const { gasPriceGwei, nativeUsd } = networks[network]
    return `${network} ${gasPriceGwei} gwei at $${nativeUsd}`
  })
  return [
    '  each, $: for one item of a batch',
    `  $: assumed on ${ASSUMED_ON}, round figures that were not looked up: ${each.join(', ')}`,
  ]
}
